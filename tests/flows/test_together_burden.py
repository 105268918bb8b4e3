"""A well patient with two sessions: how many taps the merged check-ins of real timetables take."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.care.plan import Planned, merge, timetable
from bot.core.engine.advance import advance
from bot.core.engine.events import Opened, Tapped
from bot.core.engine.run import Run, RunKind, Subject
from bot.core.flow.conditions import Facts
from bot.core.flow.model import Phase, Script
from bot.core.flow.together import Together, together
from tests.flows.loaded import scripts

FIRST = datetime(2026, 3, 2, 11, tzinfo=UTC)
ZONE = "Europe/Madrid"
APART = (1, 2, 3, 5, 7, 10, 14, 18, 21, 28, 35, 42, 56)
"""Days between two sessions, from the next day to the longest course."""

MOST = {Phase.EARLY: 10, Phase.MIDDLE: 10, Phase.LATE: 4}


def taps(whole: Together, script: Script, run: Run, now: datetime) -> int:
    """The questions that a well patient answers."""
    count = 0
    run = advance(whole.script, run, Opened(), now).run
    while run.asking is not None:
        count += 1
        well = whole.script.questions[run.asking].well
        run = advance(whole.script, run, Tapped(question=run.asking, code=well), now).run
    return count


def burden(old: Script, new: Script, days: int, sites: tuple[str, ...], modifiers: tuple[str, ...]) -> dict[Phase, int]:
    """The most taps of a merged check-in in each phase."""
    whole = together([new] if new.revision == old.revision else [new, old])
    starts = {old.procedure + "/old": (old, FIRST), new.procedure + "/new": (new, FIRST + timedelta(days=days))}
    dues, subjects = {}, []
    for name, (script, t0) in starts.items():
        places = tuple(site for site in sites if site in script.sites) or script.sites[-1:]
        marks = tuple(mark for mark in modifiers if mark in script.modifiers)
        facts = Facts({}, 0, 0, script.procedure, frozenset(places), frozenset(marks))
        hours = {entry.id for entry in script.plan.check_ins if entry.after_h is not None}
        dues[name] = [
            (due, Planned(id=due.step, due_at=due.due_at, sets=due.sets, by_the_hour=due.step in hours))
            for due in timetable(script.plan, t0, ZONE, 10, facts)
        ]
        subjects.append(
            Subject(
                session_id=name,
                procedure=script.procedure,
                t0=t0,
                zone=ZONE,
                sites=places,
                modifiers=marks,
                revision=script.revision,
            )
        )
    older, newer = dues.values()
    start = FIRST + timedelta(days=days)
    merges = merge([each for _, each in older if each.due_at > start], [each for _, each in newer], timedelta(hours=24))
    found: dict[Phase, int] = {}
    for host in {each.newer for each in merges}:
        due = next(due for due, _ in newer if due.step == host)
        guests = [due.sets for due, each in older if each.id in {one.older for one in merges if one.newer == host}]
        entry = new.plan.check_in(host)
        assert entry is not None
        run = Run(
            id="run",
            revision=whole.script.revision,
            kind=RunKind.PLANNED,
            step=host,
            phase=entry.phase,
            sets=whole.united([(new.revision, due.sets), *((old.revision, sets) for sets in guests)]),
            subjects=tuple(subjects),
            previous=whole.script.well,
            opened_at=due.due_at,
        )
        found[entry.phase] = max(found.get(entry.phase, 0), taps(whole, new, run, due.due_at))
    return found


PAIRS = [("face", "face"), ("face", "template"), ("template", "face")]


@pytest.mark.parametrize(("old", "new"), PAIRS)
@pytest.mark.parametrize("sites", [("cheek",), ("jaw", "neck")])
def test_a_well_patient_with_two_sessions(old: str, new: str, sites: tuple[str, ...]) -> None:
    """Ten taps, four at the late checks: also when every question of both sessions is asked. A question that a
    procedure has for itself alone (the template's brown marks) is one more."""
    own = 0 if old == new else 1
    for days in APART:
        for phase, count in burden(scripts()[old], scripts()[new], days, sites, ()).items():
            assert count <= MOST[phase] + (own if phase is Phase.LATE else 0), (days, phase, count)


@pytest.mark.parametrize("modifiers", [("filler",), ("botulinum",), ("filler", "botulinum"), ("numbing_drug",)])
def test_modifiers_cost_no_more_than_their_own_questions(modifiers: tuple[str, ...]) -> None:
    """Every question set is kept (brief, modifier M): what a modifier asks comes on top, a tap each."""
    for days in APART:
        for phase, count in burden(scripts()["face"], scripts()["face"], days, ("jaw",), modifiers).items():
            assert count <= MOST[phase] + len(modifiers), (days, phase, count)
