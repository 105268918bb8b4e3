"""What changed is said in the words of a script: units, times, conditions, and only the fields that differ."""

from datetime import time

from bot.core.check.change_details import Detail, details, shown
from bot.core.check.difference import diff
from bot.core.flow.conditions import Days
from bot.core.flow.model import Silence
from bot.core.level import Level
from tests.core.check.builders import answer, choice, number, rule, script, with_rules


def test_values_are_shown_as_a_script_has_them() -> None:
    assert shown(120, "after_s") == "2 min"
    assert shown((1800, 7200), "recheck_after_s") == "30 min, 2 h"
    assert shown(2.0, "after_h") == "2 h"
    assert shown(time(21, 30)) == "21:30"
    assert shown(number("PA", 7)) == "{number: {PA: {at_least: 7}}}"
    assert shown(Level.D2) == "D2"
    assert shown(True) == "true"
    assert shown(None) == shown(()) == shown("") == ""
    assert shown(Silence(after_s=90, counts_as="x")) == "{after: 90 s, counts_as: x}"


def test_only_the_fields_that_differ_are_listed() -> None:
    before = rule("BL-1", Level.D2, answer("BL", "present"))
    after = before.model_copy(update={"level": Level.D3, "when": Days(up_to=7)})
    found = {detail.field: detail for detail in details("BL-1", before, after)}
    assert found == {
        "level": Detail("level", "D2", "D3"),
        "when": Detail("when", "{answer: {BL: present}}", "{day: {up_to: 7}}"),
    }


def test_a_thing_that_is_new_or_gone_has_all_its_fields_on_one_side() -> None:
    question = choice("FE", "clear", "hot")
    new = {detail.field: detail for detail in details("FE", None, question)}
    gone = {detail.field: detail for detail in details("FE", question, None)}
    assert new["answers"] == Detail("answers", "", "clear, hot")
    assert gone["answers"] == Detail("answers", "clear, hot", "")
    assert new.keys() == gone.keys()


def test_a_list_or_a_text_is_one_field() -> None:
    assert details("sites", ("cheek",), ("cheek", "chin")) == (Detail("sites", "cheek", "cheek, chin"),)
    assert details("quiet_from", time(22), time(23)) == (Detail("quiet_from", "22:00", "23:00"),)


def test_every_change_of_a_script_has_its_details() -> None:
    other = with_rules(rule("NEW-1", Level.D1, number("PA", 10)))
    for change in diff(script(), other).changes:
        assert change.details, change
        assert change.verb == {(True, False): "added", (False, True): "removed"}.get(
            (change.before is None, change.after is None), "changed"
        )


def test_regions_are_counted_and_patients_come_smallest_first() -> None:
    found = diff(script(), script(rules=()))
    assert found.fall_regions >= len(found.falls) > 0
    assert found.rise_regions == 0
    sizes = [fall.patient.size for fall in found.falls]
    assert sizes == sorted(sizes)
