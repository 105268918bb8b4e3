"""What was added, removed or changed between two revisions of a script, thing by thing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from bot.core.check.asked import questions_of
from bot.core.flow.model import CheckIn, Script

ChangedKind = Literal["question", "set", "rule", "reason", "text", "check_in", "plan", "vocabulary"]
"""The sorts of thing that can change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after, as compact JSON (a text as it is). None before: added; None after: removed."""

    kind: ChangedKind
    id: str
    before: str | None
    after: str | None


def changes(old: Script, new: Script) -> tuple[Change, ...]:
    """Every change from ``old`` to ``new``: vocabulary, questions, sets, rules, reasons, times, then texts."""
    return tuple(_changes(old, new))


def no_longer_asked(old: Script, new: Script) -> tuple[tuple[str, str], ...]:
    """Each (check-in, question) of the old timetable that the new one does not have."""
    remaining = {entry.id: set(questions_of(new, entry)) for entry in new.plan.check_ins}
    return tuple(
        (entry.id, question)
        for entry in old.plan.check_ins
        for question in questions_of(old, entry)
        if question not in remaining.get(entry.id, ())
    )


def _changes(old: Script, new: Script) -> Iterator[Change]:
    yield from _compare("vocabulary", _vocabulary(old), _vocabulary(new))
    yield from _compare("question", _dumped(old.questions), _dumped(new.questions))
    yield from _compare("set", _listed(old.sets), _listed(new.sets))
    yield from _compare(
        "rule", _dumped({rule.id: rule for rule in old.rules}), _dumped({rule.id: rule for rule in new.rules})
    )
    yield from _compare("reason", _reasons(old), _reasons(new))
    yield from _compare("check_in", _check_ins(old), _check_ins(new))
    yield from _compare("plan", _plan(old), _plan(new))
    yield from _compare("text", _texts(old), _texts(new))


def _compare(kind: ChangedKind, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Change(kind, name, before.get(name), after.get(name))


def _dumped(things: Mapping[str, BaseModel]) -> dict[str, str]:
    return {name: thing.model_dump_json(exclude_defaults=True) for name, thing in things.items()}


def _listed(things: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: json.dumps(things[name]) for name in things}


def _vocabulary(script: Script) -> dict[str, str]:
    return _listed(
        {
            "parts": script.parts,
            "sites": script.sites,
            "modifiers": script.modifiers,
            "advice_order": script.advice_order,
            "symptoms": tuple(f"{name}: {asked}" for name, asked in script.symptom_questions.items()),
        }
    )


def _reasons(script: Script) -> dict[str, str]:
    return _dumped({reason.id: reason for reason in (*script.expected, *script.self_care)})


def _check_ins(script: Script) -> dict[str, str]:
    by_id: dict[str, CheckIn] = {entry.id: entry for entry in script.plan.check_ins}
    return _dumped(by_id)


def _plan(script: Script) -> dict[str, str]:
    plan = script.plan.model_dump(mode="json", exclude={"check_ins"})
    return {name: json.dumps(value, sort_keys=True) for name, value in plan.items()}


def _texts(script: Script) -> dict[str, str]:
    return {f"{texts.language}: {key}": text for texts in script.texts.values() for key, text in texts.by_key.items()}
