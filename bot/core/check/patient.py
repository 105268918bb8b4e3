"""One concrete patient, as the witness of a finding: readable in a line, and as small as it can be made."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import BaseModel, ConfigDict

from bot.core.flow.conditions import Facts, Given
from bot.core.flow.model import Question, QuestionKind, Rule, Script
from bot.core.level import Level, worst


class Patient(BaseModel):
    """Who was treated where, what was answered now and in the check-in before, and when.

    The ranks of ``answers`` and ``previous`` are not kept here: they belong to a script, see :meth:`facts`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    procedure: str
    sites: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    hour: float
    day: int
    answers: dict[str, Given] = {}
    previous: dict[str, Given] = {}

    def facts(self, script: Script) -> Facts:
        """The patient as the rules of ``script`` see it."""
        return Facts(
            answers=_ranked(script, self.answers),
            previous=_ranked(script, self.previous),
            hour=self.hour,
            day=self.day,
            procedure=self.procedure,
            sites=frozenset(self.sites),
            modifiers=frozenset(self.modifiers),
        )

    @property
    def size(self) -> int:
        """How much there is to read: answers of now and of before, modifiers, and sites beyond the first."""
        answered = sum(max(1, len(given.codes)) for given in (*self.answers.values(), *self.previous.values()))
        return answered + len(self.modifiers) + len(self.sites) - 1

    def __str__(self) -> str:
        parts = [self.procedure, *self.sites, *self.modifiers, f"hour {self.hour:g} (day {self.day})"]
        parts += [f"{question} = {_said(given)}" for question, given in self.answers.items()]
        if self.previous:
            before = ", ".join(f"{question} = {_said(given)}" for question, given in self.previous.items())
            parts.append(f"the time before: {before}")
        return ", ".join(parts)


def rules_hit(script: Script, patient: Patient) -> tuple[Rule, ...]:
    """The rules of ``script`` whose condition holds for the patient, in the script's order."""
    facts = patient.facts(script)
    return tuple(rule for rule in script.rules if rule.applies(facts))


def level_of(script: Script, patient: Patient) -> Level:
    """The level that ``script`` gives the patient: the highest rule hit."""
    return worst(rule.level for rule in rules_hit(script, patient))


def rank(question: Question | None, codes: Iterable[str]) -> int:
    """The place of the last of ``codes`` in the question's own order; 0 when the script knows none."""
    known = () if question is None or question.kind is QuestionKind.SCALE else question.codes
    return max((known.index(code) for code in codes if code in known), default=0)


def possible_moment(hour: float, day: int) -> bool:
    """Can it be calendar day ``day`` at this hour? One hour more or less allows for summer time."""
    return min(hour, day) >= 0 and 24 * (day - 1) - 1 < hour < 24 * (day + 1) + 1


def smallest(patient: Patient, still: Callable[[Patient], bool], moments: Iterable[tuple[float, int]]) -> Patient:
    """The patient with all taken away that ``still`` does not need, at the first of ``moments`` that fits.

    ``still`` judges by the conditions themselves and not by the solver, so what is handed back is certain.
    """
    if not still(patient):
        raise RuntimeError(f"solver and conditions disagree about: {patient}")
    for shrink in (_fewer_answers, _fewer_marks, _lower_numbers):
        shrunk = True
        while shrunk:
            smaller = next((other for other in shrink(patient) if still(other)), None)
            shrunk = smaller is not None
            patient = smaller or patient
    for hour, day in moments:
        moved = patient.model_copy(update={"hour": hour, "day": day})
        if still(moved):
            return moved
    return patient


def _fewer_answers(patient: Patient) -> Iterator[Patient]:
    for layer, answers in (("previous", patient.previous), ("answers", patient.answers)):
        for question, given in answers.items():
            others = {name: kept for name, kept in answers.items() if name != question}
            yield patient.model_copy(update={layer: others})
            if len(given.codes) > 1:
                for code in given.codes:
                    fewer = Given(codes=tuple(kept for kept in given.codes if kept != code))
                    yield patient.model_copy(update={layer: {**answers, question: fewer}})


def _fewer_marks(patient: Patient) -> Iterator[Patient]:
    for modifier in reversed(patient.modifiers):
        kept = tuple(other for other in patient.modifiers if other != modifier)
        yield patient.model_copy(update={"modifiers": kept})
    if len(patient.sites) > 1:
        for site in reversed(patient.sites):
            others = tuple(other for other in patient.sites if other != site)
            yield patient.model_copy(update={"sites": others})


def _lower_numbers(patient: Patient) -> Iterator[Patient]:
    for layer, answers in (("previous", patient.previous), ("answers", patient.answers)):
        for question, given in answers.items():
            for number in range(given.number or 0):
                yield patient.model_copy(
                    update={layer: {**answers, question: Given(codes=(str(number),), number=number)}}
                )


def _ranked(script: Script, answers: Mapping[str, Given]) -> dict[str, Given]:
    return {
        name: given.model_copy(update={"rank": rank(script.questions.get(name), given.codes)})
        for name, given in answers.items()
    }


def _said(given: Given) -> str:
    if given.number is not None:
        return str(given.number)
    return " + ".join(given.codes) or "own words"
