"""The tables of the web console: one-time links, signed-in devices, second factors, and failed tries to sign in."""

from datetime import datetime

from sqlalchemy import Column
from sqlalchemy.orm import configure_mappers
from sqlmodel import CheckConstraint, Field, Index, SQLModel

from bot.store.crypto import Sealed
from bot.store.shapes import one_of
from bot.store.tables import TABLES


class ConsoleLinkRow(SQLModel, table=True):
    """A one-time link into the console, asked for in the chat; only the hash of its token is kept."""

    __tablename__ = "console_link"
    __table_args__ = (CheckConstraint("expires_at > made_at", name="order"),)

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class ConsoleSessionRow(SQLModel, table=True):
    """A device that is signed in (or still owes the second factor). The cookie's secret is kept as a hash only.

    ``device`` is the browser and system in two words, so that its owner knows it again. ``ends_at`` is the latest end,
    whatever happens; an unused session ends earlier.
    """

    __tablename__ = "console_session"
    __table_args__ = (
        one_of("state", "second_factor", "open", "ended"),
        CheckConstraint("state <> 'ended' OR ended_at IS NOT NULL", name="ended"),
        Index("ix_console_session_staff_id", "staff_id", "state"),
    )

    id: str = Field(primary_key=True, max_length=16)
    secret_hash: str = Field(unique=True, max_length=64)
    staff_id: str = Field(foreign_key="staff.id")
    state: str = "open"
    device: str = Field(default="", max_length=60)
    wrong_codes: int = 0
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class SecondFactorRow(SQLModel, table=True):
    """The secret of a person's authenticator app. It counts once a code was entered (``confirmed_at``).

    ``last_step`` is the newest 30-second step whose code was used: no code works twice.
    """

    __tablename__ = "second_factor"

    staff_id: str = Field(primary_key=True, foreign_key="staff.id", max_length=16)
    secret: str = Field(sa_column=Column(Sealed("second_factor.secret"), nullable=False))
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class SignInTryRow(SQLModel, table=True):
    """How many sign-ins failed from one address (kept as a hash) since ``since``."""

    __tablename__ = "sign_in_try"

    source: str = Field(primary_key=True, max_length=32)
    since: datetime
    failed: int = 0


TABLES.update({row.__tablename__: row for row in (ConsoleLinkRow, ConsoleSessionRow, SecondFactorRow, SignInTryRow)})
configure_mappers()
