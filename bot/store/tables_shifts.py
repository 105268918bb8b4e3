"""The tables of cover: the weekly pattern, holidays, swaps, test alerts, and when cover is looked at next.

Shifts on a date are in the table ``shift`` (:class:`bot.store.tables.ShiftRow`). Days are ISO dates and times are
"HH:MM" by the clock of ``zone``: a plan is made by the clock on the wall.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field, SQLModel

from bot.store.crypto import Sealed
from bot.store.shapes import due_index, one_of


class RotaRow(SQLModel, table=True):
    """One line of the weekly pattern. It ends by its ``last_day``; it is never deleted, so that the past can be read."""

    __tablename__ = "rota"
    __table_args__ = (
        CheckConstraint("rank IN (1, 2, 3)", name="rank"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )

    id: str = Field(primary_key=True, max_length=16)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    rank: int
    weekday: int
    begins: str = Field(max_length=5)
    ends: str = Field(max_length=5)
    zone: str
    first_day: str = Field(max_length=10)
    last_day: str | None = Field(default=None, max_length=10)
    made_at: datetime
    made_by: str


class HolidayRow(SQLModel, table=True):
    """Days on which the clinic is closed (first and last included), and who is called on them."""

    __tablename__ = "holiday"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="order"),)

    id: str = Field(primary_key=True, max_length=16)
    name: str
    first_day: str = Field(max_length=10)
    last_day: str = Field(max_length=10)
    zone: str
    first_id: str = Field(foreign_key="staff.id", index=True)
    second_id: str | None = Field(default=None, foreign_key="staff.id")
    lead_id: str | None = Field(default=None, foreign_key="staff.id")
    made_at: datetime
    made_by: str


class SwapRow(SQLModel, table=True):
    """One asks another to take a shift, for one of hers or for nothing; it happens only when she agrees."""

    __tablename__ = "swap"
    __table_args__ = (
        one_of("state", "asked", "agreed", "declined", "lapsed"),
        CheckConstraint("rank IN (1, 2, 3)", name="rank"),
        CheckConstraint("ends_at > begins_at", name="order"),
        CheckConstraint("(back_begins_at IS NULL) = (back_ends_at IS NULL)", name="back"),
        CheckConstraint("from_id <> to_id", name="two"),
    )

    id: str = Field(primary_key=True, max_length=16)
    from_id: str = Field(foreign_key="staff.id", index=True)
    to_id: str = Field(foreign_key="staff.id", index=True)
    rank: int
    begins_at: datetime
    ends_at: datetime
    back_begins_at: datetime | None = None
    back_ends_at: datetime | None = None
    state: str = "asked"
    asked_at: datetime
    answered_at: datetime | None = None


class TestAlertRow(SQLModel, table=True):
    """A marked test that a person must press; kept, so that cover can be proved. ``due_at`` until seen or told late."""

    __test__ = False  # the name begins with Test, and pytest would take it for tests
    __tablename__ = "test_alert"
    __table_args__ = (due_index("test_alert", "due_at", "due_at IS NOT NULL"),)

    id: str = Field(primary_key=True, max_length=16)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    sent_by: str
    sent_at: datetime
    seen_at: datetime | None = None
    due_at: datetime | None = None


class CoverWatchRow(SQLModel, table=True):
    """When cover is looked at next, on which morning the lead was told last, and of which gaps since then."""

    __tablename__ = "cover_watch"

    name: str = Field(primary_key=True)
    next_at: datetime
    told_day: str = Field(default="", max_length=10)
    told: str = Field(default="", sa_column=Column(Sealed("cover_watch.told"), nullable=False))
