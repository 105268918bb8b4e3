"""How a question looks: its place in the check-in, its words, large buttons, and the confirmation of an answer."""

import re
import unicodedata
from collections.abc import Sequence

from bot.core.engine.events import Asked
from bot.core.flow.conditions import Given
from bot.core.flow.model import Question, QuestionKind
from bot.core.post.message import Body, Button
from bot.core.wording.catalog import Catalog

SHORT_LABEL = 13
"""Labels up to this length share a row with one other; longer ones get the whole width."""
_ACCENTS = frozenset("\u0300\u0301\u0308")
"""Grave, acute and two dots (á, ü, ё): people leave them out. Not the tilde and the breve, which make other letters."""
_WORD = re.compile(r"[^\W_]+")


def tap(run_id: str, question: str, code: str) -> str:
    """What a button sends back: opaque to the patient, checked again on arrival, at most 64 bytes."""
    return f"a|{run_id}|{question}|{code}"


def question_card(
    question: Question, texts: Catalog, ui: Catalog, run_id: str, asked: Asked, picked: Sequence[str] = ()
) -> Body:
    """The message that asks ``question``; ``picked`` are the lines of a screen that are tapped so far."""
    rows = _rows(question, texts, ui, run_id, asked.use, picked)
    several = ui.say("question.several_hint") if question.kind is QuestionKind.SCREEN else ""
    photo = ui.say("question.photo_hint") if question.photo else ""
    hint = " ".join(filter(None, (several, photo)))
    if asked.may_go_back:
        rows.append((Button(label=ui.plain("question.back"), data=f"b|{run_id}"),))
    head = ui.say("question.position", at=asked.position, total=asked.total) + "\n" if asked.position else ""
    words = texts.script(_variant(texts, f"question.{question.id}.ask", asked.use))
    body = f"{head}<b>{words}</b>" + (f"\n<i>{hint}</i>" if hint else "")
    return Body(text=body, html=True, buttons=tuple(rows))


def answered_card(question: Question, texts: Catalog, ui: Catalog, asked_use: str, given: Given, assumed: bool) -> Body:
    """The question message after its answer: what was asked in short, and what counts now. No buttons."""
    key = "question.assumed" if assumed else "question.answered"
    return Body(
        text=ui.say(
            key,
            question=texts.raw(f"question.{question.id}.short"),
            answer=answer_words(question, texts, ui, given, asked_use),
        ),
        html=True,
    )


def answer_words(question: Question, texts: Catalog, ui: Catalog, given: Given, use: str = "") -> str:
    """An answer in the words of its buttons."""
    if question.kind is QuestionKind.SCALE:
        return ui.plain("question.of_ten", number=given.number if given.number is not None else "?")
    return ", ".join(label(question, texts, ui, code, use) for code in given.codes)


def label(question: Question, texts: Catalog, ui: Catalog, code: str, use: str = "") -> str:
    """The words of one button."""
    if question.kind is QuestionKind.SCALE:
        return code
    if question.kind is QuestionKind.TEXT and code == "said":
        return ui.plain("question.own_words")
    varied = f"answer.{question.id}.{use}.{code}"
    return texts.raw(varied) if use and texts.has(varied) else texts.raw(f"answer.{question.id}.{code}")


def code_meant(question: Question, texts: Catalog, ui: Catalog, text: str) -> str | None:
    """The answer whose label was typed, whatever its accents and marks ("si." is the button "Sí"); None for other words, and
    for a question ("no?").

    Lines of a screen and numbers of a scale are not answered by their words.
    """
    wanted = _bare(text)
    if question.kind in (QuestionKind.SCREEN, QuestionKind.SCALE) or not wanted or "?" in text:
        return None
    return next((code for code in question.answers if _bare(label(question, texts, ui, code)) == wanted), None)


def _bare(text: str) -> str:
    """Small letters and digits without accents, as people type them; й stays й, because и is another letter."""
    apart = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(each for each in apart if each not in _ACCENTS)
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", plain)))


def _variant(texts: Catalog, key: str, use: str) -> str:
    return f"{key}.{use}" if use and texts.has(f"{key}.{use}") else key


def _rows(
    question: Question, texts: Catalog, ui: Catalog, run_id: str, use: str, picked: Sequence[str]
) -> list[tuple[Button, ...]]:
    def button(code: str, mark: str = "") -> Button:
        return Button(label=mark + label(question, texts, ui, code, use), data=tap(run_id, question.id, code))

    match question.kind:
        case QuestionKind.SCREEN:
            rows = [
                (button(line.code, ui.plain("question.ticked" if line.code in picked else "question.unticked")),)
                for line in question.lines
            ]
            if picked:
                done = Button(label=ui.plain("question.done", count=len(picked)), data=tap(run_id, question.id, "done"))
                return [*rows, (done,)]
            return [*rows, (button("none", ui.plain("question.none_mark")),)]
        case QuestionKind.SCALE:
            numbers = [button(str(number)) for number in range(11)]
            return [tuple(numbers[:6]), tuple(numbers[6:])]
        case QuestionKind.CHOICE | QuestionKind.TEXT:
            return _in_rows([button(code) for code in question.answers])


def _in_rows(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    waiting: Button | None = None
    for each in buttons:
        if len(each.label) > SHORT_LABEL:
            rows.extend([(waiting,)] if waiting else [])
            waiting = None
            rows.append((each,))
        elif waiting:
            rows.append((waiting, each))
            waiting = None
        else:
            waiting = each
    return [*rows, (waiting,)] if waiting else rows
