"""What the patient's own words do: they raise at once, or bring up a question whose silence counts."""

from datetime import datetime

from bot.core.engine.agenda import next_question
from bot.core.engine.events import AdviceGiven, AlertRaised, Event, Noted, Recorded, Signal, Typed
from bot.core.engine.levels import advice_for
from bot.core.engine.run import Pulled, Run, WaitKind
from bot.core.engine.steps import Step, answer, ask, keep_picked, once_more, without
from bot.core.engine.waits import not_later, waits_for
from bot.core.flow.model import QuestionKind, Script
from bot.core.level import Level, worst

ASK_WITHIN_S = {Level.D1: 120, Level.D2: 120}
"""Free text: silence after the question counts as the level of the words in 2 minutes for D1 and D2 (brief, 6.1)."""
GENERAL = Level.D1.value.lower()
"""The emergency text that names no danger; it never follows one that does (the patient reads the last one)."""
ASK_LATER_S = 600
"""Free text: after other words, and unclear ones, silence counts as D3 in 10 minutes (brief, 6.1)."""


def typed(script: Script, run: Run, words: Typed, now: datetime) -> Step:
    """The patient wrote: what is red in it comes first; otherwise it is the answer to a question for own words."""
    before = run
    run, events = _hear(script, run, words.signals)
    asking = run.asking
    if asking is None:
        run, asked = ask(script, run, now)
        return run, (Noted(), *events, *asked)
    if (run.pulled, run.order, run.level) != (before.pulled, before.order, before.level):
        if next_question(script, run, now) != asking:
            run, kept = keep_picked(script, run, now)
            run, asked = ask(script, run, now)
            run = run.model_copy(update={"waits": not_later(run.waits, before, (WaitKind.LINE, WaitKind.ACT))})
            return run, (Noted(), *events, *kept, *asked)
        # The words are about the open question: from now on its silence counts as they say.
        run = run.model_copy(update={"waits": not_later(waits_for(script, run, now), before)})
    elif not any(signal.symptom in script.symptom_questions for signal in words.signals):
        question = script.questions[asking]
        if question.kind is QuestionKind.TEXT:
            after, more = answer(script, run, question.id, ("said",), now)
            return after, (Noted(), *events, *more)
    return run, (Noted(), *events, *once_more(script, run, now))


def _hear(script: Script, run: Run, signals: tuple[Signal, ...]) -> Step:
    """A clear D1 word gives the emergency text and an unconfirmed alert at once; all words are asked about."""
    advices: dict[str, list[str]] = {}
    unasked: list[Signal] = []
    waiting = tuple(pull.advice for pull in run.pulled if pull.advice and pull.question not in run.answers)
    for signal in sorted(signals, key=lambda each: -each.level.severity):
        question = script.symptom_questions.get(signal.symptom)
        if question is None:
            unasked.extend([signal] if signal.level.is_red and not signal.ask else [])
            continue
        if signal.level is Level.D1 and not signal.ask and run.level is not Level.D1:
            advices.setdefault(_advice_of(script, signal), []).append(signal.symptom)
        if _is_worth_asking(script, run, question):
            run = _bring_up(script, run, question, signal)
    run, events = _provisional(script, run, advices, waiting)
    for signal in unasked:
        run, raised = raise_by_words(run, signal.level, signal.symptom)
        events = (*events, *raised)
    return run, events


def _is_worth_asking(script: Script, run: Run, question: str) -> bool:
    """After a D1 nothing is asked, and after a D2 only what could make it a D1: an answer that counts is kept then."""
    return run.level is not Level.D1 and (run.level is not Level.D2 or question in script.may_reach_d1)


def _bring_up(script: Script, run: Run, question: str, signal: Signal) -> Run:
    """Ask ``question`` next; what was said worst about it, and the shortest time, count."""
    known = next((each for each in run.pulled if each.question == question), None)
    others = tuple(each for each in run.pulled if each is not known)
    if question in run.answers:
        # Said after it was answered: the words count, so it is asked once more. What was said before is answered.
        run, known = without(run, question), None
    level = Level.D3 if signal.ask else worst((signal.level, Level.D3))
    after_s = ASK_LATER_S if signal.ask else ASK_WITHIN_S.get(level, ASK_LATER_S)
    advice = _advice_of(script, signal)
    advice = "" if advice == GENERAL else advice
    pull = Pulled(question=question, symptom=signal.symptom, level=level, after_s=after_s, advice=advice)
    if known is not None:
        advice = most_urgent(script, tuple(name for name in (known.advice, advice) if name))
        kept = known if pull.level.severity <= known.level.severity else pull
        pull = kept.model_copy(update={"advice": advice})
    pulled = sorted((*others, pull), key=lambda each: -each.level.severity)
    return run.model_copy(update={"pulled": tuple(pulled)})


def most_urgent(script: Script, advices: tuple[str, ...]) -> str:
    """The text that stands first in the script's order; "" of none."""
    order = script.advice_order
    return min(advices, key=lambda name: order.index(name) if name in order else len(order), default="")


def _provisional(script: Script, run: Run, advices: dict[str, list[str]], waiting: tuple[str, ...]) -> Step:
    """The most urgent text about the emergency words, unless it was given for them already.

    While words are still being asked about, their text (one of ``waiting``) is not followed by the general one.
    """
    new = tuple(advice for advice in advices if not run.unconfirmed or advice not in run.advised)
    if not new:
        return run, ()
    advice = most_urgent(script, (*new, *waiting) if new == (GENERAL,) else new)
    rules = tuple(f"text:{symptom}" for name in new for symptom in dict.fromkeys(advices[name]))
    run = run.model_copy(update={"unconfirmed": True, "advised": (*run.advised, advice)})
    return run, (
        AdviceGiven(level=Level.D1, advice=advice, provisional=True),
        AlertRaised(level=Level.D1, rules=rules, unconfirmed=True),
    )


def _advice_of(script: Script, signal: Signal) -> str:
    """The emergency text for a D1 word: that of the D1 rules about the symptom, else the general one."""
    rules = tuple(rule for rule in script.rules if rule.level is Level.D1 and rule.id.split("-")[0] == signal.symptom)
    return advice_for(script, rules, Level.D1)


def raise_by_words(run: Run, level: Level, symptom: str, advice: str = "") -> Step:
    """The words alone count: nobody answered the question about them, or the script has none.

    ``advice`` is the emergency text for them, where there is one that says more than the general one.
    """
    rule = f"text:{symptom}"
    reached = worst((run.level, level))
    events: list[Event] = []
    unconfirmed = run.unconfirmed and level is not Level.D1
    if reached is not run.level:
        advice = advice if advice and reached is Level.D1 else reached.value.lower()
        events.append(AdviceGiven(level=reached, advice=advice))
        run = run.model_copy(update={"level": reached, "advised": (*run.advised, advice)})
    if rule not in run.hits or events:
        events.append(AlertRaised(level=reached, rules=(rule,)))
    hits = run.hits if rule in run.hits else (*run.hits, rule)
    return run.model_copy(update={"hits": hits, "unconfirmed": unconfirmed}), tuple(events)


def still_specific(script: Script, before: Run, run: Run, events: tuple[Event, ...]) -> Step:
    """A yes to a question about words: the text for these words stays, where the rules know only the general one."""
    answered = {event.question for event in events if isinstance(event, Recorded)}
    advice = most_urgent(
        script, tuple(pull.advice for pull in before.pulled if pull.advice and pull.question in answered)
    )
    if not advice or not any(isinstance(event, AdviceGiven) and event.advice == GENERAL for event in events):
        return run, events
    told = tuple(
        event.model_copy(update={"advice": advice})
        if isinstance(event, AdviceGiven) and event.advice == GENERAL
        else event
        for event in events
    )
    first = len(before.advised)
    advised = tuple(advice if name == GENERAL and place >= first else name for place, name in enumerate(run.advised))
    return run.model_copy(update={"advised": advised}), told
