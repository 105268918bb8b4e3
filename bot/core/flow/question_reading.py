"""Questions from YAML, in two steps: first what each may be answered with, then all that speaks of other questions."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.flow.condition_reading import ConditionReader
from bot.core.flow.model import Line, Question, QuestionKind, Silence, Wording
from bot.core.flow.nodes import Place
from bot.core.flow.reader import Entry, Fields, Reader
from bot.core.flow.section import FirstPlaces, Section, Vocabulary

_NONE = "none"


@dataclass(frozen=True)
class Draft:
    """A question whose answers are known, and the fields of it that are still to be read."""

    question: Question
    place: Place
    fields: Fields
    vocabulary: Vocabulary


def draft_questions(sections: Iterable[Section], places: FirstPlaces) -> dict[str, Draft]:
    """The questions of all these files, by id; an id that exists already is reported."""
    drafts: dict[str, Draft] = {}
    for section in sections:
        for entry in section.entries("questions"):
            if places.define(entry.key, entry.key.name()):
                drafts[entry.name] = _draft(entry, section)
    return drafts


def finish_question(draft: Draft, conditions: ConditionReader) -> Question:
    """The whole question, with its conditions and the detail questions of its lines."""
    ask_when = draft.fields["ask_when"]
    return draft.question.model_copy(
        update={
            "lines": tuple(_line(at, conditions) for at in draft.fields["lines"].items()),
            "ask_when": None if ask_when.is_absent else conditions.read(ask_when, draft.vocabulary),
            "wording": tuple(_wording(at, conditions, draft.vocabulary) for at in draft.fields["wording"].items()),
        }
    )


def variants(draft: Draft) -> tuple[str, ...]:
    """The names of the other wordings of a question."""
    uses = (at.mapping(("when", "use"))["use"] for at in draft.fields["wording"].items())
    return tuple(dict.fromkeys(use.name() for use in uses))


def _draft(entry: Entry, section: Section) -> Draft:
    fields = entry.value.mapping(
        ("kind", "well"), ("answers", "lines", "ask_when", "silence", "wording", "photo", "calm_only")
    )
    kind = _kind(fields)
    bare = Question(
        id=entry.name,
        kind=kind,
        answers=_answers(kind, fields, entry.key),
        lines=_line_codes(kind, fields, entry.key),
        well="",
        photo=fields["photo"].flag(),
        calm_only=fields["calm_only"].flag(),
        part=section.part,
    )
    what = f"answer to {entry.name}:"
    well = fields["well"].refer(bare.codes, what)
    silence = _silence(fields["silence"], bare.codes, what)
    question = bare.model_copy(update={"well": well, "silence": silence})
    return Draft(question, entry.key.place, fields, section.vocabulary)


def _kind(fields: Fields) -> QuestionKind:
    """The kind as written; where that is no kind, what the question looks like, so that one slip is one problem."""
    written = fields["kind"].member(QuestionKind, "kind of question")
    if fields["kind"].says(written):
        return written
    if "lines" in fields:
        return QuestionKind.SCREEN
    return QuestionKind.CHOICE if "answers" in fields else QuestionKind.SCALE


def _answers(kind: QuestionKind, fields: Fields, key: Reader) -> tuple[str, ...]:
    if kind in (QuestionKind.CHOICE, QuestionKind.TEXT):
        if "answers" not in fields:
            key.report("missing-key", f"A question of kind {kind.value!r} needs answers.", "Add the key answers.")
        return fields["answers"].names(least=1)
    if "answers" in fields:
        message = f"A question of kind {kind.value!r} has no answers of its own."
        fields["answers"].report("unknown-key", message, "Delete 'answers'.")
    return ()


def _line_codes(kind: QuestionKind, fields: Fields, key: Reader) -> tuple[Line, ...]:
    if kind is not QuestionKind.SCREEN:
        if "lines" in fields:
            fields["lines"].report("unknown-key", "Only a screen has lines.", "Delete 'lines'.")
        return ()
    if "lines" not in fields:
        key.report("missing-key", "A screen needs lines.", "Add the key lines.")
    lines: dict[str, Line] = {}
    for at in fields["lines"].items(least=1):
        code_at = _line_fields(at)["code"]
        code = code_at.name()
        if code == _NONE:
            code_at.report("name", "Every screen has the button 'none' already.", "Choose another code.")
        elif code in lines:
            code_at.report("duplicate", f"There is a line {code!r} already.", "Rename or delete one of them.")
        elif code:
            lines[code] = Line(code=code)
    return tuple(lines.values())


def _line_fields(at: Reader) -> Fields:
    return at.mapping(("code",), ("at_once", "detail", "if_silent"))


def _line(at: Reader, conditions: ConditionReader) -> Line:
    fields = _line_fields(at)
    detail_at, silent_at = fields["detail"], fields["if_silent"]
    at_once = fields["at_once"].flag()
    detail = None if detail_at.is_absent else conditions.question(detail_at)
    if at_once and not detail_at.is_absent:
        message = "A line that decides at once opens no question."
        detail_at.report("line", message, "Delete 'at_once' or 'detail'.")
    if not silent_at.is_absent and detail_at.is_absent:
        message = "'if_silent' answers the question that 'detail' names, and there is no 'detail'."
        silent_at.report("line", message, "Add 'detail', or delete 'if_silent'.")
    if_silent = None
    if detail is not None and not silent_at.is_absent:
        if_silent = silent_at.refer(detail.codes, f"answer to {detail.id}:")
    return Line(
        code=fields["code"].text(),
        at_once=at_once,
        detail=None if detail is None else detail.id,
        if_silent=if_silent,
    )


def _silence(at: Reader, codes: tuple[str, ...], what: str) -> Silence | None:
    if at.is_absent:
        return None
    fields = at.mapping(("after", "counts_as"))
    return Silence(after_s=fields["after"].duration(), counts_as=fields["counts_as"].refer(codes, what))


def _wording(at: Reader, conditions: ConditionReader, vocabulary: Vocabulary) -> Wording:
    fields = at.mapping(("when", "use"))
    return Wording(when=conditions.read(fields["when"], vocabulary), use=fields["use"].name())
