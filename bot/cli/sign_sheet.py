"""What a signer reads and what is written for her: the open points of each subject, and a block of the file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer

from bot.core.errors import ScriptError
from bot.core.flow.sign_off import Subject
from bot.wiring.flows import SIGN_OFF, Flows, load_flows

HEADER = """\
# Who signed what. A signature holds for the content that was signed and for no other: after a change of the script, or
# of the safety floor, it clears nothing until somebody signs again. Written by: aftercare sign
signatures:
"""
NONE_YET = " []"


def open_sheets(flows: Flows, of: str) -> tuple[Subject, ...]:
    """The subjects with open points, each with those only. Errors: BadParameter for a name that is none."""
    names = [subject.name for subject in flows.subjects]
    if of and of not in names:
        raise typer.BadParameter(f"{of!r} is not one of {', '.join(names)}.", param_hint="OF")
    opened = set(flows.standing.open)
    sheets = (
        Subject(each.name, each.revision, tuple(p for p in each.points if p in opened), each.is_procedure)
        for each in flows.subjects
        if of in ("", each.name)
    )
    return tuple(sheet for sheet in sheets if sheet.points)


def lines(flows: Flows, sheets: Sequence[Subject]) -> Iterator[str]:
    """The sheets as a person reads them, and the signatures that lapsed."""
    for lapsed in flows.standing.lapsed:
        yield f"{lapsed.signature.place}: {lapsed.signature.name}, {lapsed.signature.of}: {lapsed.why}"
    for sheet in sheets:
        with_floor = f", safety floor {flows.floor_hash}" if sheet.is_procedure else ""
        yield f"{sheet.name} (revision {sheet.revision}{with_floor}): {len(sheet.points)} open"
        yield from (f"  {point.item}: {point.what}" for point in sheet.points)
    if not sheets:
        yield "Nothing is left to sign."


def chosen(sheet: Subject, answer: str) -> tuple[str, ...] | None:
    """The items that an answer names: none of them means all, None means that nothing is signed."""
    words = answer.replace(",", " ").split()
    if words in ([], ["none"]):
        return None
    if words == ["all"]:
        return ()
    known = {point.item for point in sheet.points}
    wrong = [word for word in words if word not in known]
    if wrong:
        raise typer.BadParameter(f"{', '.join(wrong)}: no open point of {sheet.name}. Nothing was signed.")
    return tuple(dict.fromkeys(words))


def block(flows: Flows, sheet: Subject, items: Sequence[str], name: str, role: str, licence: str, date: str) -> str:
    """The lines of one signature."""
    values = {"name": name, "role": role, "licence": licence, "date": date, "of": sheet.name}
    values["revision"] = sheet.revision
    if sheet.is_procedure:
        values["floor"] = flows.floor_hash
    written = [f"{key}: {json.dumps(value.strip(), ensure_ascii=False)}" for key, value in values.items()]
    written.append(f"items: [{', '.join(items)}]" if items else "items: all")
    return "".join(f"  {'- ' if place == 0 else '  '}{line}\n" for place, line in enumerate(written))


def write(folder: Path, blocks: Iterable[str]) -> int:
    """Add the blocks to the file; how many points are still open then.

    Errors: ScriptError when the file would not read any more; it is left as it was.
    """
    file = folder / SIGN_OFF
    before = file.read_text(encoding="utf-8") if file.exists() else None
    text = (before or HEADER).rstrip("\n").removesuffix(NONE_YET) + "\n" + "".join(blocks)
    file.write_text(text, encoding="utf-8")
    try:
        return load_flows(folder).unsigned
    except ScriptError:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")
        raise
