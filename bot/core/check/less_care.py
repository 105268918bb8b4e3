"""What a new revision takes from patients beside their level: words of a red advice, check-ins, times, re-checks."""

from collections.abc import Iterable, Iterator

from bot.core.check.space import due_hour
from bot.core.flow.durations import in_units
from bot.core.flow.model import CheckIn, Plan, Script

GENERAL = ("d1", "d2", "d3")
"""The red advice texts that every script has."""


def less_care(old: Script, new: Script) -> tuple[str, ...]:
    """One line for each thing that somebody in danger would be told, or asked, otherwise, later or not at all."""
    return (*_texts(old, new), *_advice(old, new), *_check_ins(old, new), *_plan(old, new), *_questions(old, new))


def _texts(old: Script, new: Script) -> Iterator[str]:
    """Any change of an emergency text: no program can tell whether it says less."""
    names = dict.fromkeys((*GENERAL, *(rule.advice for rule in old.rules if rule.level.is_red)))
    for language, texts in old.texts.items():
        if language not in new.texts:
            yield f"the language {language} is gone"
            continue
        for name in names:
            was, becomes = (each.by_key.get(f"advice.{name}") for each in (texts, new.texts[language]))
            if was is not None and becomes is None:
                yield f"{language}: the advice {name} is gone: {was}"
            elif was is not None and was != becomes:
                yield f"{language}: the advice {name} says: {becomes} (before: {was})"


def _advice(old: Script, new: Script) -> Iterator[str]:
    rules = {rule.id: rule for rule in new.rules}
    for rule in old.rules:
        other = rules.get(rule.id)
        if other is None or not rule.level.is_red or not other.level.is_red:
            continue
        if rule.advice != other.advice and rule.level is other.level:
            yield f"rule {rule.id} gives the advice {other.advice} (before: {rule.advice})"
        lost = [call for call in rule.calls if call not in other.calls]
        if lost:
            yield f"rule {rule.id} no longer calls {', '.join(lost)}"
        if rule.note and rule.note != other.note:
            yield f"rule {rule.id} tells staff {other.note or 'nothing more'} (before: {rule.note})"
    kept = [name for name in old.advice_order if name in new.advice_order]
    if kept != [name for name in new.advice_order if name in kept]:
        yield f"of several advice texts another comes first: {', '.join(new.advice_order)}"


def _check_ins(old: Script, new: Script) -> Iterator[str]:
    for entry in old.plan.check_ins:
        other = new.plan.check_in(entry.id)
        if other is None:
            yield f"check-in {entry.id} ({_due(entry)}) is gone"
            continue
        if due_hour(other) > due_hour(entry):
            yield f"check-in {entry.id} comes later: {_due(other)} (before: {_due(entry)})"
        elif (
            other.at_latest != entry.at_latest
            and (entry.at_latest is not None)
            and (other.at_latest is None or other.at_latest > entry.at_latest)
        ):
            yield f"check-in {entry.id} may come later in the evening than {entry.at_latest:%H:%M}"
        elif other.then_at is not None and (other.if_session_after, other.then_at) != (
            entry.if_session_after,
            entry.then_at,
        ):
            yield f"check-in {entry.id} may wait for the next morning, {other.then_at:%H:%M}"
        if other.only_when is not None and other.only_when != entry.only_when:
            yield f"check-in {entry.id} is for other patients than before"


def _plan(old: Script, new: Script) -> Iterator[str]:
    yield from (f"{name}: {in_units(now)} (before: {in_units(before)})" for name, before, now in _waits(old, new))
    was, becomes = old.plan.follow_up, new.plan.follow_up
    if len(becomes.recheck_after_s) < len(was.recheck_after_s):
        yield f"{len(becomes.recheck_after_s)} re-checks after a D1 or D2 (before: {len(was.recheck_after_s)})"
    if was.recheck_next_morning and not becomes.recheck_next_morning:
        yield "no re-check on the next morning after a D1 or D2"
    for phase, silence in old.plan.silence.items():
        less = len(silence.remind_after_s) - len(new.plan.silence[phase].remind_after_s)
        if less > 0:
            yield f"a silent patient is reminded {less} times less ({phase})"
    for question in old.questions.values():
        other = new.questions.get(question.id)
        if question.silence is not None and other is not None and other.silence is None:
            yield f"silence after {question.id} counts as nothing"


def _waits(old: Script, new: Script) -> Iterator[tuple[str, int, int]]:
    """Each time that became longer, with what it was."""
    pairs = [
        ("a tapped line and then silence counts after", old.plan.line_silent_after_s, new.plan.line_silent_after_s),
        ("half-way silence is asked about after", old.plan.still_there_after_s, new.plan.still_there_after_s),
        ("after a D1 or D2 staff phone when nothing came for", *_both(old.plan, new.plan)),
    ]
    rechecks = zip(old.plan.follow_up.recheck_after_s, new.plan.follow_up.recheck_after_s, strict=False)
    pairs += [(f"re-check {number} after", was, becomes) for number, (was, becomes) in enumerate(rechecks, start=1)]
    for phase, was in old.plan.silence.items():
        becomes = new.plan.silence[phase]
        pairs.append((f"staff hear of a silent patient after ({phase})", was.task_after_s, becomes.task_after_s))
        pairs.append((f"staff must phone a silent patient within ({phase})", was.task_due_s, becomes.task_due_s))
        reminders = zip(was.remind_after_s, becomes.remind_after_s, strict=False)
        pairs += [(f"a silent patient is reminded after ({phase})", *each) for each in reminders]
    for name, question in old.questions.items():
        other = new.questions.get(name)
        if question.silence is not None and other is not None and other.silence is not None:
            pairs.append((f"silence after {name} counts after", question.silence.after_s, other.silence.after_s))
    return ((name, before, now) for name, before, now in pairs if now > before)


def _both(old: Plan, new: Plan) -> tuple[int, int]:
    return old.follow_up.act_within_s, new.follow_up.act_within_s


def _questions(old: Script, new: Script) -> Iterator[str]:
    """Questions that are asked no more where no check-in of the timetable asks them (there, see ``no_longer_asked``)."""
    for where, was, becomes in (
        ("when the patient says that she is worse", old.plan.on_demand_sets, new.plan.on_demand_sets),
        ("at a re-check", old.plan.follow_up.recheck_sets, new.plan.follow_up.recheck_sets),
        ("before a next session", old.plan.gate, new.plan.gate),
    ):
        still = set(_in_sets(new, becomes))
        yield from (f"{name} is no longer asked {where}" for name in _in_sets(old, was) if name not in still)
    after = {*new.plan.after_d2, *new.plan.after_d2_follow_ups}
    gone = dict.fromkeys((*old.plan.after_d2_follow_ups, *old.plan.after_d2))
    yield from (f"{name} is no longer asked after a D2" for name in gone if name not in after)


def _in_sets(script: Script, sets: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in sets for name in script.sets.get(each, ())))


def _due(entry: CheckIn) -> str:
    return f"day {entry.on_day}" if entry.on_day is not None else f"{due_hour(entry):g} h"
