"""What all procedures have in common: the parts and their texts, read once for a whole library."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.flow.layout import COMMON, SCRIPT, Layout
from bot.core.flow.problems import Problems
from bot.core.flow.question_reading import Draft, draft_questions, variants
from bot.core.flow.rule_reading import RAISED
from bot.core.flow.section import FirstPlaces, Section, Vocabulary, open_outline, open_part
from bot.core.flow.switches import read_switches
from bot.core.flow.text_reading import Names, Text, read_texts


@dataclass(frozen=True)
class Shared:
    """The parts by name, their questions by id, and the common texts by language and key.

    ``vocabulary`` is what parts may speak of: the sites and modifiers of every procedure. ``switches`` are the
    clinic's settings.
    """

    vocabulary: Vocabulary
    parts: Mapping[str, Section]
    drafts: Mapping[str, Draft]
    texts: Mapping[str, Mapping[str, Text]]
    switches: Mapping[str, bool]


def read_shared(layout: Layout, procedures: tuple[str, ...], problems: Problems) -> Shared:
    """Read ``common/``, for these procedures and all others that ``flows/`` has."""
    vocabulary = _vocabulary(layout, frozenset({*layout.procedures, *procedures}))
    parts = {part: open_part(layout, part, vocabulary, problems) for part in layout.parts}
    drafts = draft_questions(parts.values(), FirstPlaces("question", problems))
    whole = not any(part.fields.at.is_absent for part in parts.values())
    names = _names(parts, drafts, vocabulary)
    texts = {
        language: read_texts(layout, COMMON, language, names, problems)
        for language in layout.languages(COMMON)
        if whole
    }
    return Shared(vocabulary, parts, drafts, texts, read_switches(layout.practice(problems)))


def _vocabulary(layout: Layout, procedures: frozenset[str]) -> Vocabulary:
    # What is wrong with these files is reported when their procedures are read.
    unheard = Problems()
    heads = [open_outline(layout, f"{name}/{SCRIPT}.yaml", unheard) for name in sorted(procedures)]
    return Vocabulary(
        sites=frozenset().union(*(head["sites"].names() for head in heads)),
        modifiers=frozenset().union(*(head["modifiers"].names() for head in heads)),
        procedures=procedures,
    )


def _names(parts: Mapping[str, Section], drafts: Mapping[str, Draft], vocabulary: Vocabulary) -> Names:
    rules = _written(parts, "rules", "id")
    return Names(
        questions={name: draft.question for name, draft in drafts.items()},
        variants={name: variants(draft) for name, draft in drafts.items()},
        named={
            "sites": vocabulary.sites,
            "modifiers": vocabulary.modifiers,
            "rules": rules | {rule + RAISED for rule in rules},
            "expected": _written(parts, "expected", "text"),
            "care": _written(parts, "self_care", "text"),
            "advice": None,
            "notes": None,
        },
    )


def _written(parts: Mapping[str, Section], key: str, name: str) -> frozenset[str]:
    """The names under a key of every entry of a list, in all parts."""
    return frozenset(
        entry.value.text()
        for part in parts.values()
        for at in part.fields[key].items()
        for entry in at.entries()
        if entry.name == name
    )
