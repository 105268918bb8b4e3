"""Random patients of a real script, played through the engine question by question, at a moment that stands still."""

from datetime import UTC, datetime, timedelta
from random import Random

from bot.core.care.plan import sets_of
from bot.core.check.patient import Patient
from bot.core.engine.advance import advance
from bot.core.engine.events import Opened, Tapped
from bot.core.engine.levels import judge
from bot.core.engine.run import Answer, Run, RunKind, RunState, Subject
from bot.core.flow.conditions import Facts, Given
from bot.core.flow.model import Phase, QuestionKind, Script, given_for

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
MOST_TURNS = 200


def new_run(script: Script, random: Random) -> tuple[Run, datetime]:
    """The run of some check-in, or of /worse, with answers to some questions in the one before; and its moment."""
    entry = random.choice(script.plan.check_ins)
    sites = tuple(random.sample(script.sites, random.randint(1, min(3, len(script.sites)))))
    modifiers = tuple(random.sample(script.modifiers, random.choice([0, 0, 1, 2]) if script.modifiers else 0))
    facts = Facts({}, 0, 0, script.procedure, frozenset(sites), frozenset(modifiers))
    kind = random.choice([RunKind.PLANNED, RunKind.PLANNED, RunKind.ON_DEMAND])
    hour = random.choice([random.uniform(0, 80), random.uniform(0, 2400), float(random.randint(0, 400))])
    t0 = MIDNIGHT + timedelta(minutes=random.randint(0, 24 * 60 - 1))
    at = t0 + timedelta(hours=hour)
    subject = Subject(session_id="s", procedure=script.procedure, t0=t0, zone="UTC", sites=sites, modifiers=modifiers)
    return Run(
        id="0123456789ab",
        revision=script.revision,
        kind=kind,
        step=entry.id,
        phase=Phase.EARLY,
        sets=sets_of(entry, facts) if kind is RunKind.PLANNED else script.plan.on_demand_sets,
        subjects=(subject,),
        previous={name: some_answer(script, name, random) for name in script.questions if random.random() < 0.2},
        opened_at=at,
    ), at


def some_answer(script: Script, name: str, random: Random) -> Given:
    """Any answer to a question; of a screen sometimes several lines."""
    question = script.questions[name]
    if question.kind is QuestionKind.SCREEN and random.random() < 0.5:
        lines = [line.code for line in question.lines]
        picked = random.sample(lines, random.randint(1, min(3, len(lines))))
        return given_for(question, tuple(code for code in lines if code in picked))
    return given_for(question, (random.choice(question.codes),))


def play(script: Script, random: Random) -> tuple[Run, Patient]:
    """One conversation to its end by somebody who is ill in a few things only; and who she was."""
    run, at = new_run(script, random)
    illness = random.choice([0.05, 0.15, 0.3, 0.6])
    run = advance(script, run, Opened(), at).run
    for _ in range(MOST_TURNS):
        if run.state is RunState.ENDED or run.asking is None:
            break
        question = script.questions[run.asking]
        ill = random.random() < illness
        given = some_answer(script, question.id, random) if ill else given_for(question, (question.well,))
        lines = [question.line(code) for code in given.codes]
        waits = [line.code for line in lines if line is not None and not line.at_once]
        for code in given.codes:
            if run.asking == question.id and run.state is RunState.OPEN:
                run = advance(script, run, Tapped(question=question.id, code=code), at).run
        if waits and run.asking == question.id:
            run = advance(script, run, Tapped(question=question.id, code="done"), at).run
    assert run.asking is None, "the conversation did not end"
    return run, patient_of(run, at)


def patient_of(run: Run, at: datetime) -> Patient:
    """Who the run was about, and what she said."""
    facts = run.facts(run.subjects[0], at)
    return Patient(
        procedure=facts.procedure,
        sites=run.subjects[0].sites,
        modifiers=run.subjects[0].modifiers,
        hour=facts.hour,
        day=facts.day,
        answers={name: given.model_copy(update={"rank": 0}) for name, given in facts.answers.items()},
        previous={name: given.model_copy(update={"rank": 0}) for name, given in facts.previous.items()},
    )


def as_played(script: Script, patient: Patient) -> Run:
    """What the engine decides for a patient that the checker shows: her answers are recorded, then judged."""
    start = max(0.0, 24 * patient.day - patient.hour)
    t0 = MIDNIGHT + timedelta(hours=min(start, 23.999))
    at = t0 + timedelta(hours=patient.hour)
    subject = Subject(
        session_id="s", procedure=patient.procedure, t0=t0, zone="UTC", sites=patient.sites, modifiers=patient.modifiers
    )
    said = {name: given_for(script.questions[name], given.codes) for name, given in patient.answers.items()}
    before = {name: given_for(script.questions[name], given.codes) for name, given in patient.previous.items()}
    run = Run(
        id="0123456789ab",
        revision=script.revision,
        kind=RunKind.PLANNED,
        step=script.plan.check_ins[0].id,
        phase=Phase.EARLY,
        sets=(),
        subjects=(subject,),
        previous=before,
        opened_at=at,
        answers={name: Answer(given=given, at=at) for name, given in said.items()},
    )
    shown = run.facts(subject, at)
    assert (round(shown.hour, 6), shown.day) == (round(patient.hour, 6), patient.day)
    return judge(script, run, at)[0]
