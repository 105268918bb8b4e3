"""`recall`: by default it only shows what would happen; with --yes it does it; wrong words are a line each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.store.tables import RecallRow, RevisionRow, SessionRow
from bot.store.unit import Unit
from tests.cli.conftest import Terminal
from tests.support import rows

InStore = Callable[[Callable[..., Any]], Any]


def change_the_script(folder: Path) -> None:
    texts = folder / "face" / "en.yaml"
    texts.write_text(
        texts.read_text(encoding="utf-8").replace("Face treatment", "Treatment of the face"), encoding="utf-8"
    )


def test_a_recall_is_shown_first_and_then_done(configured: Terminal, few: Path, in_store: InStore) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")

    def treated(unit: Unit) -> str:
        (row,) = unit.many(RevisionRow, RevisionRow.procedure == "face")
        unit.insert(rows.staff(id="lola", name="Lola", role="lead", chat_id=51))
        unit.insert(rows.patient(stage="invited"))
        unit.insert(rows.session(revision=row.id))
        return str(row.id)

    old = in_store(treated)

    def recall(*more: str, code: int = 0, revision: str = old, by: str = "Lola", reason: str = "it missed pain") -> str:
        return configured.says("recall", revision, "--by", by, "--reason", reason, *more, code=code)

    assert "itself is in force" in recall(code=1)
    assert "--to staff" in recall(code=1)
    assert "There is no published revision ffff" in recall(revision="ffff", code=1)
    assert "Nobody on the staff list is named Max" in recall(by="Max", code=1)
    assert "Give a reason" in recall(reason=" ", code=1)
    assert "no other published revision" in recall("--to", old, code=1)
    change_the_script(few)
    configured.says("release")
    shown = recall()
    assert "K7M2" in shown
    assert "Anna" not in shown
    assert "nothing asked" in shown
    assert "Nothing was changed. Patients of" in shown
    assert in_store(lambda unit: unit.count(RecallRow)) == 0

    (few.parent / "map.yaml").write_text("from: x\nto: y\n", encoding="utf-8")
    shown = recall("--map", str(few.parent / "map.yaml"), code=3)
    assert "map.yaml:1:7: This map is for another revision" in shown
    (few.parent / "map.yaml").unlink()

    assert "Patients moved or handed to staff: 1" in recall("--yes")
    assert "Patients moved or handed to staff: 0" in recall("--yes")
    (session,) = in_store(lambda unit: unit.many(SessionRow))
    in_force = (RevisionRow.current == True, RevisionRow.procedure == "face")  # noqa: E712 - SQL
    (current,) = in_store(lambda unit: unit.many(RevisionRow, *in_force))
    assert session.revision == current.id != old


def test_a_recalled_revision_is_not_published_again(configured: Terminal, few: Path, in_store: InStore) -> None:
    configured.set(FLOWS_DIR=str(few))
    configured.says("release")
    in_store(lambda unit: unit.insert(rows.staff(id="lola", name="Lola", role="lead", chat_id=51)))
    (row,) = in_store(lambda unit: unit.many(RevisionRow, RevisionRow.procedure == "face"))
    assert "-> staff" in configured.says("recall", row.id, "--by", "Lola", "--reason", "bad", "--to", "staff", "--yes")
    assert "was recalled (bad)" in configured.says("release", code=1)
    assert "was recalled (bad)" in configured.says("serve", code=1)
    change_the_script(few)
    assert "1 of them new" in configured.says("release")
