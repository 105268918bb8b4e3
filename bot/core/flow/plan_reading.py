"""The plan of a procedure from YAML: the timetable, quiet hours, what silence means, what follows a red flag."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.flow.condition_reading import MAX_DAYS, ConditionReader
from bot.core.flow.model import CheckIn, Extra, FollowUp, Phase, Plan, Question, SilencePlan
from bot.core.flow.reader import Fields, Reader
from bot.core.flow.section import FirstPlaces, Vocabulary

_REQUIRED = (
    "quiet",
    "merge_within",
    "still_there_after",
    "on_demand",
    "after_d2",
    "follow_up",
    "silence",
    "check_ins",
)
_HOUR_S = 3600
_ONLY_AFTER = ("at_latest", "if_session_after", "then_at")


@dataclass(frozen=True)
class PlanReader:
    """Reads the plan of one procedure, which may name these question sets and questions."""

    sets: Collection[str]
    questions: Mapping[str, Question]
    conditions: ConditionReader
    vocabulary: Vocabulary
    places: FirstPlaces

    def read(self, at: Reader) -> Plan:
        """The plan written at this place."""
        fields = at.mapping(_REQUIRED, ("gate", "after_d2_follow_ups"))
        quiet = fields["quiet"].mapping(("from", "to"))
        quiet_from, quiet_to = quiet["from"].clock(), quiet["to"].clock()
        if quiet_from == quiet_to and "from" in quiet and "to" in quiet:
            message = "Quiet hours begin and end at the same time: they are no interval."
            fields["quiet"].report("range", message, 'Write two different times, like "22:00" and "08:00".')
        check_ins = self._check_ins(fields["check_ins"])
        return Plan(
            quiet_from=quiet_from,
            quiet_to=quiet_to,
            merge_within_h=_whole_hours(fields["merge_within"]),
            still_there_after_s=fields["still_there_after"].duration(),
            check_ins=check_ins,
            silence=_silence(fields["silence"], {check_in.phase for check_in in check_ins}),
            on_demand_sets=fields["on_demand"].references(self.sets, "set", least=1),
            gate=fields["gate"].references(self.sets, "set", least=1) if "gate" in fields else (),
            after_d2=fields["after_d2"].references(self.questions, "question"),
            after_d2_follow_ups=fields["after_d2_follow_ups"].references(self.questions, "question"),
            follow_up=self._follow_up(fields["follow_up"]),
        )

    def _follow_up(self, at: Reader) -> FollowUp:
        fields = at.mapping(("question", "act_within", "recheck_after", "recheck_sets"), ("recheck_next_morning",))
        return FollowUp(
            question=fields["question"].refer(self.questions, "question"),
            act_within_s=fields["act_within"].duration(),
            recheck_after_s=_rising(fields["recheck_after"]),
            recheck_next_morning=fields["recheck_next_morning"].flag(),
            recheck_sets=fields["recheck_sets"].references(self.sets, "set", least=1),
        )

    def _check_ins(self, at: Reader) -> tuple[CheckIn, ...]:
        found: list[CheckIn] = []
        for item in at.items(least=1):
            check_in = self._check_in(item)
            if found:
                _check_order(item, found[-1], check_in)
            found.append(check_in)
        return tuple(found)

    def _check_in(self, at: Reader) -> CheckIn:
        fields = at.mapping(("id", "phase", "sets"), ("after", "on_day", *_ONLY_AFTER, "only_when", "extra", "closes"))
        self.places.define(fields["id"], fields["id"].name())
        _check_shape(at, fields)
        only_when = fields["only_when"]
        return CheckIn(
            id=fields["id"].text(),
            phase=fields["phase"].member(Phase, "phase"),
            sets=fields["sets"].references(self.sets, "set", least=1),
            after_h=fields["after"].duration() / _HOUR_S if "after" in fields else None,
            on_day=fields["on_day"].integer(0, MAX_DAYS) if "on_day" in fields else None,
            at_latest=fields["at_latest"].clock() if "at_latest" in fields else None,
            if_session_after=fields["if_session_after"].clock() if "if_session_after" in fields else None,
            then_at=fields["then_at"].clock() if "then_at" in fields else None,
            only_when=None if only_when.is_absent else self.conditions.read(only_when, self.vocabulary),
            extra=tuple(self._extra(item) for item in fields["extra"].items()),
            closes=fields["closes"].flag(),
        )

    def _extra(self, at: Reader) -> Extra:
        fields = at.mapping(("when", "sets"))
        return Extra(
            when=self.conditions.read(fields["when"], self.vocabulary),
            sets=fields["sets"].references(self.sets, "set", least=1),
        )


def _check_shape(at: Reader, fields: Fields) -> None:
    """Report keys of a check-in that do not go together."""
    if at.is_absent:
        return
    if ("after" in fields) == ("on_day" in fields):
        message = "A check-in is due either so long 'after' the session or 'on_day': exactly one of them."
        at.report("check-in", message, "Write after: 2 h, or on_day: 3.")
    if "on_day" in fields:
        for key in _ONLY_AFTER:
            if key in fields:
                message = f"{key!r} bends a check-in with 'after'; one with 'on_day' is at the patient's hour."
                fields[key].report("check-in", message, f"Delete {key!r}.")
    if ("if_session_after" in fields) != ("then_at" in fields):
        message = "'if_session_after' and 'then_at' go together, and one of them is missing."
        at.report("check-in", message, "Add the other, or delete this one.")


def _check_order(at: Reader, before: CheckIn, check_in: CheckIn) -> None:
    earlier, now = _when(before), _when(check_in)
    if earlier is None or now is None:
        return
    same_kind = (before.on_day is None) == (check_in.on_day is None)
    both = before.only_when is None and check_in.only_when is None
    if now < earlier or (now == earlier and same_kind and both):
        message = f"The check-in {check_in.id!r} is not later than {before.id!r} before it."
        at.report("order", message, "Put the check-ins in the order of their times.")


def _when(check_in: CheckIn) -> float | None:
    """The earliest moment of a check-in in days, near enough to compare two lines of a timetable."""
    if check_in.after_h is not None:
        return check_in.after_h / 24
    return check_in.on_day


def _silence(at: Reader, needed: Collection[Phase]) -> dict[Phase, SilencePlan]:
    fields = at.mapping(
        tuple(phase.value for phase in Phase if phase in needed),
        tuple(phase.value for phase in Phase if phase not in needed),
    )
    return {phase: _silence_of(fields[phase.value]) for phase in Phase if phase.value in fields}


def _silence_of(at: Reader) -> SilencePlan:
    fields = at.mapping(("remind_after", "task", "task_after", "task_due"))
    return SilencePlan(
        remind_after_s=_rising(fields["remind_after"]),
        task=fields["task"].name(),
        task_after_s=fields["task_after"].duration(),
        task_due_s=fields["task_due"].duration(),
    )


def _rising(at: Reader) -> tuple[int, ...]:
    """A list of durations, each longer than the one before."""
    items: Sequence[Reader] = at.items()
    seconds = tuple(item.duration() for item in items)
    for item, before, now in zip(items[1:], seconds, seconds[1:], strict=False):
        if now <= before:
            item.report("order", "This is not later than the one before it.", "Put them in order.")
    return seconds


def _whole_hours(at: Reader) -> int:
    seconds = at.duration()
    if seconds % _HOUR_S:
        at.report("range", "This must be whole hours.", "Write it like 24 h.")
    return seconds // _HOUR_S
