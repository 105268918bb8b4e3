"""The escalation policy: the ladder of each level, as the clinic's file states it. A published policy is immutable."""

import hashlib
from collections.abc import Collection
from datetime import time, timedelta
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.core.level import Level


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tell(StrEnum):
    """Who is told at a step of the ladder."""

    GROUP = "group"
    """The staff group."""
    ON_CALL = "on_call"
    SECOND = "second"
    INJECTOR = "injector"
    """The person who gave the injections."""
    LEAD = "lead"
    EVERYONE = "everyone"
    """Every clinician, injector and lead."""


class Step(_Frozen):
    """After so many minutes without anybody taking the alert, tell these."""

    after_min: int
    tell: tuple[Tell, ...]


class Ladder(_Frozen):
    """How one level climbs. Times are minutes from the moment the level was reached.

    After the last step the whole last step is repeated every ``then_every_min``, without end.
    """

    acknowledge_min: int
    contact_min: int
    steps: tuple[Step, ...]
    then_every_min: int

    @model_validator(mode="after")
    def _in_order(self) -> "Ladder":
        times = [step.after_min for step in self.steps]
        if not times or times[0] != 0:
            raise ValueError("the first step must be at 0 min")
        if times != sorted(set(times)):
            raise ValueError("the steps must come one after the other in time")
        if self.then_every_min < 1:
            raise ValueError("then_every must be at least 1 min, so that the ladder never ends")
        return self

    def is_empty(self, index: int, empty: Collection[Tell]) -> bool:
        """Does a step reach nobody new, when these reach nobody?

        Its new words count, or all of them where it only repeats. The injector alone does not fill a step beside
        others: she may be anybody, and off duty. A step for the group alone is never empty.
        """
        persons = [who for who in self.steps[index].tell if who is not Tell.GROUP]
        before = {who for step in self.steps[:index] for who in step.tell}
        counts = [who for who in persons if who not in before] or persons
        counts = [who for who in counts if who is not Tell.INJECTOR] or counts
        return bool(counts) and all(who in empty for who in counts)


class Hours(_Frozen):
    """The clinic's staffed hours in its own zone; ``days`` are 0 (Monday) to 6."""

    days: tuple[int, ...]
    opens: time
    closes: time


class Policy(_Frozen):
    """What the clinic does with an alert.

    ``taken_again_min``: taken but no contact noted, then everybody is told again. ``unanswered_again_min`` and
    ``unanswered_tries``: the patient did not answer the phone. ``contacted_close_min``: contacted but
    not closed. ``out_of_hours_contact``: can a clinician speak to a patient within 60 minutes at any hour? Where not, a
    D3 outside the staffed hours is given the D2 text (clinical brief, section 1). ``test_alert_days``: for so many days a
    test alert that somebody pressed shows that she hears alarms.
    """

    ladders: dict[Level, Ladder]
    taken_again_min: int = Field(ge=1)
    unanswered_again_min: int = Field(ge=1)
    unanswered_tries: int = Field(ge=1)
    contacted_close_min: int = Field(ge=1)
    out_of_hours_contact: bool
    staffed: tuple[Hours, ...]
    test_alert_days: int = Field(default=30, ge=1)

    @cached_property
    def revision(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the policy's canonical JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def ladder(self, level: Level) -> Ladder:
        """The ladder of ``level``."""
        return self.ladders[level]

    def acknowledge_within(self, level: Level) -> timedelta:
        """How soon somebody must take an alert of this level."""
        return timedelta(minutes=self.ladders[level].acknowledge_min)

    def contact_within(self, level: Level) -> timedelta:
        """How soon somebody must have spoken to the patient."""
        return timedelta(minutes=self.ladders[level].contact_min)
