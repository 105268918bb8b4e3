"""What is not signed is counted by its own identity, and a signature holds for the content that was signed only."""

from typing import Any

import pytest

from bot.core.errors import ScriptError
from bot.core.flow.reading import read_script
from bot.core.flow.sign_off import Point, Signature, Subject, points_in, points_of, standing
from bot.core.flow.sign_off_reading import read_signatures
from tests.core.flow.small import FILES, SCRIPT, problems_of

NOW, BEFORE, FLOOR, OLD_FLOOR = "1234567890123456", "aaaabbbbccccdddd", "00000000000000e5", "ffffffffffffffff"
POINTS = (Point("face", "PA-2", "pain"), Point("face", "SW-1", "window"))
FACE = Subject("face", NOW, POINTS, True)
FLOOR_FILE = Subject("floor", FLOOR, (Point("floor", "floor", "all of it"),))
SUBJECTS = (FACE, FLOOR_FILE)

GOOD = f"""\
signatures:
  - name: Dr. Ana Vega
    role: medical lead
    licence: 282861234
    date: 2026-11-24
    of: face
    revision: {NOW}
    floor: {FLOOR}
    items: [PA-2]
"""


def read(text: str) -> tuple[Signature, ...]:
    return read_signatures(text, "clinic/sign-off.yaml", SUBJECTS, {"scalp"})


def signed(text: str, *subjects: Subject) -> Any:
    return standing(subjects or SUBJECTS, read(text), FLOOR)


def with_list(what: str) -> dict[str, str]:
    return FILES | {"demo/script.yaml": SCRIPT + what}


def test_points_have_an_identity_of_their_own() -> None:
    files = with_list("sign_off:\n  - {id: plan, what: times}\n")
    script = read_script(files, "demo")
    assert points_of(script) == (Point("demo", "PA-2", "cut-off 7"), Point("demo", "plan", "times"))
    rules = tuple(rule.model_copy(update={"sign_off": "the same words"}) for rule in script.rules)
    marked = script.model_copy(update={"rules": rules})
    assert {point.item for point in points_of(marked)} == {"BR-1", "PA-2", "PA-3", "plan"}
    assert "PA-3+" in {rule.id for rule in rules}
    spanish = marked.model_copy(update={"texts": {"en": script.texts["en"], "es": script.texts["en"]}})
    assert Point("demo", "texts-es", points_of(spanish)[-1].what) == points_of(spanish)[-1]


def test_the_list_of_a_script_is_part_of_its_revision() -> None:
    plain = read_script(FILES, "demo").revision
    assert read_script(with_list("sign_off:\n  - {id: plan, what: times}\n"), "demo").revision != plain


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("sign_off:\n  - {id: plan}\n", "missing-key"),
        ("sign_off:\n  - {id: PA-2, what: pain}\n", "duplicate"),
        ("sign_off:\n  - {id: plan, what: a}\n  - {id: plan, what: b}\n", "duplicate"),
        ("sign_off: all of it\n", "type"),
    ],
)
def test_a_wrong_list_is_told_where_it_stands(what: str, code: str) -> None:
    (problem,) = problems_of(with_list(what))
    assert (problem.code, problem.file) == (code, "demo/script.yaml")
    assert problem.line > SCRIPT.count("\n")


def test_points_of_a_file_are_its_own_mark_and_those_of_its_entries() -> None:
    text = "sign_off: times\nfloor:\n  - {id: FL-1, why: x, sign_off: hours}\n  - {id: FL-2, why: x}\n"
    assert points_in(text, "f.yaml", "floor") == (Point("floor", "floor", "times"), Point("floor", "FL-1", "hours"))


def test_a_signature_clears_what_it_names() -> None:
    found = signed(GOOD)
    assert [str(point) for point in found.open] == ["face SW-1", "floor floor"]
    assert found.signers == ("Dr. Ana Vega, medical lead, 2026-11-24",)
    assert found.lapsed == ()
    assert not found.is_signed


def test_all_clears_every_point_of_its_subject_only() -> None:
    found = signed(GOOD.replace("[PA-2]", "all"))
    assert [str(point) for point in found.open] == ["floor floor"]
    assert signed(GOOD.replace("[PA-2]", "all"), FACE).is_signed


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (f"revision: {NOW}", f"revision: {BEFORE}", f"signed for revision {BEFORE}, the script is now {NOW}"),
        (f"floor: {FLOOR}", f"floor: {OLD_FLOOR}", f"under the safety floor {OLD_FLOOR}, the floor is now {FLOOR}"),
    ],
)
def test_a_signature_for_another_content_clears_nothing_and_is_told(now: str, before: str, said: str) -> None:
    found = signed(GOOD.replace(now, before))
    assert len(found.open) == 3
    (lapsed,) = found.lapsed
    assert said in lapsed.why
    assert "sign again" in lapsed.why
    assert str(lapsed.signature.place) == "clinic/sign-off.yaml:2:5"


def test_a_lapsed_signature_may_name_points_that_are_gone() -> None:
    text = GOOD.replace(NOW, BEFORE).replace("PA-2", "OLD-7")
    assert len(signed(text).lapsed) == 1


def test_a_signature_of_a_procedure_that_was_not_loaded_is_left_alone() -> None:
    (signature,) = read(GOOD.replace("of: face", "of: scalp"))
    assert len(standing(SUBJECTS, [signature], FLOOR).open) == 3


SLIPS = [
    ("name: Dr. Ana Vega", "name:", "empty", 2),
    ("    role: medical lead\n", "", "missing-key", 2),
    ("licence: 282861234", "licence: no", "bare", 4),
    ("date: 2026-11-24", "date: 2026-13-24", "type", 5),
    ("date: 2026-11-24", "date: yesterday", "type", 5),
    ("of: face", "of: fase", "unknown-name", 6),
    (f"revision: {NOW}", "revision: '1234'", "revision", 7),
    (f"    floor: {FLOOR}\n", "", "missing-key", 2),
    ("of: face", "of: floor", "unknown-key", 8),
    ("items: [PA-2]", "items: [PA-9]", "unknown-name", 9),
    ("items: [PA-2]", "items: []", "empty", 9),
    ("items: [PA-2]", "items: everything", "type", 9),
    ("items: [PA-2]", "items: [PA-2, PA-2]", "duplicate", 9),
    ("signatures:", "signature:", "unknown-key", 1),
]


@pytest.mark.parametrize(("written", "slip", "code", "line"), SLIPS)
def test_a_slip_in_the_file_is_told_where_it_stands(written: str, slip: str, code: str, line: int) -> None:
    assert written in GOOD
    with pytest.raises(ScriptError) as caught:
        read(GOOD.replace(written, slip))
    found = [(problem.code, problem.line) for problem in caught.value.problems]
    assert (code, line) in [
        (found_code, max(found_line, 2) if line == 2 else found_line) for found_code, found_line in found
    ]
    assert all(problem.file == "clinic/sign-off.yaml" and problem.todo for problem in caught.value.problems)
