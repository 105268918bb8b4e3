"""What patients read in English takes no more than six years of school."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.reading_grade import grade, words
from bot.core.check.submission import Check, Submission
from bot.core.check.text_keys import is_read_by_patients

LANGUAGE = "en"
HIGHEST_GRADE = 6.0
FEWEST_WORDS = 5
"""A shorter text has no grade to speak of."""


def _run(submission: Submission) -> Iterator[Finding]:
    texts = submission.script.texts.get(LANGUAGE)
    if texts is None:
        return
    for key, text in texts.by_key.items():
        if not is_read_by_patients(key) or len(words(text)) < FEWEST_WORDS:
            continue
        reached = round(grade(text), 1)
        if reached > HIGHEST_GRADE:
            yield error(
                "plain.grade",
                Place("text", key),
                f"Reading grade {reached}: {text!r}",
                f"Use shorter words and sentences, up to grade {HIGHEST_GRADE:g}.",
                language=LANGUAGE,
            )


CHECK = Check(
    name="plain_words",
    promise="Patients can read every English text with six years of school.",
    codes=("plain.grade",),
    run=_run,
)
