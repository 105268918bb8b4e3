"""Every patient whom a script can meet, as one space to search; and a script's rules as regions of it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from bot.core.check.answers import Answers, Offer, UnknownAnswers
from bot.core.check.encode import Circumstances, Encoder
from bot.core.check.logic import Logic, Solution, Truth
from bot.core.check.patient import Patient, possible_moment, smallest
from bot.core.flow.conditions import Condition
from bot.core.flow.model import CheckIn, Rule, Script
from bot.core.level import Level

DAYS_AFTER_THE_LAST = 30
"""A check-in is scored by the day of its answer: proofs reach this far beyond the timetable."""


def due_hour(check_in: CheckIn) -> float:
    """Hours after the session at which a check-in is planned, before any night rule."""
    return check_in.after_h if check_in.after_h is not None else 24.0 * (check_in.on_day or 0)


class Space:
    """All patients of one procedure whom the given scripts can meet: one script, or an old and a new one.

    Two scripts share the unknown answers, so an answer that only one of them offers is simply nothing to
    the other's rules. ``views`` are the scripts' rules in this space, in the order of the scripts.
    """

    def __init__(self, *scripts: Script) -> None:
        self.logic = logic = Logic()
        offers: dict[str, Offer] = {}
        for script in scripts:
            for question in script.questions.values():
                offers[question.id] = offers.get(question.id, Offer()) | Offer.of(question)
        self.now = UnknownAnswers(logic, "now", offers)
        self.before = UnknownAnswers(logic, "before", offers)
        self.at = Circumstances(
            procedure=scripts[0].procedure,
            sites=_marks(logic, "site", (site for script in scripts for site in script.sites)),
            modifiers=_marks(logic, "modifier", (mark for script in scripts for mark in script.modifiers)),
            hour=logic.unknown_real("hour"),
            day=logic.unknown_whole("day"),
        )
        planned = {due_hour(entry) for script in scripts for entry in script.plan.check_ins}
        self._planned = sorted(planned)
        self.last_day = int(max(planned, default=0.0) // 24) + DAYS_AFTER_THE_LAST
        logic.assume(logic.any_of(self.at.sites.values()))
        self._assume_moment()
        self.views = tuple(View(self, script, f"script {place}") for place, script in enumerate(scripts))

    def patient(self, still: Callable[[Patient], bool], *truths: Truth) -> Patient | None:
        """The smallest patient for whom all of ``truths`` are so; None is the proof that there is none.

        ``still`` says the same as ``truths`` by ``conditions.holds``: the solver is never believed alone.
        """
        solution = self.logic.solve(*truths)
        return smallest(self._read(solution), still, self._moments()) if solution else None

    def _assume_moment(self) -> None:
        logic, hour, day = self.logic, self.at.hour, self.at.day
        logic.assume(logic.all_of([logic.negated(logic.above(day, self.last_day)), logic.above(day, -1)]))
        logic.assume(logic.negated(logic.below(hour, 0)))
        logic.assume(logic.ahead(hour, day, factor=24, plus=-25))
        logic.assume(logic.behind(hour, day, factor=24, plus=25))

    def _read(self, solution: Solution) -> Patient:
        return Patient(
            procedure=self.at.procedure,
            sites=tuple(site for site, truth in self.at.sites.items() if solution.true(truth)),
            modifiers=tuple(mark for mark, truth in self.at.modifiers.items() if solution.true(truth)),
            hour=float(solution.number(self.at.hour)),
            day=int(solution.number(self.at.day)),
            answers=self.now.read(solution),
            previous=self.before.read(solution),
        )

    def _moments(self) -> Iterator[tuple[float, int]]:
        """Moments that a reader can picture, best first: 20 hours, the timetable's own, then round ones."""
        for hour in (20.0, *self._planned):
            yield hour, int((hour + 10) // 24)
        for day in range(self.last_day + 1):
            yield 24.0 * day, day
        for hour in range(24 * self.last_day):
            for day in (hour // 24, hour // 24 + 1):
                if hour < 100 and possible_moment(hour, day):
                    yield float(hour), day


class View:
    """Conditions and rules of one script as truths about the unknown patient of a :class:`Space`."""

    def __init__(self, space: "Space", script: Script, name: str) -> None:
        self._space = space
        self._logic = space.logic
        self._script = script
        self._name = name

    @cached_property
    def rules(self) -> dict[str, Truth]:
        """When each rule is hit, by its id."""
        return {
            rule.id: self._logic.named(f"{self._name}/rule/{rule.id}", self.truth(rule.when))
            for rule in self._script.rules
        }

    def any_rule(self, rules: Iterable[Rule]) -> Truth:
        """Is one of these rules of the script hit?"""
        return self._logic.any_of([self.rules[rule.id] for rule in rules])

    def at_least(self, level: Level) -> Truth:
        """Is this level or a more severe one given? D5 is given to everybody."""
        return level is Level.D5 or self._levels[level]

    def truth(
        self,
        condition: Condition,
        now: Answers | None = None,
        before: Answers | None = None,
        *,
        anywhere: bool = False,
    ) -> Truth:
        """When the condition holds; ``now`` and ``before`` take the place of the unknown answers."""
        encoder = Encoder(self._logic, self._script, self._space.at, anywhere)
        return encoder.truth(condition, now or self._space.now, before or self._space.before)

    @cached_property
    def _levels(self) -> dict[Level, Truth]:
        return {
            level: self._logic.named(
                f"{self._name}/level/{level}",
                self.any_rule(rule for rule in self._script.rules if rule.level.at_least(level)),
            )
            for level in Level
        }


def _marks(logic: Logic, kind: str, names: Iterable[str]) -> dict[str, Truth]:
    return {name: logic.unknown(f"{kind}/{name}") for name in dict.fromkeys(names)}
