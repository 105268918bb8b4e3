"""The proof is about the engine: for random scripts and random runs both give the same level."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.check.patient import Patient, level_of
from bot.core.check.space import Space
from bot.core.engine.levels import rules_that_hold
from bot.core.engine.run import Answer, Run, RunKind, Subject
from bot.core.flow.conditions import Given
from bot.core.flow.model import Phase, Rule, Script, given_for
from bot.core.level import Level, worst
from tests.core.check.strategies import PATIENTLY, answers, exactly, rule_lists, script_with, some

SESSION = datetime(2026, 3, 2, 10, tzinfo=UTC)


def recorded(script: Script, said: dict[str, Given]) -> dict[str, Given]:
    """The answers as the engine records them."""
    return {name: given_for(script.questions[name], given.codes) for name, given in said.items()}


def run_of(script: Script, subject: Subject, now: dict[str, Given], before: dict[str, Given], at: datetime) -> Run:
    """A run in which these questions were answered."""
    return Run(
        id="123456789012",
        revision=script.revision,
        kind=RunKind.PLANNED,
        step="c1",
        phase=Phase.EARLY,
        sets=("A",),
        subjects=(subject,),
        previous=recorded(script, before),
        opened_at=at,
        answers={name: Answer(given=given, at=at) for name, given in recorded(script, now).items()},
    )


@given(
    rules=rule_lists,
    now=answers(),
    before=answers(),
    minutes=st.integers(0, 50_000),
    zone=st.sampled_from(["UTC", "Europe/Madrid", "Pacific/Kiritimati"]),
    sites=some(("cheek", "chin")),
    modifiers=st.sets(st.sampled_from(("filler", "diabetes"))).map(lambda found: tuple(sorted(found))),
)
@settings(PATIENTLY, max_examples=100)
def test_engine_and_proof_give_the_same_level(
    rules: tuple[Rule, ...],
    now: dict[str, Given],
    before: dict[str, Given],
    minutes: int,
    zone: str,
    sites: tuple[str, ...],
    modifiers: tuple[str, ...],
) -> None:
    script = script_with(*rules)
    at = SESSION + timedelta(minutes=minutes)
    subject = Subject(session_id="s", procedure="face", t0=SESSION, zone=zone, sites=sites, modifiers=modifiers)
    run = run_of(script, subject, now, before, at)
    facts = run.facts(subject, at)
    patient = Patient(
        procedure="face",
        sites=sites,
        modifiers=modifiers,
        hour=facts.hour,
        day=facts.day,
        answers=now,
        previous=before,
    )
    decided = worst(rule.level for rule in rules_that_hold(script, run, at))
    assert level_of(script, patient) is decided
    space = Space(script)
    here = exactly(space, patient)
    proved = [level for level in Level if space.logic.possible(*here, space.views[0].at_least(level))]
    assert worst(proved) is decided
