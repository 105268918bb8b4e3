"""`aftercare roster`: a whole plan comes from a file, or none of it does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.store.tables import StaffRow
from bot.store.tables_shifts import HolidayRow, RotaRow
from bot.store.unit import Unit
from tests.cli.conftest import Terminal
from tests.support import rows

InStore = Callable[[Callable[..., Any]], Any]

PLAN = """\
weekly:
  - {who: Dr. Vega, step: first, days: [mon, tue, wed, thu, fri, sat, sun], from: "08:00", to: "20:00"}
  - {who: Lola, step: first, days: [mon, tue, wed, thu, fri, sat, sun], from: "20:00", to: "08:00"}
  - {who: Dr. Vega, step: second, days: [mon, tue, wed, thu, fri, sat, sun], from: "20:00", to: "08:00"}
"""


def _people(unit: Unit) -> None:
    unit.insert(rows.staff(id="v", name="Dr. Vega", chat_id=1))
    unit.insert(rows.staff(id="l", name="Lola", role="lead", chat_id=2))
    unit.insert(rows.staff(id="r", name="Rosa", role="reception", chat_id=3))
    for number, who in enumerate("vl"):
        now = datetime.now(UTC)
        unit.insert(rows.test_alert(id=f"t{number}", staff_id=who, sent_at=now, seen_at=now))


def _lines(unit: Unit) -> list[tuple[str, int, str]]:
    return [(each.staff_id, each.rank, each.begins) for each in unit.many(RotaRow) if each.last_day is None]


def test_a_plan_is_looked_at_then_taken_over_and_replaced(
    configured: Terminal, in_store: InStore, tmp_path: Path
) -> None:
    in_store(_people)
    day = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN + f'holidays:\n  - {{name: Closed, from: "{day}", first: Lola}}\n')
    shown = configured.says("roster", "check", str(file))
    assert "Would import: 21 weekly shifts, 1 holidays. They replace 0." in shown
    assert "Second: NOBODY" in shown, "by day nobody is second"
    assert in_store(_lines) == []
    assert "Imported: 21 weekly shifts" in configured.says("roster", "import", str(file))
    assert len(in_store(_lines)) == 21
    file.write_text(PLAN.replace("second", "lead"))
    assert "They replace 22." in configured.says("roster", "import", str(file))
    assert {rank for _, rank, _ in in_store(_lines)} == {1, 3}
    assert in_store(lambda unit: unit.count(HolidayRow)) == 0


def test_everything_that_is_wrong_is_named_by_its_line_and_nothing_is_taken_over(
    configured: Terminal, in_store: InStore, tmp_path: Path
) -> None:
    in_store(_people)
    file = tmp_path / "plan.yaml"
    twice = PLAN.splitlines()[1]
    file.write_text(
        f"{PLAN}{twice}\n"
        '  - {who: Rosa, step: first, days: [mon], from: "08:00", to: "09:00"}\n'
        '  - {who: Nobody, step: first, days: [mon], from: "08:00", to: "09:00"}\n'
        'holidays:\n  - {name: Gone, from: "2020-12-24", first: Lola}\n'
    )
    shown = configured.says("roster", "import", str(file), code=1)
    wrong = {5: "at that time already", 6: "Rosa cannot be on call", 7: "Nobody is not on the staff list", 9: "over"}
    for line, words in wrong.items():
        assert any(f"plan.yaml:{line}:" in each and words in each for each in shown.splitlines()), (line, shown)
    assert "Nothing was changed" in shown
    assert in_store(_lines) == []
    assert in_store(lambda unit: unit.count(StaffRow)) == 3


def test_a_slip_in_the_file_is_shown_with_its_place(configured: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN.replace("[mon, tue", "[monday, tue", 1).replace("step: second", "step: third"))
    shown = configured.says("roster", "import", str(file), code=1)
    assert f"{file}:2:" in shown
    assert f"{file}:4:" in shown
    configured.says("roster", "import", str(tmp_path / "none.yaml"), code=2)
