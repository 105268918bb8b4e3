"""A case for a mutant that nothing noticed: a conversation that goes another way with the error in the script."""

import json
from collections.abc import Iterator

from bot.core.check.patient import Patient
from bot.core.check.space import due_hour
from bot.core.engine.replay import problems_of, replay
from bot.core.engine.run import RunState
from bot.core.flow.cases import ON_DEMAND, Asked, Case, Expectation
from bot.core.flow.conditions import Facts, Given, holds
from bot.core.flow.model import Question, QuestionKind, Script
from bot.core.level import Level
from tests.mutation.mutants import Mutant
from tests.mutation.proofs import Proofs

MOST_STEPS = 40
SHORT = 70


def pin(script: Script, proofs: Proofs, mutant: Mutant) -> Case | None:
    """The first conversation that tells the mutant from the script; None when none was found."""
    spoilt = mutant.apply(script)
    for patient in proofs.tellers(mutant):
        for check_in in _check_ins(script, patient):
            case = _played(script, patient, check_in, mutant)
            if not problems_of(script, case) and problems_of(spoilt, case):
                return case
    return None


def _check_ins(script: Script, patient: Patient) -> Iterator[str]:
    """The check-ins that she has, the nearest first; then a conversation that she begins herself, which asks most."""
    facts = Facts(
        answers={},
        hour=0,
        day=0,
        procedure=script.procedure,
        sites=frozenset(patient.sites),
        modifiers=frozenset(patient.modifiers),
    )
    for entry in sorted(script.plan.check_ins, key=lambda entry: abs(due_hour(entry) - patient.hour)):
        if entry.only_when is None or holds(entry.only_when, facts):
            yield entry.id
    yield ON_DEMAND


def _played(script: Script, patient: Patient, check_in: str, mutant: Mutant) -> Case:
    """The conversation in which she answers as she does, and as a well patient where nothing is known."""
    rule = next(iter(mutant.rules))
    case = Case(
        file="",
        title=_title(script, patient, rule),
        procedure=script.procedure,
        sites=patient.sites,
        modifiers=patient.modifiers,
        check_in=check_in,
        hour=patient.hour,
        previous=patient.previous,
        steps=(),
        expect=Expectation(),
    )
    for _ in range(MOST_STEPS):
        run = replay(script, case).turns[-1].run
        if run.state is RunState.ENDED or run.asking is None or run.asking == script.plan.follow_up.question:
            break
        step = Asked(ask=run.asking, tap=_tap(script.questions[run.asking], patient.answers.get(run.asking)))
        case = case.model_copy(update={"steps": (*case.steps, step)})
    came = replay(script, case)
    rules = tuple(name for name in came.rules if name in mutant.rules)
    advice = tuple(dict.fromkeys(came.advice)) if came.level.is_red else ()
    expect = Expectation(level=came.level, rules=rules, advice=advice[-1:])
    return case.model_copy(update={"expect": expect})


def _title(script: Script, patient: Patient, rule: str) -> str:
    """What the case is about, in the words of the rule and the answers that matter."""
    texts = next(iter(script.texts.values()), None)
    name = texts.by_key.get(f"rule.{rule.removesuffix('+')}", rule) if texts is not None else rule
    said = ", ".join(f"{question} = {_value(given)}" for question, given in patient.answers.items())
    return f"{name} ({rule}): {said or 'nothing answered'}, day {patient.day}"


def _tap(question: Question, given: Given | None) -> tuple[str, ...]:
    """What is tapped; a line that decides at once comes last, and only one of them."""
    codes = given.codes if given is not None else (question.well,)
    if question.kind is not QuestionKind.SCREEN or codes == ("none",):
        return codes
    at_once = [code for code in codes if (line := question.line(code)) is not None and line.at_once]
    return (*(code for code in codes if code not in at_once), *at_once[:1])


def as_yaml(case: Case, mutant: Mutant) -> str:
    """The case as a file beside a script; its first line says which error nothing else noticed."""
    kind = mutant.kind if len(mutant.kind) <= SHORT else f"{mutant.kind[:SHORT]}..."
    lines = [
        f"# Written by python -m tests.mutation: no other case noticed this error in {next(iter(mutant.rules))}: {kind}",
        f"case: {json.dumps(case.title, ensure_ascii=False)}",
        f"procedure: {case.procedure}",
        f"sites: [{', '.join(case.sites)}]",
        *([f"modifiers: [{', '.join(case.modifiers)}]"] if case.modifiers else []),
        f"check_in: {case.check_in}",
        f"hour: {case.hour:g}",
    ]
    if case.previous:
        before = ", ".join(f"{name}: {_value(given)}" for name, given in case.previous.items())
        lines.append(f"previous: {{{before}}}")
    lines += ["steps:", *(f"  - {{ask: {step.ask}, tap: {_codes(step.tap)}}}" for step in _asked(case))]
    expected = [f"level: {case.expect.level or Level.D5}"]
    expected += [f"rules: [{', '.join(case.expect.rules)}]"] if case.expect.rules else []
    expected += [f"advice: [{', '.join(case.expect.advice)}]"] if case.expect.advice else []
    return "\n".join((*lines, f"expect: {{{', '.join(expected)}}}")) + "\n"


def _asked(case: Case) -> Iterator[Asked]:
    yield from (step for step in case.steps if isinstance(step, Asked))


def _value(given: Given) -> str:
    return str(given.number) if given.number is not None else _codes(given.codes)


def _codes(codes: tuple[str, ...]) -> str:
    return codes[0] if len(codes) == 1 else f"[{', '.join(codes)}]"
