"""The clinic's switches: off unless the clinic's file turns them on, and kept in the script that was read."""

import pytest

from bot.core.errors import ScriptError
from bot.core.flow.layout import PRACTICE
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.reading import read_script
from bot.core.flow.switches import ALL_OFF, read_switches
from bot.core.flow.yaml_source import parse
from tests.flows.loaded import live

FILES = live().files


def read(text: str) -> dict[str, bool]:
    problems = Problems()
    found = read_switches(Reader(parse(text, PRACTICE), problems, "the file"))
    problems.raise_if_any()
    return dict(found)


def test_a_clinic_that_says_nothing_has_everything_off() -> None:
    assert not any(ALL_OFF.values())
    assert read("sign_off: nobody yet") == dict(ALL_OFF)
    without = {path: text for path, text in FILES.items() if path != PRACTICE}
    assert read_script(without, "face") == read_script(FILES, "face")


def test_a_switch_is_turned_on() -> None:
    assert read("allow_nsaid: true") == {**ALL_OFF, "allow_nsaid": True}


def test_a_switch_that_is_turned_on_makes_another_revision() -> None:
    turned = {**FILES, PRACTICE: "allow_nsaid: true"}
    assert read_script(turned, "face").revision != read_script(FILES, "face").revision


@pytest.mark.parametrize("slip", ["allow_nsaids: true", "allow_nsaid: 'true'", "allow_nsaid: perhaps", "- true"])
def test_a_slip_is_reported_and_never_turns_a_switch_on(slip: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script({**FILES, PRACTICE: slip}, "face")
    assert {problem.file for problem in caught.value.problems} == {PRACTICE}
