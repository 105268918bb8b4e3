"""Random patients and random conditions about a fixed set of questions, and one patient as a truth."""

from collections.abc import Iterable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.core.check.logic import Truth
from bot.core.check.patient import Patient, possible_moment
from bot.core.check.space import Space
from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    ClinicAllows,
    Condition,
    Days,
    Given,
    HasModifier,
    HasPrevious,
    Hours,
    Never,
    NumberIs,
    ProcedureIs,
    SiteIs,
    Twice,
    WithoutModifier,
    Worse,
)
from bot.core.flow.model import Line, Question, QuestionKind, Rule, Script
from bot.core.level import Level
from tests.core.check.builders import choice, rule, scale, screen, script

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

QUESTIONS = (
    screen("S", Line(code="one", at_once=True), Line(code="two", at_once=True), Line(code="six", at_once=True)),
    choice("C", "none", "some", "much"),
    scale("N"),
)
CODES = ("none", "some", "much", "one", "two", "six", "3", "unheard_of")
NAMES = ("S", "C", "N", "unheard_of")
MARKS = ("filler", "diabetes", "unheard_of")
SITES = ("cheek", "chin", "unheard_of")


def script_with(*rules: Rule) -> Script:
    """A script of the questions above with these rules."""
    return script(questions={question.id: question for question in QUESTIONS}, rules=rules, texts={})


def some(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the names, at least one."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).map(tuple)


questions = st.sampled_from(NAMES)
bounds = st.one_of(st.none(), st.integers(0, 40))
hours = st.one_of(st.none(), st.floats(0, 900, allow_nan=False))

sentences: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Always),
    st.builds(Never),
    st.builds(ClinicAllows, switch=st.just("allow_nsaid"), on=st.booleans()),
    st.builds(AnswerIs, question=questions, any_of=some(CODES)),
    st.builds(NumberIs, question=questions, at_least=st.integers(0, 10), at_most=st.integers(0, 10)),
    st.builds(Hours, after=hours, up_to=hours),
    st.builds(Days, after=bounds, up_to=bounds),
    st.builds(SiteIs, any_of=some(SITES)),
    st.builds(HasModifier, any_of=some(MARKS)),
    st.builds(WithoutModifier, none_of=some(MARKS)),
    st.builds(ProcedureIs, any_of=some(("face", "scalp"))),
    st.builds(Worse, question=questions),
    st.builds(HasPrevious, question=questions),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    sentences,
    lambda inner: st.one_of(
        st.builds(Twice, of=inner),
        st.builds(AllOf, of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, of=st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
rule_lists = st.lists(st.tuples(st.sampled_from(Level), conditions), max_size=5).map(
    lambda pairs: tuple(rule(f"R-{place}", level, when) for place, (level, when) in enumerate(pairs))
)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Given]:
    """Answers to some of the questions."""
    given: dict[str, Given] = {}
    for question in QUESTIONS:
        if draw(st.booleans()):
            several = question.kind is QuestionKind.SCREEN and draw(st.booleans())
            lines = tuple(line.code for line in question.lines)
            codes = draw(some(lines)) if several else (draw(st.sampled_from(question.codes)),)
            ordered = tuple(code for code in question.codes if code in codes)
            is_number = question.kind is QuestionKind.SCALE
            given[question.id] = Given(codes=ordered, number=int(codes[0]) if is_number else None)
    return given


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """A patient who can exist."""
    hour = draw(st.one_of(st.integers(0, 900), st.floats(0, 900, allow_nan=False)))
    days = [day for day in range(45) if possible_moment(hour, day)]
    return Patient(
        procedure="face",
        sites=draw(some(("cheek", "chin"))),
        modifiers=tuple(draw(st.sets(st.sampled_from(("filler", "diabetes"))))),
        hour=hour,
        day=draw(st.sampled_from(days)),
        answers=draw(answers()),
        previous=draw(answers()),
    )


def exactly(space: Space, patient: Patient, questions: Iterable[Question] = QUESTIONS) -> list[Truth]:
    """That the unknown patient of the space is this one; ``questions`` are all that the space knows."""
    questions = tuple(questions)
    logic, at = space.logic, space.at
    truths: list[Truth] = []
    for unknown, known in ((space.now, patient.answers), (space.before, patient.previous)):
        for question in questions:
            codes = known.get(question.id, Given()).codes
            for code in question.codes:
                said = unknown.has(question.id, [code])
                truths.append(said if code in codes else logic.negated(said))
    for marks, names in ((at.sites, patient.sites), (at.modifiers, patient.modifiers)):
        truths += [truth if name in names else logic.negated(truth) for name, truth in marks.items()]
    for moment, value in ((at.hour, patient.hour), (at.day, float(patient.day))):
        truths += [logic.negated(logic.above(moment, value)), logic.negated(logic.below(moment, value))]
    return truths
