"""Move a run from a recalled revision to another one: what exists there is carried over, and no level ever falls.

A red line or word that was being asked about and that the new revision does not know counts as if nobody had answered.
The rules of the new revision judge everything that was carried over, so that what the old one missed is found at once.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.core.engine.advance import Turn
from bot.core.engine.events import Event
from bot.core.engine.levels import judge, rules_that_hold
from bot.core.engine.run import Answer, Pulled, Run, RunState
from bot.core.engine.silence import count_pending
from bot.core.engine.steps import ask, keep_picked
from bot.core.engine.waits import not_later, tapped_lines
from bot.core.flow.conditions import Given
from bot.core.flow.model import Line, Script
from bot.core.flow.recall_map import RecallMap
from bot.core.level import worst

WORDS = "text:"
"""The rules of free text are no script's: they begin with this."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The move in two turns: what the old revision still has to say, then what the new one says.

    ``lost`` are the questions whose answers were not carried over. They stay in the records, and so does their level.
    """

    settled: Turn
    turn: Turn
    lost: tuple[str, ...]


def move(old: Script, new: Script, run: Run, how: RecallMap, now: datetime) -> Moved:
    """The run under the new revision. Errors: ValueError for a run that has ended, or that is not of the old one."""
    if run.state is RunState.ENDED or run.revision != old.revision:
        raise ValueError(f"run {run.id} is not an open run of {old.revision}")
    asked = run.asking
    settled, events = _settle(old, new, run, how, now)
    asked = None if asked in settled.answers else asked
    settled = settled.model_copy(update={"asking": asked, "state": RunState.OPEN})
    carried, lost = _carried(old, new, settled, how)
    carried, judged = judge(new, carried, now)
    carried, followed = ask(new, carried, now)
    if carried.asking is not None:
        carried = carried.model_copy(update={"waits": not_later(carried.waits, run)})
    carried = carried.model_copy(update={"turn": settled.turn + 1})
    return Moved(Turn(run=settled, events=events), Turn(run=carried, events=(*judged, *followed)), lost)


def hand_over_because(new: Script, run: Run) -> str:
    """Why this run must go to a person instead of to the new revision; empty when it need not."""
    sites = [site for subject in run.subjects for site in subject.sites if site not in new.sites]
    marks = [mark for subject in run.subjects for mark in subject.modifiers if mark not in new.modifiers]
    if sites or marks:
        return f"the new revision does not know {', '.join(dict.fromkeys((*sites, *marks)))}"
    if not any(name in new.sets for name in run.sets):
        return "the new revision has none of the questions of this check-in"
    return ""


def misfits(script: Script, run: Run, now: datetime) -> tuple[str, ...]:
    """What of the run this script would not allow; empty for a run that it could have come to itself."""
    questions = {name: question.codes for name, question in script.questions.items()}
    rules = {rule.id for rule in script.rules}
    known = {
        "revision": run.revision == script.revision,
        "sets": all(name in script.sets for name in run.sets),
        "answers": all(
            name in questions and set(answer.given.codes) <= set(questions[name])
            for name, answer in run.answers.items()
        ),
        "order": set(run.order) == set(run.answers),
        "pulled": all(pull.question in questions for pull in run.pulled),
        "picked": not run.picked or (run.asking in questions and set(run.picked) <= set(questions[str(run.asking)])),
        "hits": all(hit in rules or hit.startswith(WORDS) for hit in run.hits),
        "next step": (run.state is RunState.ENDED) is (run.asking is None) and run.asking in (None, *questions),
        "level": run.level.at_least(worst(rule.level for rule in rules_that_hold(script, run, now)))
        if set(run.answers) <= set(questions)
        else False,
    }
    return tuple(name for name, fits in known.items() if not fits)


def _settle(old: Script, new: Script, run: Run, how: RecallMap, now: datetime) -> tuple[Run, tuple[Event, ...]]:
    """What is tapped or asked about under the old revision, brought to an end where the new one cannot go on with it."""
    if run.red_pending and not _goes_on(old, new, run, how):
        return count_pending(old, run, now)
    return keep_picked(old, run, now)


def _goes_on(old: Script, new: Script, run: Run, how: RecallMap) -> bool:
    """Does the new revision know every red line and word that is being asked about, and what silence means there?"""
    pulled = all(how.question(new, pull.question) for pull in run.pulled if pull.question not in run.answers)
    asked = old.questions[run.asking] if run.asking else None
    if asked is not None and asked.silence is not None:
        to = how.question(new, asked.id)
        pulled = pulled and to is not None and new.questions[to].silence is not None
    return pulled and all(_line_goes_on(old, new, screen, line, how) for screen, line in _tapped(old, run))


def _tapped(old: Script, run: Run) -> list[tuple[str, Line]]:
    waiting = tapped_lines(old, run)
    return [(screen.id, line) for screen in old.screens for line in screen.lines if line in waiting]


def _line_goes_on(old: Script, new: Script, screen: str, line: Line, how: RecallMap) -> bool:
    found = how.given(old, new, screen, Given(codes=(line.code,)))
    after = new.questions[found[0]].line(found[1].codes[0]) if found else None
    detail = how.question(new, line.detail or "")
    return after is not None and after.detail is not None and after.detail == detail and after.if_silent is not None


def _carried(old: Script, new: Script, run: Run, how: RecallMap) -> tuple[Run, tuple[str, ...]]:
    """The run with everything that the new revision knows, and the questions whose answers it does not."""
    answers: dict[str, Answer] = {}
    order: list[str] = []
    lost: list[str] = []
    for name in run.order:
        answer = run.answers[name]
        found = how.given(old, new, name, answer.given)
        if found is None or found[0] in answers:
            lost.append(name)
            continue
        answers[found[0]] = answer.model_copy(update={"given": found[1]})
        order.append(found[0])
    pulled = tuple(
        pull.model_copy(update={"question": to, "advice": pull.advice if pull.advice in new.advice_order else ""})
        for pull in run.pulled
        if (to := how.question(new, pull.question)) is not None
    )
    rules = {rule.id for rule in new.rules}
    changes = {
        "revision": new.revision,
        "sets": tuple(name for name in run.sets if name in new.sets),
        "previous": _previous(old, new, run, how),
        "answers": answers,
        "order": tuple(order),
        "pulled": _open_first(pulled, answers),
        "hits": tuple(hit for hit in run.hits if hit in rules or hit.startswith(WORDS)),
        "asking": None,
        "asked_at": None,
        "picked": (),
        "waits": (),
    }
    return run.model_copy(update=changes), tuple(lost)


def _open_first(pulled: tuple[Pulled, ...], answers: dict[str, Answer]) -> tuple[Pulled, ...]:
    """What is still to be asked about comes first; the rest was answered and stays."""
    return tuple(sorted(pulled, key=lambda pull: pull.question in answers))


def _previous(old: Script, new: Script, run: Run, how: RecallMap) -> dict[str, Given]:
    found = (how.given(old, new, name, given) for name, given in run.previous.items())
    return dict(each for each in found if each is not None)
