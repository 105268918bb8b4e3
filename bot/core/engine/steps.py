"""The steps that every turn is made of: ask the next question, record an answer and judge it, end the run."""

from datetime import datetime, timedelta

from bot.core.engine.agenda import next_question, position
from bot.core.engine.events import AdviceGiven, AlertRaised, Asked, Ended, Event, Recorded, TaskRaised
from bot.core.engine.levels import advice_for, judge
from bot.core.engine.run import Answer, Run, RunState
from bot.core.engine.waits import waits_for
from bot.core.flow.model import Script, given_for
from bot.core.level import Level

PHONE_NOW = timedelta(minutes=10)
"""How soon staff must phone a patient in danger who does not answer, or who cannot do what she was told."""

Step = tuple[Run, tuple[Event, ...]]


def ask(script: Script, run: Run, now: datetime) -> Step:
    """Ask the next question, or end the run."""
    question = next_question(script, run, now)
    if question is None:
        return close(script, run, now)
    return ask_this(script, run, question, now)


def ask_this(script: Script, run: Run, question: str, now: datetime) -> Step:
    """Open ``question``, with its waits."""
    run = run.model_copy(update={"asking": question, "asked_at": now, "picked": (), "nudged": False})
    run = run.model_copy(update={"waits": waits_for(script, run, now)})
    return run, (asked_now(script, run, now),)


def asked_now(script: Script, run: Run, now: datetime, *, again: bool = False) -> Asked:
    """How the open question is shown now. Errors: AssertionError when none is open."""
    assert run.asking is not None
    question = script.questions[run.asking]
    at, total = position(script, run, question.id, now)
    facts = run.all_facts(now) if question.wording else ()
    uses = (w.use for w in question.wording if any(map(w.applies, facts)))
    back = last_told(run) is not None
    return Asked(question=question.id, use=next(uses, ""), position=at, total=total, again=again, may_go_back=back)


def once_more(script: Script, run: Run, now: datetime) -> tuple[Event, ...]:
    """The open question, shown again as it stands; nothing when none is open."""
    return (asked_now(script, run, now, again=True),) if run.asking else ()


def last_told(run: Run) -> str | None:
    """The last answer that the patient gave herself and may still change.

    None after a D2, and none while her own words are being asked about: going back must not lead away from them.
    """
    if run.level.at_least(Level.D2) or any(pull.question not in run.answers for pull in run.pulled):
        return None
    return next((question for question in reversed(run.order) if not run.answers[question].assumed), None)


def answer(script: Script, run: Run, question: str, codes: tuple[str, ...], now: datetime) -> Step:
    """The patient answered: record it, judge it, and go on."""
    run, recorded = record(script, run, question, codes, now, assumed=False)
    run, judged = judge(script, run, now)
    run = _settle_words(run)
    # After a D1 or D2, "I cannot" is a call that staff must make at once.
    cannot = question == script.plan.follow_up.question and "cannot" in codes
    task = (TaskRaised(task="phone_now", due_at=now + PHONE_NOW),) if cannot else ()
    run, asked = ask(script, run, now)
    return run, (recorded, *judged, *task, *asked)


def record(
    script: Script, run: Run, question: str, codes: tuple[str, ...], now: datetime, *, assumed: bool
) -> tuple[Run, Recorded]:
    """Write an answer into the run; a silent patient who answers is silent no more."""
    given = given_for(script.questions[question], codes)
    changed = question in run.order
    order = (*(each for each in run.order if each != question), question)
    answers = {**run.answers, question: Answer(given=given, at=now, assumed=assumed)}
    silent = run.silent and assumed
    run = run.model_copy(update={"answers": answers, "order": order, "picked": (), "silent": silent})
    return run, Recorded(question=question, given=given, assumed=assumed, changed=changed)


def keep_picked(script: Script, run: Run, now: datetime) -> Step:
    """Leave the open screen: lines that were tapped and never sent with "Done" still count."""
    if run.asking is None or not run.picked:
        return run, ()
    run, recorded = record(script, run, run.asking, run.picked, now, assumed=True)
    run, judged = judge(script, run, now)
    return run, (recorded, *judged)


def without(run: Run, question: str) -> Run:
    """The run as if ``question`` had not been answered; its level stays."""
    answers = {name: given for name, given in run.answers.items() if name != question}
    order = tuple(name for name in run.order if name != question)
    return run.model_copy(update={"answers": answers, "order": order})


def _settle_words(run: Run) -> Run:
    """Every emergency word was asked about: the next one is news again, with its advice and alert."""
    waiting = any(pull.level is Level.D1 and pull.question not in run.answers for pull in run.pulled)
    return run.model_copy(update={"unconfirmed": run.unconfirmed and waiting})


def close(script: Script, run: Run, now: datetime) -> Step:
    """All is asked: say whether this is expected, and what to do."""
    events: list[Event] = []
    if run.level is Level.D4:
        soon = tuple(rule for rule in script.rules if rule.id in run.hits and rule.level is Level.D4)
        advice = advice_for(script, soon, Level.D4)
        events.append(AdviceGiven(level=Level.D4, advice=advice))
        events.append(
            AlertRaised(
                level=Level.D4,
                rules=tuple(rule.id for rule in soon),
                calls=tuple(sorted({call for rule in soon for call in rule.calls})),
                notes=tuple(sorted({rule.note for rule in soon if rule.note})),
            )
        )
        run = run.model_copy(update={"advised": (*run.advised, advice)})
    facts = run.all_facts(now)
    told = not run.level.is_red
    ended = Ended(
        how="emergency" if run.level.at_least(Level.D2) else "completed",
        level=run.level,
        expected=tuple(r.text for r in script.expected if told and any(map(r.applies, facts))),
        self_care=tuple(r.text for r in script.self_care if told and any(map(r.applies, facts))),
    )
    run, last = end(run, ended)
    return run, (*events, *last)


def end(run: Run, ended: Ended) -> Step:
    """The run is over: nothing is open and nothing is waited for."""
    run = run.model_copy(update={"state": RunState.ENDED, "asking": None, "picked": (), "waits": ()})
    return run, (ended,)
