"""Which texts a script needs, and which of them a patient reads as a message."""

from collections.abc import Iterator

from bot.core.flow.model import QuestionKind, Script

FILLED = ("advice.", "expected.", "care.")
"""How the keys of texts begin that are sent as they are and may have place-holders."""

PLACE_HOLDERS = frozenset(
    {"emergency_number", "clinic_phone", "clinic_name", "next_checkin", "next_day", "crisis_line"}
)
"""What can stand in braces in a text, filled when it is sent."""


def needed(script: Script) -> Iterator[str]:
    """The key of every text that the script needs in each language."""
    yield f"procedure.{script.procedure}"
    yield from (f"site.{site}" for site in script.sites)
    yield from (f"modifier.{modifier}" for modifier in script.modifiers)
    for question in script.questions.values():
        yield f"question.{question.id}.ask"
        yield f"question.{question.id}.short"
        if question.kind is not QuestionKind.SCALE:
            yield from (f"answer.{question.id}.{code}" for code in question.codes)
    for rule in script.rules:
        yield f"rule.{rule.id.removesuffix('+') if rule.raised_from else rule.id}"
        yield f"advice.{rule.advice}"
        if rule.note:
            yield f"note.{rule.note}"
    yield from (f"advice.{advice}" for advice in script.advice_order)
    yield from (f"expected.{reason.text}" for reason in script.expected)
    yield from (f"care.{reason.text}" for reason in script.self_care)


def is_read_by_patients(key: str) -> bool:
    """Does a patient read this text as a message of its own?"""
    parts = key.split(".")
    return key.startswith(FILLED) or (parts[0] == "question" and "ask" in parts[2:3])
