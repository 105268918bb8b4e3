"""Two procedures of one patient: one check-in asks about both, each by its own rules, clock and words."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.flow.layout import TEMPLATE
from bot.store.tables import CheckInRow, RevisionRow, RunRow
from bot.wiring.flows import Flows, load_flows
from tests.journeys.test_recall import everybody_has_a_next_step, mended, published, recalled
from tests.support.clinic import FLOWS, PROCEDURE, Clinic, Person, open_clinic


@pytest.fixture(scope="module")
def two() -> Flows:
    """A clinic that offers two procedures."""
    return load_flows(FLOWS, (PROCEDURE, TEMPLATE))


@pytest.fixture
async def clinic(sqlite_url: str, two: Flows) -> AsyncIterator[Clinic]:
    """A clinic on SQLite with both."""
    async with open_clinic(sqlite_url, flows=two) as opened:
        yield opened


async def face_then_template(clinic: Clinic, *, sites: tuple[str, ...] = ("neck",)) -> Person:
    """Ana's face was treated four weeks before her neck."""
    ana = await clinic.treat(hour=10)
    for row in await clinic.check_ins():
        if row.step == "c11":
            break
        await clinic.pass_until(row.due_at)
        await ana.is_well()
    ana.skims()
    await clinic.pass_until((await clinic.check_in("c11")).due_at - timedelta(hours=2))
    await clinic.treat_again(ana, procedure=TEMPLATE, sites=sites, modifiers=())
    return ana


async def newest_run(clinic: Clinic) -> RunRow:
    return (await clinic.runs())[-1]


async def first_of_both(clinic: Clinic) -> CheckInRow:
    """The check-in of the second procedure that took in c11 of the first."""
    rows = await clinic.check_ins()
    (c11,) = [row for row in rows if row.step == "c11" and row.state == "merged"]
    return next(row for row in rows if row.id == c11.merged_into)


async def test_one_check_in_for_both(clinic: Clinic) -> None:
    """Every question of both comes once, within ten taps, and the closing words give each treatment its own day."""
    ana = await face_then_template(clinic)
    await clinic.pass_until((await first_of_both(clinic)).due_at)
    ana.expects("Hello Ana")
    taps = await ana.is_well()
    assert taps <= 10
    closing = ana.expects("This fits normal healing", "Template treatment: day 0", "Face treatment: day 28")
    assert "Day 28 after your treatment" not in closing.text
    ana.expects_nothing()
    run = json.loads((await newest_run(clinic)).body)
    asked = run["order"]
    assert len(asked) == len(set(asked)) and asked[0] == "A"
    # L comes from week 4 of the face, LA from the first hours of the other.
    assert {"L", "LA"} <= set(asked)
    assert [subject["procedure"] for subject in run["subjects"]] == [PROCEDURE, TEMPLATE]


async def test_each_rule_by_its_own_procedure(clinic: Clinic) -> None:
    """A small, unchanged lump: late for a face of week 4 (D4, and the face counts as a risk), new for the neck."""
    ana = await face_then_template(clinic)
    await clinic.pass_until((await first_of_both(clinic)).due_at)
    await ana.is_well(until="L")
    await ana.says("something", "L")
    await ana.is_well(until="LU")
    await ana.says("same", "LU")
    await ana.is_well()
    run = await newest_run(clinic)
    assert (run.level, set(json.loads(run.body)["hits"]) & {"LU-6", "LU-6+"}) == ("D3", {"LU-6", "LU-6+"})
    card = clinic.staff["Dr. Vega"].expects("TODAY", "Template treatment", "neck", "day 0", "Face treatment", "cheek")
    assert "day 28" in card.text
    clinic.staff_skim()


async def test_a_red_flag_names_both_treatments_on_the_card_for_the_hospital(clinic: Clinic) -> None:
    ana = await face_then_template(clinic)
    await clinic.pass_until((await first_of_both(clinic)).due_at)
    ana.skims()
    await ana.says("sight", "A")
    ana.expects("EMERGENCY", "112")
    card = ana.expects("Show this card", "Template treatment", "Face treatment", "neck", "cheek", "lot 7", "lot 8")
    assert "hours ago" in card.text
    clinic.staff_skim()
    ana.skims()
    # The re-check after 30 minutes asks about both too.
    await ana.taps("Already there")
    await clinic.pass_time(minutes=31)
    run = json.loads((await newest_run(clinic)).body)
    assert (run["kind"], len(run["subjects"])) == ("recheck", 2)
    assert run["asking"] == "A"


async def test_worse_asks_about_both(clinic: Clinic) -> None:
    ana = await face_then_template(clinic)
    await ana.writes("/worse")
    run = json.loads((await newest_run(clinic)).body)
    assert (run["kind"], [each["procedure"] for each in run["subjects"]]) == ("on_demand", [PROCEDURE, TEMPLATE])
    # Old filler belongs to the face alone: its set is asked too.
    assert {"FI", "A", "V"} <= set(run["sets"])
    ana.skims()
    await ana.is_well()


async def test_words_are_about_both(clinic: Clinic) -> None:
    ana = await face_then_template(clinic)
    await ana.writes("my skin is white and cold")
    run = json.loads((await newest_run(clinic)).body)
    assert (run["kind"], len(run["subjects"])) == ("free_text", 2)
    ana.skims()
    await ana.says("present", "BL")
    assert (await newest_run(clinic)).level == "D2"
    ana.skims()
    clinic.staff_skim()


async def test_the_combination_is_kept_like_any_script(clinic: Clinic) -> None:
    """A restart in the middle, and the run goes on: its script is read back from the database."""
    ana = await face_then_template(clinic)
    await clinic.pass_until((await first_of_both(clinic)).due_at)
    await ana.says("none", "A")
    revision = (await newest_run(clinic)).revision
    row = await clinic.app.store.look(lambda unit: unit.get(RevisionRow, revision))
    assert (row.procedure, row.current, row.published_by) == (f"{TEMPLATE}+{PROCEDURE}", False, "bot")
    await clinic.restart()
    ana.skims()
    await ana.is_well()
    ana.expects("Template treatment: day 0", "Face treatment: day 28")
    assert (await newest_run(clinic)).level == "D5"


async def test_late_checks_of_the_first_go_on(clinic: Clinic) -> None:
    """Each late check of the face stays within a day of its time, alone or with one of the other, to its week 12."""
    await face_then_template(clinic)
    rows = await clinic.check_ins()
    first = {row.step: row for row in rows if row.session_id == rows[0].session_id}
    by_id = {row.id: row for row in rows}
    treated = min(row.due_at for row in rows)
    for step, day in (("c12", 42), ("c13", 56), ("c14", 84)):
        row = first[step]
        when = by_id[row.merged_into].due_at if row.merged_into else row.due_at
        assert abs(when - (treated + timedelta(days=day))) <= timedelta(hours=36), step


async def test_a_recall_of_one_of_them_hands_the_conversation_about_both_to_staff(clinic: Clinic) -> None:
    """The combination of two scripts holds the recalled one: nobody is asked by it any more, and a person calls."""
    ana = await face_then_template(clinic)
    await clinic.pass_until((await first_of_both(clinic)).due_at)
    await ana.says("none", "A")
    ana.skims()
    (fate,) = await recalled(clinic, await published(clinic, mended(clinic.script)))
    assert (fate.what, fate.detail) == ("to staff", "her conversation is about several treatments at once")
    assert not [run for run in await clinic.runs() if run.state == "open"]
    ana.expects("a person from our team will phone you")
    (task,) = await clinic.open_tasks("other")
    assert "taken back" in task.about
    await everybody_has_a_next_step(clinic)
    ana.skims()
    clinic.staff_skim()
