"""Reads the clinic's signatures (``clinic/sign-off.yaml``) from YAML, each name in them checked against what is there."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from bot.core.flow.nodes import Scalar
from bot.core.flow.problems import Problems, shown
from bot.core.flow.reader import Fields, Reader
from bot.core.flow.sign_off import Signature, Subject
from bot.core.flow.yaml_source import parse

EVERY = "all"
_HASH = re.compile("[0-9a-f]{16}")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile("[0-9]+")


def read_signatures(
    text: str, file: str, subjects: Iterable[Subject], elsewhere: Collection[str] = ()
) -> tuple[Signature, ...]:
    """The signatures of a file.

    ``elsewhere`` are procedures of the folder that were not loaded: their signatures are read and left alone. The
    items of a signature are checked when it is about the content that is there now; what an older content had, nobody
    knows any more. Raises :class:`ScriptError` with all problems by line.
    """
    problems = Problems()
    known = {subject.name: subject for subject in subjects}
    fields = Reader(parse(text, file), problems, "the file").mapping(("signatures",))
    found = [_signature(at, known, elsewhere) for at in fields["signatures"].items()]
    problems.raise_if_any()
    return tuple(found)


def _signature(at: Reader, known: Mapping[str, Subject], elsewhere: Collection[str]) -> Signature:
    fields = at.mapping(("name", "role", "licence", "date", "of", "revision", "items"), ("floor",))
    of = fields["of"].refer((*known, *elsewhere), "procedure or file of the clinic")
    subject = known.get(of)
    is_procedure = of in elsewhere or (subject is not None and subject.is_procedure)
    if is_procedure and "floor" not in fields and not at.is_absent:
        message = "The signature of a procedure says no 'floor'."
        at.report("missing-key", message, "Name the safety floor that was read with it: aftercare sign shows it.")
    if "floor" in fields and not is_procedure:
        fields["floor"].report("unknown-key", "Only a procedure is signed with a floor.", "Delete this key.")
    revision = _hash(fields["revision"])
    floor = _hash(fields["floor"])
    is_current = subject is not None and subject.revision == revision
    return Signature(
        name=fields["name"].text(),
        role=fields["role"].text(),
        licence=_written(fields["licence"], _NUMBER),
        date=_date(fields["date"]),
        of=of,
        revision=revision,
        floor=floor,
        items=_items(fields, subject if is_current else None),
        place=at.place,
    )


def _items(fields: Fields, subject: Subject | None) -> tuple[str, ...]:
    at = fields["items"]
    if at.says(EVERY):
        return ()
    if subject is None:
        found = tuple(dict.fromkeys(item.text() for item in at.items(least=1)))
    else:
        points = {point.item for point in subject.points}
        found = at.references(sorted(points), f"point of {subject.name}:", least=1)
    # A list that came to nothing is no "all".
    return found or ("",)


def _hash(at: Reader) -> str:
    text = _written(at, _HASH)
    if text and not _HASH.fullmatch(text):
        message = f"{shown(text)} is not the name of a revision."
        at.report("revision", message, "Write its 16 digits and letters a to f as aftercare check shows them.")
    return text


def _date(at: Reader) -> str:
    text = _written(at, _DATE)
    try:
        return date.fromisoformat(text).isoformat() if _DATE.fullmatch(text) else _no_date(at, text)
    except ValueError:
        return _no_date(at, text)


def _no_date(at: Reader, text: str) -> str:
    if text:
        at.report("type", f"{shown(text)} is not a day.", 'Write it like "2026-11-24".')
    return ""


def _written(at: Reader, form: re.Pattern[str]) -> str:
    """A text of this form, with or without quotes: nobody takes a licence number for anything else here."""
    if isinstance(at.node, Scalar) and form.fullmatch(at.node.text):
        return at.node.text
    return at.text()
