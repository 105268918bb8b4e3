"""The frozen model of a script: questions, rules, plan and wording of one procedure, ready for the engine."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from bot.core.flow.compiled import Test, compiled
from bot.core.flow.conditions import ANY_CODE, Condition, Given, answers_needed, questions_in
from bot.core.level import Level


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __copy__(self) -> Self:
        """A copy (``model_copy`` changes it) works out anew what was worked out from the fields of this one."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    def __getstate__(self) -> dict[Any, Any]:
        """So does what is read back from pickle: a compiled condition is no data."""
        state = super().__getstate__()
        known = type(self).model_fields
        return {**state, "__dict__": {name: value for name, value in state["__dict__"].items() if name in known}}


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    """One button of several."""
    SCREEN = "screen"
    """A line for each symptom, several taps, "none of these" as a button of its own."""
    SCALE = "scale"
    """A number from 0 to 10."""
    TEXT = "text"
    """Own words; also one of the answers by button."""


class Line(_Frozen):
    """One line of a screen: a symptom that can be tapped.

    Either the tap alone decides (``at_once``), or ``detail`` names the full question that a tap opens.
    ``if_silent`` is the answer to the detail question that counts when the patient falls silent after
    the tap: the highest level of the line (clinical brief, section 3.2).
    """

    code: str
    at_once: bool = False
    detail: str | None = None
    if_silent: str | None = None


class Wording(_Frozen):
    """Another wording of the same question for some patients: text key suffix ``use`` where ``when`` holds."""

    when: Condition
    use: str

    @cached_property
    def applies(self) -> Test:
        """``when``, compiled."""
        return compiled(self.when)


class Silence(_Frozen):
    """What no answer means for a question that is open: after so many seconds ``counts_as`` is recorded."""

    after_s: int
    counts_as: str


class Question(_Frozen):
    """One question. ``answers`` are its codes in order from best to worst where an order exists.

    ``ask_when`` opens a question only for those patients; ``well`` is what a well patient answers (it bounds
    the burden); a detail question is opened by the screen line that names it. ``calm_only`` questions are asked only
    while nothing red (D1 to D3) was found.
    """

    id: str
    kind: QuestionKind
    answers: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    ask_when: Condition | None = None
    well: str
    silence: Silence | None = None
    wording: tuple[Wording, ...] = ()
    photo: bool = False
    calm_only: bool = False
    part: str = ""

    @cached_property
    def asked_of(self) -> Test | None:
        """``ask_when``, compiled."""
        return None if self.ask_when is None else compiled(self.ask_when)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code that an answer may carry: "0".."10" for a scale, "said" for own words."""
        match self.kind:
            case QuestionKind.SCREEN:
                return (*(line.code for line in self.lines), "none")
            case QuestionKind.SCALE:
                return tuple(str(number) for number in range(11))
            case QuestionKind.TEXT:
                return (*self.answers, "said")
            case _:
                return self.answers

    def line(self, code: str) -> Line | None:
        """The line of a screen with this code, or None."""
        return next((line for line in self.lines if line.code == code), None)


def given_for(question: Question, codes: tuple[str, ...]) -> Given:
    """The value to record when ``codes`` are the answer to ``question``; ``codes`` must be known to it."""
    unknown = set(codes) - set(question.codes)
    if unknown or not codes:
        raise ValueError(f"{question.id} has no answer {', '.join(sorted(unknown)) or '(empty)'}")
    if question.kind is QuestionKind.SCALE:
        return Given(codes=codes, number=int(codes[0]))
    order = question.codes
    return Given(codes=codes, rank=max(order.index(code) for code in codes))


class Rule(_Frozen):
    """Under these conditions, at least this level. ``advice`` is the text given for a red level.

    ``calls`` names who hears of it besides the ladder (``injector``); ``note`` is the key of a line for staff.
    ``why`` and ``source`` carry the clinical brief's reason and source marks; ``sign_off`` says what a
    clinician still has to sign. ``backs_up`` names rules that say as much for all of its patients: it stays for the
    day on which somebody changes those.
    """

    id: str
    when: Condition
    level: Level
    advice: str
    why: str
    source: tuple[str, ...] = ()
    sign_off: str = ""
    calls: tuple[str, ...] = ()
    note: str = ""
    part: str = ""
    raised_from: Level | None = None
    backs_up: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _as_before(self, make: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Revisions that were published before rules could back up others keep their names."""
        found: dict[str, Any] = make(self)
        if not self.backs_up:
            found.pop("backs_up", None)
        return found

    @cached_property
    def applies(self) -> Test:
        """``when``, compiled."""
        return compiled(self.when)


class Reason(_Frozen):
    """A line of the closing text: why this is expected now (``expected``), or what to do (``self_care``)."""

    id: str
    when: Condition
    text: str
    source: tuple[str, ...] = ()
    sign_off: str = ""

    @cached_property
    def applies(self) -> Test:
        """``when``, compiled."""
        return compiled(self.when)


class Phase(StrEnum):
    """How silence after a check-in is treated (clinical brief, section 4.3)."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"


class SilencePlan(_Frozen):
    """Reminders and the staff task of a phase; seconds after the check-in was sent."""

    remind_after_s: tuple[int, ...]
    task_after_s: int
    task_due_s: int
    task: str


class Extra(_Frozen):
    """Question sets that a check-in has only under a condition (say, filler in place)."""

    when: Condition
    sets: tuple[str, ...]

    @cached_property
    def applies(self) -> Test:
        """``when``, compiled."""
        return compiled(self.when)


class CheckIn(_Frozen):
    """One line of the timetable.

    Hour-based check-ins (``after_h``) are due that long after ``t0``; day-based ones (``on_day``) at the hour that the
    patient picked. ``at_latest`` and the night rule bend c1 and c2 round the quiet hours (section 3.2).
    ``only_when`` leaves a check-in out for other patients.
    """

    id: str
    phase: Phase
    sets: tuple[str, ...]
    after_h: float | None = None
    on_day: int | None = None
    at_latest: time | None = None
    if_session_after: time | None = None
    then_at: time | None = None
    only_when: Condition | None = None
    extra: tuple[Extra, ...] = ()
    closes: bool = False


class FollowUp(_Frozen):
    """What happens after a D1 or D2: the question "what are you doing now?" and the re-checks until staff close."""

    question: str
    act_within_s: int
    recheck_after_s: tuple[int, ...]
    recheck_next_morning: bool
    recheck_sets: tuple[str, ...]


class Plan(_Frozen):
    """The timetable of a procedure, with quiet hours (patient's wall clock) and what silence means.

    ``gate`` are the sets of the check before a planned next session; none means that the script has no such check.

    After a D2 the questions ``after_d2`` are asked, and before them those ``after_d2_follow_ups`` whose own
    ``ask_when`` holds.
    """

    quiet_from: time
    quiet_to: time
    merge_within_h: int
    still_there_after_s: int
    line_silent_after_s: int = 120
    check_ins: tuple[CheckIn, ...]
    silence: dict[Phase, SilencePlan]
    on_demand_sets: tuple[str, ...]
    gate: tuple[str, ...] = ()
    after_d2: tuple[str, ...]
    after_d2_follow_ups: tuple[str, ...] = ()
    follow_up: FollowUp

    def check_in(self, check_in_id: str) -> CheckIn | None:
        """The line of the timetable with this id, or None."""
        return next((entry for entry in self.check_ins if entry.id == check_in_id), None)


class Texts(_Frozen):
    """Every text of a script in one language, by key (``question.BR.ask``, ``advice.d1``, ...)."""

    language: str
    by_key: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A question as it stands in a set; ``gates`` are the lines (screen, code) of which one must be tapped.

    A question that a screen of the *same* set opens is a detail there; in another set it may stand on its own
    (pain is a detail of the emergency screen, and asked of everybody in the skin set).
    """

    question: str
    gates: tuple[tuple[str, str], ...]


class Script(_Frozen):
    """One procedure, complete: all that the engine, the checker and the chat need, and nothing else.

    The content hash :attr:`revision` names a published script for ever: the same words and rules give the same name.
    ``sign_off`` are the points that a clinician has to sign and that belong to no single rule or reason.
    """

    procedure: str
    parts: tuple[str, ...]
    sites: tuple[str, ...]
    modifiers: tuple[str, ...]
    questions: dict[str, Question]
    sets: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    expected: tuple[Reason, ...]
    self_care: tuple[Reason, ...]
    plan: Plan
    advice_order: tuple[str, ...]
    symptom_questions: dict[str, str]
    texts: dict[str, Texts]
    sign_off: dict[str, str] = {}

    @cached_property
    def revision(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the script's canonical JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @cached_property
    def openers(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """For each detail question: every (screen, line code) that opens it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for question in self.questions.values():
            for line in question.lines:
                if line.detail is not None:
                    found.setdefault(line.detail, []).append((question.id, line.code))
        return {detail: tuple(pairs) for detail, pairs in found.items()}

    @cached_property
    def _places(self) -> dict[tuple[str, ...], tuple[Place, ...]]:
        return {}

    def places(self, sets: tuple[str, ...]) -> tuple[Place, ...]:
        """The questions of ``sets`` in order, each with what opens it."""
        found = self._places.get(sets)
        if found is None:
            found = self._places[sets] = tuple(
                Place(question, tuple(pair for pair in self.openers.get(question, ()) if pair[0] in self.sets[name]))
                for name in sets
                for question in self.sets[name]
            )
        return found

    @cached_property
    def _main_questions(self) -> dict[tuple[str, ...], tuple[Question, ...]]:
        return {}

    def main_questions(self, sets: tuple[str, ...]) -> tuple[Question, ...]:
        """The questions of ``sets`` that no tapped line opens, in order; one that two sets hold comes twice."""
        found = self._main_questions.get(sets)
        if found is None:
            names = (place.question for place in self.places(sets) if not place.gates)
            found = self._main_questions[sets] = tuple(self.questions[name] for name in names)
        return found

    @cached_property
    def well(self) -> dict[str, Given]:
        """What a well patient answers to each question."""
        return {question.id: given_for(question, (question.well,)) for question in self.questions.values()}

    @cached_property
    def screens(self) -> tuple[Question, ...]:
        """The questions with lines to tap."""
        return tuple(question for question in self.questions.values() if question.kind is QuestionKind.SCREEN)

    @cached_property
    def _rules_after(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """The places (in ``rules``) of those that an answer (question, code) may make true."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, rule in enumerate(self.rules):
            for pair in answers_needed(rule.when) or ():
                found.setdefault(pair, []).append(place)
        return {pair: tuple(places) for pair, places in found.items()}

    @cached_property
    def _rules_without(self) -> tuple[int, ...]:
        """The places of rules that may hold before anything is answered."""
        return tuple(place for place, rule in enumerate(self.rules) if answers_needed(rule.when) is None)

    def rules_for(self, answers: Iterable[tuple[str, Given]]) -> tuple[Rule, ...]:
        """The rules that these answers may make true, in the script's order: no other rule can hold."""
        found = set(self._rules_without)
        after = self._rules_after
        for question, given in answers:
            found.update(after.get((question, ANY_CODE), ()))
            for code in given.codes:
                found.update(after.get((question, code), ()))
        return tuple(self.rules[place] for place in sorted(found))

    @cached_property
    def may_reach_d1(self) -> frozenset[str]:
        """The questions that some D1 rule looks at: those still worth asking after a D2."""
        return frozenset().union(*(questions_in(rule.when) for rule in self.rules if rule.level is Level.D1))
