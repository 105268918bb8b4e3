"""What was added, removed or changed between two revisions of a script, thing by thing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from bot.core.check.asked import questions_of
from bot.core.check.change_details import Detail, details
from bot.core.flow.model import Script

ChangedKind = Literal["question", "set", "rule", "reason", "text", "check_in", "plan", "vocabulary"]
"""The sorts of thing that can change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after, as compact JSON (a text as it is). None before: added; None after: removed.

    ``details`` says the same for a reader: each field that is another now, in the words of a script.
    """

    kind: ChangedKind
    id: str
    before: str | None
    after: str | None
    details: tuple[Detail, ...] = ()

    @property
    def verb(self) -> Literal["added", "removed", "changed"]:
        """What happened to it."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


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
    yield from _compare("question", old.questions, new.questions)
    yield from _compare("set", old.sets, new.sets)
    yield from _compare("rule", {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules})
    yield from _compare("reason", _reasons(old), _reasons(new))
    yield from _compare("check_in", _check_ins(old), _check_ins(new))
    yield from _compare("plan", _plan(old), _plan(new))
    yield from _compare("text", _texts(old), _texts(new))


def _compare(kind: ChangedKind, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        was, becomes = before.get(name), after.get(name)
        if was != becomes:
            yield Change(kind, name, _compact(was), _compact(becomes), details(name, was, becomes))


def _compact(thing: object) -> str | None:
    if thing is None or isinstance(thing, str):
        return thing
    if isinstance(thing, BaseModel):
        return thing.model_dump_json(exclude_defaults=True)
    return json.dumps(thing, sort_keys=True, default=_plain)


def _plain(thing: object) -> object:
    return thing.model_dump(mode="json") if isinstance(thing, BaseModel) else str(thing)


def _vocabulary(script: Script) -> dict[str, object]:
    return {
        "parts": script.parts,
        "sites": script.sites,
        "modifiers": script.modifiers,
        "advice_order": script.advice_order,
        "symptoms": tuple(f"{name}: {asked}" for name, asked in script.symptom_questions.items()),
    }


def _reasons(script: Script) -> dict[str, object]:
    return {reason.id: reason for reason in (*script.expected, *script.self_care)}


def _check_ins(script: Script) -> dict[str, object]:
    return {entry.id: entry for entry in script.plan.check_ins}


def _plan(script: Script) -> dict[str, object]:
    """The times and lists of the plan; the silence of each phase is a thing of its own."""
    plan = script.plan
    names = (name for name in type(plan).model_fields if name not in ("check_ins", "silence"))
    silence = {f"silence {phase}": times for phase, times in plan.silence.items()}
    return {**{name: getattr(plan, name) for name in names}, **silence}


def _texts(script: Script) -> dict[str, object]:
    return {f"{texts.language}: {key}": text for texts in script.texts.values() for key, text in texts.by_key.items()}
