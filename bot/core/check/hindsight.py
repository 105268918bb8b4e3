"""Past conversations, judged again by a draft: which red flags it would lose, and which it would add."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.check.patient import Patient, level_of, smallest
from bot.core.check.space import due_hour
from bot.core.engine.run import Run, Subject
from bot.core.flow.conditions import Given
from bot.core.flow.model import Script
from bot.core.level import Level, worst

BY_WORDS = "text:"
"""How the hits begin that the patient's own words gave, and no rule."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as it came; a changed answer is a further one."""

    question: str
    given: Given
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """One conversation: the level that it had, the level that the draft gives it, and whom it is about.

    ``patient`` is de-identified and as small as it can be made: what was treated, when, and the answers that matter.
    """

    before: Level
    after: Level
    patient: Patient

    @property
    def is_lost(self) -> bool:
        """Was it a red flag, and is it none any more?"""
        return self.before.is_red and not self.after.is_red

    @property
    def is_lower(self) -> bool:
        """Is it still a red flag, but a less severe one?"""
        return self.after.is_red and self.after.severity < self.before.severity

    @property
    def is_new(self) -> bool:
        """Is it a red flag that was none?"""
        return self.after.is_red and not self.before.is_red


def judge_again(run: Run, said: Sequence[Said], old: Script | None, draft: Script) -> Judged:
    """What ``draft`` makes of a past conversation; ``old`` is the revision that it was held on, None: not readable.

    What the old rules do not explain (the patient's own words, an alert that stayed after an answer was changed) was
    not theirs to give, so the draft keeps it.
    """
    moments = tuple(_moments(run, said))
    by_rules = _level(old, moments) if old is not None else Level.D5 if _has_words(run) else run.level
    kept = run.level if run.level.severity > by_rules.severity else Level.D5
    after = worst((_level(draft, moments), kept))
    return Judged(run.level, after, _witness(run.level, moments, old, draft))


def _has_words(run: Run) -> bool:
    return any(hit.startswith(BY_WORDS) for hit in run.hits)


def _level(script: Script, moments: Iterable[Patient]) -> Level:
    """A level never falls: the worst of all moments."""
    return worst(level_of(script, moment) for moment in moments)


def _moments(run: Run, said: Sequence[Said]) -> Iterator[Patient]:
    """The patient at each answer, for each session that the conversation was about."""
    answers = said or [Said(name, answer.given, answer.at) for name, answer in run.answers.items()]
    told: dict[str, Given] = {}
    for one in sorted(answers, key=lambda each: each.at):
        told = {**told, one.question: one.given}
        for subject in run.subjects:
            yield _patient(run, subject, told, one.at)
    # What counts in the end, should the single answers not have been kept.
    last = max((answer.at for answer in run.answers.values()), default=run.opened_at)
    for subject in run.subjects:
        yield _patient(run, subject, {name: answer.given for name, answer in run.answers.items()}, last)


def _patient(run: Run, subject: Subject, answers: Mapping[str, Given], at: datetime) -> Patient:
    facts = run.facts(subject, at)
    return Patient(
        procedure=subject.procedure,
        sites=subject.sites,
        modifiers=subject.modifiers,
        hour=facts.hour,
        day=facts.day,
        answers=dict(answers),
        previous=run.previous,
    )


def _witness(before: Level, moments: Sequence[Patient], old: Script | None, draft: Script) -> Patient:
    """The moment that shows the difference best, shrunk while it still shows it."""

    def lower(patient: Patient) -> bool:
        if old is None:
            return False
        return level_of(old, patient) is before and not level_of(draft, patient).at_least(before)

    def higher(patient: Patient) -> bool:
        if old is None:
            return False
        level = level_of(draft, patient)
        return level.is_red and not level_of(old, patient).at_least(level)

    for still in (lower, higher):
        found = next((moment for moment in moments if still(moment)), None)
        if found is not None:
            return smallest(found, still, _round_moments(draft, found))
    last = moments[-1]
    return last.model_copy(update={"hour": float(round(last.hour))})


def _round_moments(script: Script, patient: Patient) -> Iterator[tuple[float, int]]:
    """Moments that tell nothing of the patient's own clock: those of the timetable, then the whole hour."""
    for entry in script.plan.check_ins:
        hour = due_hour(entry)
        yield hour, int((hour + 10) // 24)
    yield float(int(patient.hour)), patient.day
    yield float(int(patient.hour) + 1), patient.day
