"""What a comparison says, in words that the terminal and the page share."""

from collections.abc import Iterator

from bot.cli.diff_sides import Compared, Comparison
from bot.core.check.changes import Change, ChangedKind
from bot.core.check.difference import MOST_COUNTED, Shift
from bot.core.flow.conditions import Given

SECTIONS: tuple[tuple[str, tuple[ChangedKind, ...]], ...] = (
    ("Questions", ("question", "set")),
    ("Rules", ("rule",)),
    ("Times", ("check_in", "plan")),
    ("Expected course and self-care", ("reason",)),
    ("Texts", ("text",)),
    ("Sites, modifiers and lists", ("vocabulary",)),
)
"""The order in which changes are shown, and the kinds of each heading."""
SIGNS = {"added": "+", "removed": "-", "changed": "~"}
FALL, RISE = "▼", "▲"
LESS_CARE = "said otherwise in an emergency, later, or not at all"
SLOWER = "staff hear of it later, or fewer do"


def verdict(found: Comparison) -> str:
    """The whole in one sentence."""
    falls = sum(one.difference.fall_regions for one in found.procedures if one.difference)
    rises = sum(one.difference.rise_regions for one in found.procedures if one.difference)
    gone = [one.procedure for one in found.procedures if one.is_gone]
    unasked = sum(len(one.difference.no_longer_asked) for one in found.procedures if one.difference)
    if gone:
        return f"Less safe: the new side has no {', '.join(gone)}."
    if falls:
        return "Some patients would get a LOWER level than before. This needs a second person's name."
    if unasked:
        return "No level falls, but questions are no longer asked. This needs a second person's name."
    less = any(one.difference.less_care for one in found.procedures if one.difference)
    if less or found.slower:
        return "No level falls, but emergency texts, times or ladders are others. This needs a second person's name."
    if rises:
        return "No patient's level falls; some get a higher one."
    if all(one.is_same for one in found.procedures):
        return "Nothing is different."
    return "No patient's level changes."


def regions(one: Compared) -> str:
    """How many regions fall and rise."""
    assert one.difference is not None
    more = (
        " (counted to the limit)"
        if max(one.difference.fall_regions, one.difference.rise_regions) >= MOST_COUNTED
        else ""
    )
    return f"rule regions: {one.difference.fall_regions} lower, {one.difference.rise_regions} higher{more}"


def revisions(one: Compared) -> str:
    """The names of both revisions."""
    return f"{one.old.revision if one.old else 'none'} → {one.new.revision if one.new else 'none'}"


def who(shift: Shift) -> tuple[str, str]:
    """The patient in two lines: who and when; what she answered."""
    patient = shift.patient
    first = ", ".join((*patient.sites, *patient.modifiers, f"hour {patient.hour:g} (day {patient.day})"))
    said = ", ".join(_answers(patient.answers))
    before = ", ".join(_answers(patient.previous))
    parts = (said or "nothing answered", f"the time before: {before}" if before else "")
    return first, "; ".join(part for part in parts if part)


def rules(shift: Shift) -> str:
    """The rules that make it so, on each side."""
    return f"{', '.join(shift.rules_before) or 'no rule'} → {', '.join(shift.rules_after) or 'no rule'}"


def first_seen(found: Comparison) -> dict[str, tuple[tuple[Change, ...], int]]:
    """For each procedure the changes that no procedure before it had, and how many it shares with those before."""
    seen: set[Change] = set()
    by_procedure = {}
    for one in found.procedures:
        changes = one.difference.changes if one.difference is not None else ()
        fresh = tuple(change for change in changes if change not in seen)
        by_procedure[one.procedure] = (fresh, len(changes) - len(fresh))
        seen.update(fresh)
    return by_procedure


def repeated(count: int) -> str:
    """How many changes a procedure shares with those above; empty of none."""
    return f"and {count} of shared parts, as above" if count else ""


def sections(changes: tuple[Change, ...]) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """The changes under their headings; headings without changes are left out."""
    for title, kinds in SECTIONS:
        found = tuple(change for kind in kinds for change in changes if change.kind == kind)
        if found:
            yield title, found


def named(change: Change, one: Compared) -> str:
    """What the change is about; a rule has its name beside its id."""
    if change.kind == "rule":
        return f"{change.id} {_text(one, f'rule.{change.id}')}".rstrip()
    kind = "" if change.kind in ("text", "vocabulary") else f"{change.kind.replace('_', '-')} "
    return f"{kind}{change.id}"


def in_words(shift: Shift, one: Compared) -> str:
    """What the patient answered, in the words that staff read; empty when there are none."""
    said = []
    for question, given in shift.patient.answers.items():
        short = _text(one, f"question.{question}.short") or question
        codes = " + ".join(_text(one, f"answer.{question}.{code}") or code for code in given.codes)
        said.append(f"{short}: {given.number if given.number is not None else codes}")
    return "; ".join(said)


def _text(one: Compared, key: str) -> str:
    """The English words of a key, of the new side where it has them."""
    for script in (one.new, one.old):
        texts = script.texts.get("en") if script is not None else None
        if texts is not None and key in texts.by_key:
            return texts.by_key[key]
    return ""


def _answers(answers: dict[str, Given]) -> Iterator[str]:
    for question, given in answers.items():
        yield f"{question} = {given.number if given.number is not None else ' + '.join(given.codes) or 'own words'}"
