"""Every language is complete: the same texts as the first one, with the same place-holders."""

import re
from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.check.text_keys import FILLED, PLACE_HOLDERS, needed
from bot.core.flow.model import Question, Script

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    if not submission.languages:
        yield error(
            "language.none",
            Place("script", script.procedure),
            "It has no text in any language.",
            "Add a language file beside the script.",
        )
        return
    first = _texts(script, submission.languages[0])
    wanted = dict.fromkeys((*needed(script), *first))
    for language in submission.languages:
        texts = _texts(script, language)
        for key in wanted:
            if key not in texts:
                yield error(
                    "language.missing", Place("text", key), "There is no such text.", "Write it.", language=language
                )
        for key in texts:
            if key not in wanted:
                yield error(
                    "language.left_over",
                    Place("text", key),
                    f"{submission.languages[0]} has no such text, and the script does not need it.",
                    "Correct the key, or take the text away.",
                    language=language,
                )
        for question in script.questions.values():
            yield from _wordings(question, texts, language)
        for key, text in texts.items():
            yield from _place_holders(key, text, first.get(key, text), language)


def _texts(script: Script, language: str) -> dict[str, str]:
    return script.texts[language].by_key if language in script.texts else {}


def _wordings(question: Question, texts: dict[str, str], language: str) -> Iterator[Finding]:
    for wording in question.wording:
        asked = f"question.{question.id}.ask.{wording.use}"
        labels = [f"answer.{question.id}.{wording.use}.{code}" for code in question.codes]
        if not any(key in texts for key in (asked, *labels)):
            yield error(
                "language.no_wording",
                Place("question", question.id),
                f"The wording {wording.use} has no words.",
                f"Write {asked}, or those answers that are worded differently.",
                language=language,
            )


def _place_holders(key: str, text: str, pattern: str, language: str) -> Iterator[Finding]:
    place = Place("text", key)
    found = _named(text)
    allowed = PLACE_HOLDERS if key.startswith(FILLED) else frozenset()
    for name in sorted(found - allowed):
        yield error(
            "language.place_holder_unknown",
            place,
            f"Nothing is filled in for {{{name}}} here.",
            "Known in advice, care and expected: " + ", ".join(sorted(PLACE_HOLDERS)) + ".",
            language=language,
        )
    if found != _named(pattern):
        yield error(
            "language.place_holders_differ",
            place,
            "It has other place-holders than the first language.",
            "Use the same ones: " + (", ".join(sorted(_named(pattern))) or "none") + ".",
            language=language,
        )


def _named(text: str) -> frozenset[str]:
    return frozenset(match[1] or "" for match in _BRACES.finditer(text))


CHECK = Check(
    name="languages",
    promise="Every language has every text, with the same place-holders, all of them known.",
    codes=(
        "language.none",
        "language.missing",
        "language.left_over",
        "language.no_wording",
        "language.place_holder_unknown",
        "language.place_holders_differ",
    ),
    run=_run,
)
