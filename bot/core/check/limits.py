"""Texts and buttons stay inside Telegram's limits and the clinic's own."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.check.text_keys import is_read_by_patients
from bot.core.flow.conditions import holds
from bot.core.flow.model import Question, Reason, Texts

MESSAGE = 4096
"""Telegram's limit of one message, in UTF-16 code units."""
ADVICE = 500
"""An advice stays shorter than this, to be read at a glance (clinical brief, section 4)."""
LABEL = 60
"""The longest label of a button that a phone still shows."""
STAFF_LINE = 250
"""A line of an alert card: a rule or a note. The card and its other lines fit into one message beside it."""
BUTTON_BYTES = 64
"""Telegram's limit of what a button sends back."""
BUTTON = "a|123456789012|{question}|{code}"
"""What an answer button sends back: verb, twelve characters of the run, question, answer."""


def length(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    for question in script.questions.values():
        yield from _buttons(question)
    for language in submission.languages:
        texts = script.texts.get(language)
        if texts is None:
            continue
        for key, text in texts.by_key.items():
            yield from _text(key, text, language)
        for question in script.questions.values():
            yield from _question(question, texts)
        yield from _closing(submission, texts)


def _buttons(question: Question) -> Iterator[Finding]:
    for code in question.codes:
        size = len(BUTTON.format(question=question.id, code=code).encode())
        if size > BUTTON_BYTES:
            yield error(
                "limit.button",
                Place("question", question.id),
                f"The button of {code} would carry {size} bytes; Telegram takes {BUTTON_BYTES}.",
                "Shorten the code of the question or of the answer.",
            )


def _text(key: str, text: str, language: str) -> Iterator[Finding]:
    size = length(text)
    if key.startswith("answer.") and size > LABEL:
        yield _too_long("limit.label", key, size, LABEL, language)
    elif key.startswith("advice.") and size >= ADVICE:
        yield _too_long("limit.advice", key, size, ADVICE - 1, language)
    elif _is_name(key) and size > LABEL:
        yield _too_long("limit.name", key, size, LABEL, language)
    elif key.startswith(("rule.", "note.")) and size > STAFF_LINE:
        yield _too_long("limit.staff", key, size, STAFF_LINE, language)
    elif is_read_by_patients(key) and size > MESSAGE:
        yield _too_long("limit.message", key, size, MESSAGE, language)


def _is_name(key: str) -> bool:
    """Is this how a thing is called, on buttons and in lines of cards?"""
    return key.startswith(("site.", "modifier.", "procedure.")) or (
        key.startswith("question.") and key.endswith(".short")
    )


def _question(question: Question, texts: Texts) -> Iterator[Finding]:
    keys = [f"question.{question.id}.ask", *(f"answer.{question.id}.{code}" for code in question.codes)]
    size = sum(length(texts.by_key.get(key, "")) + 1 for key in keys)
    if size > MESSAGE:
        yield _too_long("limit.question", keys[0], size, MESSAGE, texts.language)


def _closing(submission: Submission, texts: Texts) -> Iterator[Finding]:
    """Can what is expected and self-care, together, be too long for one message?"""
    script, view = submission.script, submission.view
    lengths = [
        (reason, length(texts.by_key.get(key, "")) + 1)
        for kind, reasons in (("expected", script.expected), ("care", script.self_care))
        for reason in reasons
        for key in [f"{kind}.{reason.text}"]
    ]
    room = MESSAGE - ADVICE

    def size_for(patient_reasons: list[tuple[Reason, int]]) -> int:
        return sum(size for _, size in patient_reasons)

    if size_for(lengths) <= room:
        return
    patient = submission.space.patient(
        lambda one: size_for([pair for pair in lengths if holds(pair[0].when, one.facts(script))]) > room,
        submission.space.logic.heavier([(view.truth(reason.when), size) for reason, size in lengths], room),
    )
    if patient is not None:
        yield error(
            "limit.closing",
            Place("script", script.procedure),
            f"What is expected and self-care together are too long for one message for: {patient}.",
            "Shorten these texts, or narrow when they are shown.",
            language=texts.language,
            patient=patient,
        )


def _too_long(code: str, key: str, size: int, limit: int, language: str) -> Finding:
    return error(
        code,
        Place("text", key),
        f"It is {size} characters long; {limit} is the limit.",
        "Shorten it.",
        language=language,
    )


CHECK = Check(
    name="limits",
    promise="Every text and button fits into Telegram's limits, and an advice can be read at a glance.",
    codes=(
        "limit.button",
        "limit.label",
        "limit.advice",
        "limit.name",
        "limit.staff",
        "limit.message",
        "limit.question",
        "limit.closing",
    ),
    run=_run,
)
