"""The one door to z3: truths about unknown things, and a solver that finds a case or proves there is none."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NewType

import z3

Term = NewType("Term", object)
"""An expression of z3, opaque outside this module."""

Truth = bool | Term
"""What is true or false, or depends on unknown things. Constants are plain booleans, so they fold at once."""

Number = NewType("Number", object)
"""An unknown number of z3, opaque outside this module."""


class Solution:
    """One case that the solver found."""

    def __init__(self, model: z3.ModelRef) -> None:
        self._model = model

    def true(self, truth: Truth) -> bool:
        """Is the truth so in this case?"""
        if isinstance(truth, bool):
            return truth
        return bool(z3.is_true(self._model.eval(truth, model_completion=True)))

    def number(self, number: Number) -> Fraction:
        """The value of the number in this case."""
        return Fraction(self._model.eval(number, model_completion=True).as_fraction())


class Logic:
    """A small world of unknown things with what is known of them.

    Each has a z3 context of its own, so that two threads may each check a script.
    """

    def __init__(self) -> None:
        self._context = z3.Context()
        self._solver = z3.Solver(ctx=self._context)

    def unknown(self, name: str) -> Term:
        """A thing that is true or false."""
        return Term(z3.Bool(name, self._context))

    def unknown_real(self, name: str) -> Number:
        """A number with any fraction."""
        return Number(z3.Real(name, self._context))

    def unknown_whole(self, name: str) -> Number:
        """A whole number."""
        return Number(z3.ToReal(z3.Int(name, self._context)))

    def all_of(self, truths: Iterable[Truth]) -> Truth:
        """Every one of them; no further than the first that is false."""
        terms: list[Term] = []
        for truth in truths:
            if truth is False:
                return False
            if truth is not True:
                terms.append(truth)
        if len(terms) < 2:
            return terms[0] if terms else True
        return self._joined(z3.Z3_mk_and, terms)

    def any_of(self, truths: Iterable[Truth]) -> Truth:
        """At least one of them; no further than the first that is true."""
        terms: list[Term] = []
        for truth in truths:
            if truth is True:
                return True
            if truth is not False:
                terms.append(truth)
        if len(terms) < 2:
            return terms[0] if terms else False
        return self._joined(z3.Z3_mk_or, terms)

    def negated(self, truth: Truth) -> Truth:
        """The opposite."""
        return not truth if isinstance(truth, bool) else Term(z3.Not(truth))

    def at_most_one(self, truths: Sequence[Truth]) -> Truth:
        """No two of them."""
        terms = [truth for truth in truths if not isinstance(truth, bool)]
        return Term(z3.AtMost(*terms, 1)) if len(terms) > 1 else True

    def heavier(self, weights: Sequence[tuple[Truth, int]], limit: int) -> Truth:
        """Do the weights of those that are true add up to more than ``limit``?"""
        limit -= sum(weight for truth, weight in weights if truth is True)
        terms = [(truth, weight) for truth, weight in weights if not isinstance(truth, bool)]
        if limit < 0 or not terms:
            return limit < 0
        return Term(z3.PbGe(terms, limit + 1))

    def above(self, number: Number, bound: float) -> Truth:
        """``number > bound``, with the exact value of the float."""
        return Term(_z3(number) > z3.RealVal(str(Fraction(bound)), self._context))

    def below(self, number: Number, bound: float) -> Truth:
        """``number < bound``, with the exact value of the float."""
        return Term(_z3(number) < z3.RealVal(str(Fraction(bound)), self._context))

    def ahead(self, number: Number, other: Number, factor: int, plus: int) -> Truth:
        """``number > factor * other + plus``."""
        return Term(_z3(number) > factor * _z3(other) + plus)

    def behind(self, number: Number, other: Number, factor: int, plus: int) -> Truth:
        """``number < factor * other + plus``."""
        return Term(_z3(number) < factor * _z3(other) + plus)

    def named(self, name: str, truth: Truth) -> Truth:
        """A new unknown that is true exactly when ``truth`` is: the solver learns about it once."""
        if isinstance(truth, bool):
            return truth
        term = self.unknown(name)
        self._solver.add(term == truth)
        return term

    def assume(self, truth: Truth) -> None:
        """From now on this is so."""
        self._solver.add(z3.BoolVal(truth, self._context) if isinstance(truth, bool) else truth)

    def possible(self, *truths: Truth) -> bool:
        """Is there a case in which all of ``truths`` are so? False is the proof that there is none."""
        terms = [truth for truth in truths if not isinstance(truth, bool)]
        if any(truth is False for truth in truths):
            return False
        context = self._context.ref()
        verdict = z3.Z3_solver_check_assumptions(context, self._solver.solver, len(terms), _array(terms))
        if verdict == z3.Z3_L_UNDEF:
            raise RuntimeError(f"the solver gave up: {self._solver.reason_unknown()}")
        return bool(verdict == z3.Z3_L_TRUE)

    def _joined(self, make: Any, terms: Sequence[Term]) -> Term:
        """``make`` of all of them. z3's own And and Or look at the sort of every part again: half the time of a proof."""
        made = make(self._context.ref(), len(terms), _array(terms))
        return Term(z3.BoolRef(made, self._context))

    def solve(self, *truths: Truth) -> Solution | None:
        """A case in which all of ``truths`` are so; None is the proof that there is none."""
        return Solution(self._solver.model()) if self.possible(*truths) else None


def _array(terms: Sequence[Any]) -> Any:
    """The terms as the C functions of z3 take them."""
    return (z3.Ast * len(terms))(*(term.ast for term in terms))


def _z3(number: Number) -> Any:
    """The number with the operators of z3, which mypy cannot see."""
    return number
