"""The pages say what is so: every link, path, command, setting and test that they name exists."""

import ast
import re
from pathlib import Path

import pytest

from bot.chat.staff.side import COMMANDS as STAFF_COMMANDS
from bot.cli.examine import examine
from bot.core.flow.reference import condition_reference
from bot.core.wording.catalog import Catalog
from bot.core.wording.plural import wordings
from bot.settings import Settings
from bot.usecases.figures import Figures
from tests.flows.loaded import FOLDER, live

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md"), ROOT / "flows" / "README.md"])
CONDITIONS = ("<!-- conditions: generated", "<!-- end of conditions -->")
WORKED = "skin_texture"

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:bot|flows|tests|docs|migrations)/[\w./-]*")
_SOURCE = re.compile(r"\[(S\d{1,2})\]")


def name_of(page: Path) -> str:
    """The page as the tests show it."""
    return page.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    plain = re.sub(r"[`*]", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Every anchor of a page."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)}


def rows(text: str) -> list[list[str]]:
    """The cells of every table row of a text, but for headings."""
    found = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return [row for row in found if not set("".join(row)) <= set("-: ")]


def defines(file: Path, name: str) -> bool:
    """Does the file define this name: a class, a function, a value or a field?"""
    pattern = rf"^\s*(?:class|def|async def) {name}\b|^\s*{name}\b\s*[:=]"
    return re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE) is not None


def conditions_table() -> str:
    """The reference of conditions as it stands in docs/writing-scripts.md."""
    lines = (
        f"| `{doc.key}` | {doc.meaning.replace('``', '`')} | `{doc.example_yaml}` |" for doc in condition_reference()
    )
    return "\n".join(("| Key | Means | Example |", "|---|---|---|", *lines))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    dead = []
    for link in _LINK.findall(text):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_that_is_named_exists(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    missing = []
    for code in _CODE.findall(text):
        found = _PATH.match(code.partition("::")[0])
        if found is None or "*" in code or found[0].startswith(f"flows/{WORKED}") or found[0].endswith("/es.yaml"):
            continue
        if not (ROOT / found[0]).exists():
            missing.append(code)
    assert missing == []


def test_every_row_of_the_table_of_changes_names_a_place() -> None:
    table = read("docs/architecture.md").partition("| To change |")[2].partition("\n## ")[0]
    for change, place, *_ in rows(table):
        found = [code for code in _CODE.findall(place) if _PATH.match(code)]
        assert found or change == "a new language", change


def commands() -> set[str]:
    """The commands of the command line, as bot/__main__.py lists them."""
    for node in ast.parse(read("bot/__main__.py")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            return {item.id.replace("_", "-") for item in node.value.elts if isinstance(item, ast.Name)}
    raise LookupError("bot/__main__.py lists no commands")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|^)aftercare ([a-z][a-z-]*)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named - commands() == set()


def test_operations_names_every_command() -> None:
    text = read("docs/operations.md")
    assert [name for name in commands() if f"`aftercare {name}`" not in text] == []


def test_operations_names_every_setting_and_no_other() -> None:
    table = read("docs/operations.md").partition("## Settings")[2].partition("\n## ")[0]
    named = {code for row in rows(table) for code in _CODE.findall(row[0])}
    assert named == {name.upper() for name in Settings.model_fields}


def test_operations_names_every_metric_and_promise() -> None:
    text = read("docs/operations.md")
    empty = Figures(inbox={}, outbox={}, alerts={}, tasks={}, check_ins_overdue=0, oldest_s={}, patients={})
    assert [name for name, _, _ in empty.rows() if f"`aftercare_{name}`" not in text] == []
    promised = re.findall(r'Promise\(\s*"(\w+)"', read("bot/usecases/promises.py"))
    assert promised
    assert [name for name in promised if f"`{name}`" not in text] == []


def test_the_staff_guide_names_every_command() -> None:
    text = read("docs/staff-guide.md")
    assert [name for name in STAFF_COMMANDS if name != "start" and f"/{name}" not in text] == []


def test_the_staff_guide_has_the_times_of_the_ladder() -> None:
    found = {row[0].split()[1]: row for row in rows(read("docs/staff-guide.md")) if re.search(r" D[1-4]$", row[0])}
    assert len(found) == len(live().policy.ladders)
    for level, ladder in live().policy.ladders.items():
        row = found[level.value]
        assert row[3:5] == [_in_words(ladder.acknowledge_min), _in_words(ladder.contact_min)], level
        for step in ladder.steps[1:]:
            assert _in_words(step.after_min) in row[5], (level, step.after_min)
        assert f"every {_in_words(ladder.then_every_min)}" in row[5], level


def _in_words(minutes: int) -> str:
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def test_the_reference_of_conditions_is_that_of_the_code() -> None:
    text = read("docs/writing-scripts.md")
    begins, _, rest = text.partition(CONDITIONS[0])
    table = rest.partition("-->\n")[2].partition(CONDITIONS[1])[0]
    assert begins
    assert table.strip() == conditions_table()


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    missing = []
    for row in rows(read("docs/glossary.md")):
        where = _CODE.findall(row[-1])
        if not row[0].startswith("**") or len(where) != 2:
            continue
        file, name = where
        if not defines(ROOT / file, name):
            missing.append((row[0], file, name))
    assert missing == []


def test_the_glossary_has_a_place_for_every_word_and_each_word_once() -> None:
    found = [row for row in rows(read("docs/glossary.md")) if row[0].startswith("**") and len(row) == 3]
    words = [row[0] for row in found]
    assert len(words) == len(set(words))
    levels = {"**D1**", "**D2**", "**D3**", "**D4**", "**D5**"}
    assert [row[0] for row in found if len(_CODE.findall(row[-1])) != 2 and row[0] not in levels] == []


def hazards() -> dict[str, str]:
    """Each hazard of the safety case by its number, with its text."""
    parts = re.split(r"^### (H\d+) ", read("docs/safety-case.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_safety_case_has_every_hazard() -> None:
    assert list(hazards()) == [f"H{number}" for number in range(1, 26)]


@pytest.mark.parametrize("number", [f"H{number}" for number in range(1, 26)])
def test_a_hazard_names_its_control_and_tests_that_exist(number: str) -> None:
    text = hazards()[number]
    fields = dict(re.findall(r"^- \*\*([^*]+)\*\*: (.+)$", text, re.MULTILINE))
    assert {"Control", "Code", "Shown by"} <= fields.keys()
    assert _CODE.findall(fields["Code"])
    shown = _CODE.findall(fields["Shown by"])
    assert shown or fields["Shown by"] == "not yet."
    for place in shown:
        file, _, test = place.partition("::")
        assert file.startswith("tests/") or "/cases/" in file, place
        assert (ROOT / file).is_file(), place
        assert not test or defines(ROOT / file, test), place


def test_every_mark_of_a_source_resolves() -> None:
    known = set(re.findall(r"^- \*\*\[(S\d+)\]\*\*", read("docs/clinical-sources.md"), re.MULTILINE))
    assert len(known) == 78
    for page in PAGES:
        assert set(_SOURCE.findall(page.read_text(encoding="utf-8"))) <= known, name_of(page)
    for file in FOLDER.rglob("*.yaml"):
        for marks in re.findall(r"source: \[([^\]]*)\]", file.read_text(encoding="utf-8")):
            assert {mark.strip() for mark in marks.split(",")} <= known, file.name


def test_every_decision_is_in_the_index_and_has_its_parts() -> None:
    index = read("docs/index.md")
    for page in (DOCS / "decisions").glob("*.md"):
        assert f"decisions/{page.name}" in index
        text = page.read_text(encoding="utf-8")
        assert [part for part in ("**Context.**", "**Decision", "**Consequences.**") if part not in text] == []


def fragments() -> list[tuple[str, str, str]]:
    """The fragments of the worked procedure: the file, the key that each goes under (empty: whole), and the text."""
    found = []
    for block in re.findall(r"^```yaml\n(.*?)^```$", read("docs/writing-scripts.md"), re.MULTILINE | re.DOTALL):
        head, _, text = block.partition("\n")
        place = re.fullmatch(r"# (\S+\.yaml)(?:, under (\w+))?", head)
        assert place is not None, head
        found.append((place[1], place[2] or "", text))
    return found


def test_the_worked_procedure_passes_the_checker(tmp_path: Path) -> None:
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*.yaml")
        if not path.relative_to(FOLDER).as_posix().startswith("face/cases/")
    }
    doc = read("docs/writing-scripts.md")
    taken_away = f"rm -f flows/{WORKED}/es.yaml flows/{WORKED}/ru.yaml"
    assert taken_away in doc
    for name in [name for name in files if name.startswith("template/")]:
        if f"flows/{name.replace('template', WORKED, 1)}" in taken_away.split():
            continue
        files[name.replace("template", WORKED, 1)] = files[name].replace("procedure: template", f"procedure: {WORKED}")
    titled = 'procedure: {skin_texture: "Skin texture treatment"}'
    planned = "sets: [A, I, R, FK, FT]"
    assert titled in doc
    assert planned in doc
    texts, script = f"{WORKED}/en.yaml", f"{WORKED}/script.yaml"
    files[texts] = files[texts].replace('procedure: {template: "Template treatment"}', titled)
    files[script] = files[script].replace("on_day: 5, sets: [A, I, R, FT]", f"on_day: 5, {planned}")
    assert titled in files[texts]
    assert planned in files[script]
    for file, key, text in fragments():
        name = f"{WORKED}/{file}"
        if not key:
            files[name] = text
            continue
        assert files[name].count(f"\n{key}:\n") == 1
        files[name] = files[name].replace(f"\n{key}:\n", f"\n{key}:\n{text}")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    exam = examine(tmp_path, (WORKED,))
    own = [one for one in exam.found if one.code != "case.none" or one.about.startswith("rule FK")]
    assert [f"{one.place} {one.message}" for one in own] == []


def patient_texts() -> dict[str, str]:
    """Every text that a patient may read, by language and key."""
    flows = live()
    found = {
        f"{language} {key}": "\n".join(wordings(text))
        for language, by_key in flows.messages.items()
        for key, text in by_key.items()
    }
    for script in flows.scripts.values():
        for texts in script.texts.values():
            found |= {f"{texts.language} {key}": text for key, text in texts.by_key.items()}
    return found


def test_only_the_gate_of_pain_relief_names_a_pain_pill_and_nothing_a_dose() -> None:
    english = r"ibuprofen|paracetamol|acetaminophen|aspirin|naproxen|diclofenac|tylenol"
    russian = r"ибупрофен|парацетамол|аспирин|напроксен|диклофенак|нурофен"
    spanish = r"acetaminof|metamizol|dipirona|nolotil"
    named = re.compile(f"{english}|{spanish}|{russian}", re.IGNORECASE)
    gate = {"care.pills_may", "care.pills_ibuprofen", *(f"question.N{number}.ask" for number in (1, 4, 8, 12))}
    for_staff = re.compile(r"rule\.|note\.|question\.N\w+\.short")
    found = {key.partition(" ")[2] for key, text in patient_texts().items() if named.search(text)}
    assert {key for key in found - gate if not for_staff.match(key)} == set()
    assert [key for key, text in patient_texts().items() if re.search(r"\bm(g|cg)\b|мг", text)] == []


@pytest.mark.parametrize("key", ["closing.standing", "join.ask.consent", "help.text"])
def test_the_standing_line_names_the_number(key: str) -> None:
    for texts in live().messages.values():
        assert all("{emergency_number}" in wording for wording in wordings(texts[key]))
    assert re.search(r"not( watch this chat)? every minute", Catalog("en", live().messages["en"]).raw(key))


if __name__ == "__main__":
    print(conditions_table())
