"""The texts of a script in one language, flattened to keys such as ``question.BR.ask``."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.core.flow.layout import COMMON, Layout
from bot.core.flow.model import Question, QuestionKind
from bot.core.flow.nodes import Place
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Fields, Reader
from bot.core.flow.rule_reading import RAISED
from bot.core.flow.section import same_as_file

_NAMED = (
    ("sites", "site", "site"),
    ("modifiers", "modifier", "modifier"),
    ("advice", "advice", "advice"),
    ("rules", "rule", "rule"),
    ("expected", "expected", "text of a reason"),
    ("care", "care", "text of self-care"),
    ("notes", "note", "note"),
)
"""The mappings of a language file from names to texts: key, the prefix of its texts, and what the names name."""

_ONLY_NAMED = {prefix: section for section, prefix, _ in _NAMED if section not in ("advice", "notes")}
"""The texts that a script has only for what it names. Advice and notes it keeps: others than rules may show them."""

_SECTIONS = ("questions", *(section for section, _, _ in _NAMED))


@dataclass(frozen=True)
class Names:
    """What a language file may give texts for; None where any name will do.

    ``variants`` are the other wordings of each question.
    """

    questions: Mapping[str, Question]
    variants: Mapping[str, Collection[str]]
    named: Mapping[str, Collection[str] | None]


Text = tuple[str, Place]
"""A text, and where it stands."""


def read_texts(layout: Layout, folder: str, language: str, names: Names, problems: Problems) -> dict[str, Text]:
    """The texts of one language file by key."""
    fields = layout.open(f"{folder}/{language}.yaml", problems).mapping(
        ("language",), _SECTIONS if folder == COMMON else ("procedure", *_SECTIONS)
    )
    same_as_file(fields["language"], language)
    return {key: (at.text(), at.place) for key, at in _keys(fields, folder, names)}


def merged(common: Mapping[str, Text], own: Mapping[str, Text], names: Names) -> dict[str, Text]:
    """The texts of one script: of the common ones those that it can use, and over them its own.

    A raised rule (``IN-2+``) has the text of the rule that it was made from, unless it is given one.
    """
    texts = {key: text for key, text in common.items() if _is_used(key, names)} | dict(own)
    for rule in names.named["rules"] or ():
        plain = texts.get(f"rule.{rule.removesuffix(RAISED)}")
        if plain is not None:
            texts.setdefault(f"rule.{rule}", plain)
    return texts


def _is_used(key: str, names: Names) -> bool:
    prefix, name = key.split(".")[:2]
    if prefix in ("question", "answer"):
        return name in names.questions
    known = names.named.get(_ONLY_NAMED.get(prefix, ""))
    return known is None or name in known


def _keys(fields: Fields, folder: str, names: Names) -> Iterable[tuple[str, Reader]]:
    yield from _plain(fields["procedure"], "procedure", "procedure", (folder,))
    for section, prefix, what in _NAMED:
        yield from _plain(fields[section], prefix, what, names.named[section])
    for entry in fields["questions"].entries():
        hint = "Texts of a procedure's own questions are in its own folder." if folder == COMMON else ""
        entry.key.refer(names.questions, "question", hint)
        if entry.name in names.questions:
            yield from _question(entry.value, names.questions[entry.name], names.variants[entry.name])


def _plain(at: Reader, prefix: str, what: str, known: Collection[str] | None) -> Iterable[tuple[str, Reader]]:
    for entry in at.entries():
        if known is not None:
            entry.key.refer(known, what)
        yield f"{prefix}.{entry.name}", entry.value


def _question(at: Reader, question: Question, variants: Collection[str]) -> Iterable[tuple[str, Reader]]:
    suffixes = ("", *(f".{variant}" for variant in variants))
    has_answers = question.kind is not QuestionKind.SCALE
    asks = tuple(f"ask{suffix}" for suffix in suffixes)
    answers = tuple(f"answers{suffix}" for suffix in suffixes) if has_answers else ()
    fields = at.mapping((), (*asks, "short", *answers))
    for key in (*asks, "short"):
        if key in fields:
            yield f"question.{question.id}.{key}", fields[key]
    for key in answers:
        for entry in fields[key].entries():
            entry.key.refer(question.codes, f"answer to {question.id}:")
            yield f"answer.{question.id}{key.removeprefix('answers')}.{entry.name}", entry.value
