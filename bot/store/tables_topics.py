"""Tables of a staff group with topics: whether it has any, and which topic is whose. Registered in ``tables``."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel


class ForumRow(SQLModel, table=True):
    """What is known of a group that the clinic uses: has it topics, and until when are new ones not tried?"""

    __tablename__ = "forum"

    chat_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    is_forum: bool
    refused_until: datetime | None = None


class TopicRow(SQLModel, table=True):
    """A patient's topic in a group: opening (asked of Telegram in message ``asked_id``), open, or lost.

    A lost one takes no messages any more; it stays known, to be deleted with her data. ``thread_id`` is Telegram's.
    """

    __tablename__ = "topic"
    __table_args__ = (
        CheckConstraint("state IN ('opening', 'open', 'lost')", name="state"),
        CheckConstraint("state <> 'open' OR thread_id IS NOT NULL", name="thread_id"),
        CheckConstraint("state <> 'lost' OR lost_at IS NOT NULL", name="lost_at"),
        Index(
            "uq_topic_patient",
            "patient_id",
            "chat_id",
            unique=True,
            sqlite_where=text("state <> 'lost'"),
            postgresql_where=text("state <> 'lost'"),
        ),
        Index("ix_topic_thread", "chat_id", "thread_id"),
        Index("ix_topic_asked", "asked_id"),
    )

    id: str = Field(primary_key=True, max_length=16)
    patient_id: str = Field(foreign_key="patient.id", index=True)
    chat_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    thread_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    state: str = "opening"
    asked_id: int
    made_at: datetime
    lost_at: datetime | None = None
