"""One turn: ``advance(script, run, input, now)`` gives the next run and what follows from it. No clock, no chance."""

from datetime import datetime, timedelta
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from bot.core.engine.agenda import next_question, position
from bot.core.engine.events import (
    AdviceGiven,
    AlertRaised,
    Asked,
    Ended,
    Event,
    FellSilent,
    Input,
    Noted,
    Opened,
    OutOfDate,
    Picked,
    Recorded,
    Reminded,
    SentPhoto,
    Signal,
    Tapped,
    TaskRaised,
    TimedOut,
    Typed,
    WentBack,
    Withdrew,
)
from bot.core.engine.levels import advice_for, judge
from bot.core.engine.run import Answer, Pulled, Run, RunState, WaitKind, given_for
from bot.core.engine.waits import pulled_now, tapped_lines, waits_for
from bot.core.flow.conditions import holds
from bot.core.flow.model import QuestionKind, Script
from bot.core.level import Level, worst

ASK_WITHIN_S = {Level.D1: 120, Level.D2: 120}
"""Free text: silence after the question counts as the level of the words in 2 minutes for D1 and D2 (brief, 6.1)."""
ASK_LATER_S = 600
"""Free text: after other words, and unclear ones, silence counts as D3 in 10 minutes (brief, 6.1)."""
PHONE_NOW = timedelta(minutes=10)


class Turn(BaseModel):
    """One step of a conversation: what the run became, and what follows from it, in order."""

    model_config = ConfigDict(frozen=True)

    run: Run
    events: tuple[Event, ...]


def advance(script: Script, run: Run, given: Input, now: datetime) -> Turn:
    """The next turn. An ended run takes no input: taps and words are then out of date or noted.

    Errors: ``ValueError`` when a tap names a question or code that the script does not have.
    """
    if run.state is RunState.ENDED:
        return Turn(run=run, events=_after_the_end(given))
    match given:
        case Opened():
            after, events = _ask(script, run, now)
        case Tapped():
            after, events = _tapped(script, run, given, now)
        case Typed():
            after, events = _typed(script, run, given, now)
        case SentPhoto():
            after, events = run, (Noted(photo=True), *_again(script, run, now))
        case TimedOut():
            after, events = _timed_out(script, run, now)
        case WentBack():
            after, events = _went_back(script, run, now)
        case Withdrew():
            after, events = _end(run, Ended(how="withdrawn", why=given.why, level=run.level))
        case _:
            assert_never(given)
    return Turn(run=after.model_copy(update={"turn": run.turn + 1}), events=events)


Step = tuple[Run, tuple[Event, ...]]


def _after_the_end(given: Input) -> tuple[Event, ...]:
    match given:
        case Tapped():
            return (OutOfDate(question=given.question),)
        case Typed():
            return (Noted(),)
        case SentPhoto():
            return (Noted(photo=True),)
        case Opened() | TimedOut() | WentBack() | Withdrew():
            return ()
        case _:
            assert_never(given)


def _ask(script: Script, run: Run, now: datetime, *, again: bool = False) -> Step:
    """Ask the next question, or end the run."""
    question = next_question(script, run, now)
    if question is None:
        return _close(script, run, now)
    run = run.model_copy(update={"asking": question, "asked_at": now, "picked": (), "nudged": False})
    run = run.model_copy(update={"waits": waits_for(script, run, now)})
    return run, (asked_now(script, run, now, again=again),)


def asked_now(script: Script, run: Run, now: datetime, *, again: bool = False) -> Asked:
    """How the open question is shown now. Errors: AssertionError when none is open."""
    assert run.asking is not None
    question = script.questions[run.asking]
    at, total = position(script, run, question.id, now)
    uses = (w.use for w in question.wording if any(holds(w.when, facts) for facts in run.all_facts(now)))
    back = bool(run.order) and not run.level.at_least(Level.D2)
    return Asked(question=question.id, use=next(uses, ""), position=at, total=total, again=again, may_go_back=back)


def _again(script: Script, run: Run, now: datetime) -> tuple[Event, ...]:
    return (asked_now(script, run, now, again=True),) if run.asking else ()


def _tapped(script: Script, run: Run, tap: Tapped, now: datetime) -> Step:
    question = script.questions.get(tap.question)
    if question is None:
        raise ValueError(f"the script has no question {tap.question}")
    if question.id != run.asking:
        answer = run.answers.get(question.id)
        same = answer is not None and (tap.code in answer.given.codes or tap.code == "done")
        return run, (OutOfDate(question=question.id, same=same),)
    if question.kind is QuestionKind.SCREEN:
        line = question.line(tap.code)
        if line is not None and not line.at_once:
            picked = tuple(each.code for each in question.lines if (each.code in run.picked) != (each.code == tap.code))
            run = run.model_copy(update={"picked": picked})
            run = run.model_copy(update={"waits": waits_for(script, run, now)})
            return run, (Picked(question=question.id, picked=picked),)
        if tap.code == "done":
            codes = run.picked
            if not codes:
                return run, _again(script, run, now)
        elif line is not None:
            codes = tuple(each.code for each in question.lines if each.code in run.picked or each is line)
        else:
            codes = (tap.code,)
    else:
        codes = (tap.code,)
    return _answer(script, run, question.id, codes, now)


def _answer(
    script: Script, run: Run, question: str, codes: tuple[str, ...], now: datetime, *, assumed: bool = False
) -> Step:
    run, recorded = _record(script, run, question, codes, now, assumed=assumed)
    run, judged = judge(script, run, now)
    run, cannot = _cannot(script, run, question, codes, now)
    run, asked = _ask(script, run, now)
    return run, (recorded, *judged, *cannot, *asked)


def _record(
    script: Script, run: Run, question: str, codes: tuple[str, ...], now: datetime, *, assumed: bool
) -> tuple[Run, Recorded]:
    given = given_for(script.questions[question], codes)
    changed = question in run.order
    order = (*(each for each in run.order if each != question), question)
    answers = {**run.answers, question: Answer(given=given, at=now, assumed=assumed)}
    run = run.model_copy(update={"answers": answers, "order": order, "picked": (), "silent": False})
    return run, Recorded(question=question, given=given, assumed=assumed, changed=changed)


def _cannot(script: Script, run: Run, question: str, codes: tuple[str, ...], now: datetime) -> Step:
    """After a D1 or D2, "I cannot" is a call that staff must make at once."""
    if question == script.plan.follow_up.question and "cannot" in codes:
        return run, (TaskRaised(task="phone_now", due_at=now + PHONE_NOW),)
    return run, ()


def _typed(script: Script, run: Run, typed: Typed, now: datetime) -> Step:
    run, events = _hear(script, run, typed.signals, now)
    if run.pulled and (pull := _fresh_pull(run)) is not None and pull.question != run.asking:
        run, asked = _ask(script, run, now)
        return run, (Noted(), *events, *asked)
    if run.asking is not None and not typed.signals:
        question = script.questions[run.asking]
        if question.kind is QuestionKind.TEXT:
            after, more = _answer(script, run, question.id, ("said",), now)
            return after, (Noted(), *more)
    return run, (Noted(), *events, *_again(script, run, now))


def _fresh_pull(run: Run) -> Pulled | None:
    return next((pull for pull in run.pulled if pull.question not in run.answers), None)


def _hear(script: Script, run: Run, signals: tuple[Signal, ...], now: datetime) -> Step:
    """Words raise: a clear D1 word gives the emergency text and an unconfirmed alert at once; all are asked about."""
    events: list[Event] = []
    pulled = run.pulled
    for signal in sorted(signals, key=lambda each: -each.level.severity):
        question = script.symptom_questions.get(signal.symptom)
        if question is None:
            continue
        clear = not signal.ask
        if clear and signal.level is Level.D1 and run.level is not Level.D1 and not run.unconfirmed:
            advice = _advice_of(script, signal)
            events.append(AdviceGiven(level=Level.D1, advice=advice, provisional=True))
            events.append(AlertRaised(level=Level.D1, rules=(f"text:{signal.symptom}",), unconfirmed=True))
            run = run.model_copy(update={"unconfirmed": True, "advised": (*run.advised, advice)})
        if question in run.answers:
            # Said after it was answered: the words count, so it is asked once more.
            answers = {key: value for key, value in run.answers.items() if key != question}
            run = run.model_copy(update={"answers": answers})
        if question not in {pull.question for pull in pulled}:
            level = signal.level if clear else Level.D3
            after_s = ASK_WITHIN_S.get(level, ASK_LATER_S)
            pull = Pulled(question=question, symptom=signal.symptom, level=worst((level, Level.D3)), after_s=after_s)
            pulled = (*pulled, pull)
    return run.model_copy(update={"pulled": pulled}), tuple(events)


def _advice_of(script: Script, signal: Signal) -> str:
    """The emergency text for a D1 word: that of the D1 rules about the symptom's own question, else the general one."""
    rules = tuple(rule for rule in script.rules if rule.level is Level.D1 and rule.id.split("-")[0] == signal.symptom)
    return advice_for(script, rules, Level.D1)


def _timed_out(script: Script, run: Run, now: datetime) -> Step:
    due = sorted((wait for wait in run.waits if wait.due_at <= now), key=lambda wait: wait.due_at)
    if not due or run.asking is None:
        return run, ()
    wait = due[0]
    rest = tuple(each for each in run.waits if each is not wait)
    run = run.model_copy(update={"waits": rest})
    match wait.kind:
        case WaitKind.LINE:
            return _line_silent(script, run, now)
        case WaitKind.PULLED:
            return _pull_silent(script, run, now)
        case WaitKind.REMIND:
            run = run.model_copy(update={"reminded": run.reminded + 1})
            run = run.model_copy(update={"waits": waits_for(script, run, now)})
            return run, (Reminded(question=run.asking, half_way=False), asked_now(script, run, now, again=True))
        case WaitKind.STILL_THERE:
            run = run.model_copy(update={"nudged": True})
            run = run.model_copy(update={"waits": waits_for(script, run, now)})
            return run, (Reminded(question=run.asking, half_way=True), asked_now(script, run, now, again=True))
        case WaitKind.NO_ANSWER:
            silence = script.plan.silence[run.phase]
            due_at = max(now, run.opened_at + timedelta(seconds=silence.task_due_s))
            run = run.model_copy(update={"silent": True, "waits": ()})
            task = TaskRaised(task=silence.task, due_at=due_at)
            return run, (FellSilent(half_way=bool(run.order)), task)
        case WaitKind.ACT:
            run = run.model_copy(update={"waits": ()})
            task = TaskRaised(task="phone_now", due_at=now + PHONE_NOW)
            follow_up = script.plan.follow_up.question
            if run.asking != follow_up:
                run = run.model_copy(update={"asking": follow_up, "asked_at": now, "picked": ()})
            return run, (task, Reminded(question=follow_up, half_way=True), asked_now(script, run, now, again=True))
        case _:
            assert_never(wait.kind)


def _line_silent(script: Script, run: Run, now: datetime) -> Step:
    """Silence after a red line: the highest level of each tapped line applies."""
    assert run.asking is not None
    events: list[Event] = []
    question = script.questions[run.asking]
    if question.silence is not None:
        run, recorded = _record(script, run, question.id, (question.silence.counts_as,), now, assumed=True)
        events.append(recorded)
    else:
        lines = tapped_lines(script, run)
        if question.kind is QuestionKind.SCREEN and run.picked:
            run, recorded = _record(script, run, question.id, run.picked, now, assumed=True)
            events.append(recorded)
        for line in lines:
            if line.detail is not None and line.if_silent is not None and line.detail not in run.answers:
                run, recorded = _record(script, run, line.detail, (line.if_silent,), now, assumed=True)
                events.append(recorded)
    run, judged = judge(script, run, now)
    run, asked = _ask(script, run, now)
    return run, (*events, *judged, *asked)


def _pull_silent(script: Script, run: Run, now: datetime) -> Step:
    """Silence after a question that free text brought up: the level of the words counts."""
    pull = pulled_now(run)
    if pull is None:
        return run, ()
    level = worst((run.level, pull.level))
    events: list[Event] = []
    if level is not run.level:
        advice = next((each for each in script.advice_order if each == level.value.lower()), level.value.lower())
        events.append(AdviceGiven(level=level, advice=advice))
        events.append(AlertRaised(level=level, rules=(f"text:{pull.symptom}",)))
        run = run.model_copy(update={"level": level, "advised": (*run.advised, advice)})
    pulled = tuple(each for each in run.pulled if each is not pull)
    run = run.model_copy(update={"pulled": pulled, "hits": (*run.hits, f"text:{pull.symptom}")})
    run, asked = _ask(script, run, now)
    return run, (*events, *asked)


def _went_back(script: Script, run: Run, now: datetime) -> Step:
    told = tuple(question for question in run.order if not run.answers[question].assumed)
    if not told or run.level.at_least(Level.D2):
        return run, _again(script, run, now)
    last = told[-1]
    answers = {question: answer for question, answer in run.answers.items() if question != last}
    order = tuple(question for question in run.order if question != last)
    run = run.model_copy(update={"answers": answers, "order": order, "asking": last, "asked_at": now, "picked": ()})
    run = run.model_copy(update={"waits": waits_for(script, run, now)})
    return run, (asked_now(script, run, now),)


def _close(script: Script, run: Run, now: datetime) -> Step:
    """All is asked: say whether this is expected, and what to do."""
    events: list[Event] = []
    if run.level is Level.D4:
        soon = tuple(rule for rule in script.rules if rule.id in run.hits and rule.level is Level.D4)
        events.append(AdviceGiven(level=Level.D4, advice=advice_for(script, soon, Level.D4)))
        events.append(
            AlertRaised(
                level=Level.D4,
                rules=tuple(rule.id for rule in soon),
                notes=tuple(sorted({rule.note for rule in soon if rule.note})),
            )
        )
    facts = run.all_facts(now)
    told = not run.level.is_red
    ended = Ended(
        how="emergency" if run.level.at_least(Level.D2) else "completed",
        level=run.level,
        expected=tuple(r.text for r in script.expected if told and any(holds(r.when, f) for f in facts)),
        self_care=tuple(r.text for r in script.self_care if told and any(holds(r.when, f) for f in facts)),
    )
    run, last = _end(run, ended)
    return run, (*events, *last)


def _end(run: Run, ended: Ended) -> Step:
    run = run.model_copy(update={"state": RunState.ENDED, "asking": None, "picked": (), "waits": ()})
    return run, (ended,)
