"""What the world does to a run (inputs) and what follows from it (events): two closed unions."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.core.flow.conditions import Given
from bot.core.level import Level


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Inputs


class Opened(_Frozen):
    """The check-in is due, or the patient asked for it."""

    kind: Literal["opened"] = "opened"


class Tapped(_Frozen):
    """A button was pressed. On a screen a line code toggles, ``done`` sends and ``none`` stands alone."""

    kind: Literal["tapped"] = "tapped"
    question: str
    code: str


class Signal(_Frozen):
    """A red-flag word that the screen of free text found. ``ask`` means that it is unclear: ask, do not assume."""

    symptom: str
    level: Level
    ask: bool = False


class Typed(_Frozen):
    """The patient wrote something. Its words stay outside; ``signals`` is what the screen found in them."""

    kind: Literal["typed"] = "typed"
    signals: tuple[Signal, ...] = ()


class SentPhoto(_Frozen):
    """The patient sent a photo. It goes to staff; it never answers a question and never lowers a level."""

    kind: Literal["sent_photo"] = "sent_photo"


class TimedOut(_Frozen):
    """Time passed and a wait may be over."""

    kind: Literal["timed_out"] = "timed_out"


class WentBack(_Frozen):
    """The patient wants to change the last answer. The level stays: only a person can lower it."""

    kind: Literal["went_back"] = "went_back"


class Withdrew(_Frozen):
    """The run is over for a reason outside it: stopped, paused, in_hospital, deceased, replaced, forgotten,
    recalled.
    """

    kind: Literal["withdrew"] = "withdrew"
    why: str


Input = Opened | Tapped | Typed | SentPhoto | TimedOut | WentBack | Withdrew


# Events


class Asked(_Frozen):
    """Show this question. ``position`` of ``total`` counts the main questions (0: not counted).

    ``use`` names the wording for this patient; ``again`` says that it was open already.
    """

    kind: Literal["asked"] = "asked"
    question: str
    use: str = ""
    position: int = 0
    total: int = 0
    again: bool = False
    may_go_back: bool = False


class Picked(_Frozen):
    """A line of the open screen was tapped or untapped; nothing is recorded yet."""

    kind: Literal["picked"] = "picked"
    question: str
    picked: tuple[str, ...]


class Recorded(_Frozen):
    """An answer counts. ``assumed``: silence counted as this; ``changed``: it replaces an earlier answer."""

    kind: Literal["recorded"] = "recorded"
    question: str
    given: Given
    assumed: bool = False
    changed: bool = False


class AdviceGiven(_Frozen):
    """Give this advice now, before anything else. ``provisional``: "if this is happening now"."""

    kind: Literal["advice_given"] = "advice_given"
    level: Level
    advice: str
    provisional: bool = False


class AlertRaised(_Frozen):
    """Staff must act. ``rules`` are those that are new; an alert that is open already is joined and raised."""

    kind: Literal["alert_raised"] = "alert_raised"
    level: Level
    rules: tuple[str, ...]
    calls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unconfirmed: bool = False


class Reminded(_Frozen):
    """Ask the open question once more; ``half_way``: "still there?"."""

    kind: Literal["reminded"] = "reminded"
    question: str
    half_way: bool


class TaskRaised(_Frozen):
    """A person must do something by ``due_at``: ``phone_call``, ``phone_now`` or ``late_list``."""

    kind: Literal["task_raised"] = "task_raised"
    task: str
    due_at: datetime


class FellSilent(_Frozen):
    """No answer in the time of the plan. The run stays open for a late answer and is shown as "no answer"."""

    kind: Literal["fell_silent"] = "fell_silent"
    half_way: bool


class Noted(_Frozen):
    """Something came that is not an answer (words, a photo); staff see it."""

    kind: Literal["noted"] = "noted"
    photo: bool = False


class OutOfDate(_Frozen):
    """A button of a question that is not open any more was pressed; nothing changed."""

    kind: Literal["out_of_date"] = "out_of_date"
    question: str
    same: bool = False


class Ended(_Frozen):
    """The conversation is over. ``expected`` and ``self_care`` are keys of the closing words.

    ``how``: completed, emergency (ended after a D1 or D2), withdrawn.
    """

    kind: Literal["ended"] = "ended"
    how: str
    why: str = ""
    level: Level = Level.D5
    expected: tuple[str, ...] = ()
    self_care: tuple[str, ...] = ()


Event = (
    Asked
    | Picked
    | Recorded
    | AdviceGiven
    | AlertRaised
    | Reminded
    | TaskRaised
    | FellSilent
    | Noted
    | OutOfDate
    | Ended
)
