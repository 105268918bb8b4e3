"""While a person of the clinic talks with a patient, routine check-ins wait: until when, and how long at the most."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.core.care.clock import at_wall_clock, is_quiet
from bot.core.flow.model import Phase, Plan


class ChatTimes(BaseModel):
    """The clinic's times for its chat with patients (``flows/clinic/chat.yaml``), in seconds.

    ``hold_s``: how long the bot puts no routine question by itself after a person wrote; 0 is no hold.
    ``answer_within_s``: by when a person answers what a patient sent to the team.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hold_s: int = Field(ge=0, le=4 * 3600)
    answer_within_s: int = Field(ge=60)

    @property
    def hold(self) -> timedelta:
        """How long a hold lasts after the last words of a person."""
        return timedelta(seconds=self.hold_s)

    @property
    def answer_within(self) -> timedelta:
        """By when a person answers."""
        return timedelta(seconds=self.answer_within_s)


def held_until(spoke_at: datetime | None, times: ChatTimes, now: datetime) -> datetime | None:
    """Until when routine questions wait, after a person last wrote at ``spoke_at``; None when nothing holds them."""
    if spoke_at is None:
        return None
    until = spoke_at + times.hold
    return until if until > now else None


def latest_for(planned_at: datetime, plan: Plan, phase: Phase, zone: str) -> datetime:
    """The last moment at which a check-in that was planned for ``planned_at`` is still worth asking unasked.

    That is its own first reminder, when the plan itself begins to miss an answer, and before the night of the
    patient's clock. It bounds every hold together: a long talk does not push a check-in on and on.
    """
    silence = plan.silence[phase]
    latest = planned_at + timedelta(seconds=min((*silence.remind_after_s, silence.task_after_s)))
    if is_quiet(planned_at, plan.quiet_from, plan.quiet_to, zone):
        return planned_at
    day = planned_at.astimezone(ZoneInfo(zone)).date()
    nights = (at_wall_clock(day + timedelta(days=more), plan.quiet_from, zone) for more in (0, 1))
    night = min((each for each in nights if each > planned_at), default=latest)
    return min(latest, night - timedelta(minutes=1)) if night > planned_at + timedelta(minutes=1) else planned_at


def put_off(until: datetime, latest: datetime, now: datetime) -> datetime | None:
    """When a check-in that is due and held is asked; None: now, because it may not wait any longer."""
    moment = min(until, latest)
    return moment if moment > now else None
