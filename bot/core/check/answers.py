"""What can be answered to the questions of one check-in, as unknown things or as fixed ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.check.logic import Logic, Solution, Truth
from bot.core.check.patient import rank
from bot.core.flow.conditions import Given
from bot.core.flow.model import Question, QuestionKind

NUMBERS = tuple(range(11))
"""What a scale offers."""


class Answers(Protocol):
    """The answers of one check-in, as far as a condition looks at them."""

    def has(self, question: str, codes: Iterable[str]) -> Truth:
        """Is one of the codes among those given?"""

    def number(self, question: str, numbers: Sequence[int]) -> Truth:
        """Is one of the numbers the one given?"""

    def answered(self, question: str) -> Truth:
        """Was anything given?"""

    def ranked(self, question: str, meaning: Question | None) -> Sequence[tuple[int, Truth]]:
        """Each rank that the answer may have with when it has it; at most one is true."""


@dataclass(frozen=True, slots=True)
class Offer:
    """All that can be answered to a question: one code of several, or any of the lines."""

    single: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    numbers: bool = False

    @classmethod
    def of(cls, question: Question) -> "Offer":
        """What this question offers."""
        if question.kind is QuestionKind.SCREEN:
            return cls(single=("none",), lines=tuple(line.code for line in question.lines))
        return cls(single=question.codes, numbers=question.kind is QuestionKind.SCALE)

    def __or__(self, other: "Offer") -> "Offer":
        return Offer(
            single=tuple(dict.fromkeys(self.single + other.single)),
            lines=tuple(dict.fromkeys(self.lines + other.lines)),
            numbers=self.numbers or other.numbers,
        )

    def number(self, code: str) -> int | None:
        """The number that the code stands for, if it does."""
        return int(code) if self.numbers and code.isdecimal() else None


class UnknownAnswers:
    """Any answers at all that the questions offer: each question unanswered, or answered in one way."""

    def __init__(self, logic: Logic, name: str, offers: Mapping[str, Offer]) -> None:
        self._logic = logic
        self._offers = offers
        self._single: dict[str, dict[str, Truth]] = {}
        self._lines: dict[str, dict[str, Truth]] = {}
        for question, offer in offers.items():
            at = f"{name}/{question}"
            self._single[question] = {code: logic.unknown(f"{at}/{code}") for code in offer.single}
            self._lines[question] = {code: logic.unknown(f"{at}/line/{code}") for code in offer.lines}
            some_line = logic.named(f"{at}/some line", logic.any_of(self._lines[question].values()))
            logic.assume(logic.at_most_one([*self._single[question].values(), some_line]))

    def has(self, question: str, codes: Iterable[str]) -> Truth:
        """Is one of the codes among those given?"""
        options = self._options(question)
        return self._logic.any_of(truth for code in dict.fromkeys(codes) for truth in options.get(code, ()))

    def number(self, question: str, numbers: Sequence[int]) -> Truth:
        """Is one of the numbers the one given?"""
        offer = self._offers.get(question, Offer())
        options = self._single.get(question, {})
        return self._logic.any_of(truth for code, truth in options.items() if offer.number(code) in numbers)

    def answered(self, question: str) -> Truth:
        """Was anything given?"""
        return self._logic.any_of(truth for truths in self._options(question).values() for truth in truths)

    def ranked(self, question: str, meaning: Question | None) -> Sequence[tuple[int, Truth]]:
        """Each rank that the answer may have with when it has it; a screen's is that of its last line."""
        offer = self._offers.get(question, Offer())
        ranks: list[tuple[int, Truth]] = []
        for code, truth in self._single.get(question, {}).items():
            number = offer.number(code)
            ranks.append((rank(meaning, (code,)) if number is None else number, truth))
        lines = [(rank(meaning, (code,)), truth) for code, truth in self._lines.get(question, {}).items()]
        for place, truth in lines:
            later = self._logic.any_of(other for above, other in lines if above > place)
            ranks.append((place, self._logic.all_of([truth, self._logic.negated(later)])))
        return ranks

    def read(self, solution: Solution) -> dict[str, Given]:
        """What was answered in the case that the solver found."""
        found: dict[str, Given] = {}
        for question, offer in self._offers.items():
            options = self._options(question)
            codes = tuple(code for code, truths in options.items() if any(map(solution.true, truths)))
            if codes:
                found[question] = Given(codes=codes, number=offer.number(codes[0]))
        return found

    def _options(self, question: str) -> dict[str, list[Truth]]:
        options: dict[str, list[Truth]] = {}
        for kind in (self._single, self._lines):
            for code, truth in kind.get(question, {}).items():
                options.setdefault(code, []).append(truth)
        return options


class FixedAnswers:
    """These answers and no others: every truth about them is a constant."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        self._given = given

    def has(self, question: str, codes: Iterable[str]) -> Truth:
        """Is one of the codes among those given?"""
        return question in self._given and not set(codes).isdisjoint(self._given[question].codes)

    def number(self, question: str, numbers: Sequence[int]) -> Truth:
        """Is one of the numbers the one given?"""
        return question in self._given and self._given[question].number in numbers

    def answered(self, question: str) -> Truth:
        """Was anything given?"""
        return question in self._given

    def ranked(self, question: str, meaning: Question | None) -> Sequence[tuple[int, Truth]]:
        """The one rank of the answer, when there is one."""
        if question not in self._given:
            return ()
        given = self._given[question]
        return ((given.number if given.number is not None else rank(meaning, given.codes), True),)
