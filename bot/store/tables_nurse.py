"""The tables of the nurse's day: what alerts were worth, who confirmed a session, digests, cards for the ER, the canary."""

from datetime import datetime

from sqlalchemy import Column
from sqlalchemy.orm import configure_mappers
from sqlmodel import CheckConstraint, Field, SQLModel

from bot.store.crypto import Sealed
from bot.store.shapes import one_of
from bot.store.tables import TABLES


class AlertMarkRow(SQLModel, table=True):
    """Was a closed alert useful? One mark an alert, with who gave it and when."""

    __tablename__ = "alert_mark"

    alert_id: str = Field(primary_key=True, foreign_key="alert.id", max_length=16)
    useful: bool
    by: str
    at: datetime


class ConfirmationRow(SQLModel, table=True):
    """The injector is asked whether what somebody else entered of a session is right (clinical brief, H10)."""

    __tablename__ = "confirmation"
    __table_args__ = (CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by"),)

    session_id: str = Field(primary_key=True, foreign_key="session.id", max_length=16)
    injector_id: str = Field(foreign_key="staff.id")
    asked_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None


class DigestRow(SQLModel, table=True):
    """A digest that was made, so that it is made once: ``daily:2026-11-24``, ``weekly:2026-11-23``."""

    __tablename__ = "digest"

    id: str = Field(primary_key=True, max_length=24)
    made_at: datetime


class HandoverRow(SQLModel, table=True):
    """What a card for the emergency room says, sealed: its PDF is made when the message goes."""

    __tablename__ = "handover"

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    made_at: datetime
    language: str
    facts: str = Field(sa_column=Column(Sealed("handover.facts"), nullable=False))


class CanaryRow(SQLModel, table=True):
    """One round of the canary. ``slot`` is which of the timer's rounds it is, so that one process makes it."""

    __tablename__ = "canary"
    __table_args__ = (
        one_of("stage", "opened", "answered", "seen", "failed"),
        CheckConstraint("(ended_at IS NULL) = (stage IN ('opened', 'answered'))", name="ended"),
    )

    slot: int = Field(primary_key=True)
    stage: str = "opened"
    started_at: datetime
    ended_at: datetime | None = None


TABLES.update({row.__tablename__: row for row in (AlertMarkRow, ConfirmationRow, DigestRow, HandoverRow, CanaryRow)})
configure_mappers()
