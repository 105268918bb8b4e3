"""What the closing words say of each treatment: its day by the patient's calendar, and what is expected of it now."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.engine.run import Run
from bot.core.flow.model import Script


@dataclass(frozen=True, slots=True)
class Treatment:
    """A procedure that this conversation was about: the day since its newest session, and its calming words by key."""

    procedure: str
    day: int
    expected: tuple[str, ...] = ()


def treatments(script: Script, run: Run, now: datetime) -> tuple[Treatment, ...]:
    """The procedures of the run, the newest session first; several sessions of one procedure speak as one."""
    found: dict[str, Treatment] = {}
    for subject in reversed(run.subjects):
        facts = run.facts(subject, now)
        known = found.setdefault(subject.procedure, Treatment(subject.procedure, facts.day))
        reasons = (reason.text for reason in script.expected if reason.applies(facts))
        expected = tuple(dict.fromkeys((*known.expected, *reasons)))
        found[subject.procedure] = Treatment(known.procedure, known.day, expected)
    return tuple(found.values())
