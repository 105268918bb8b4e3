"""Reads the clinic's times for its chat with patients from YAML."""

from bot.core.care.hold import ChatTimes
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse

LONGEST_HOLD_S = 4 * 3600
SHORTEST_ANSWER_S = 60
LONGEST_ANSWER_S = 24 * 3600
"""Nobody is promised an answer for the day after tomorrow."""


def read_chat_times(text: str, file: str) -> ChatTimes:
    """The times written in ``text``. Errors: ScriptError with every problem by line and what to do."""
    problems = Problems()
    fields = Reader(parse(text, file), problems, "the file").mapping(("hold_after_staff", "answer_within"))
    hold, answer = fields["hold_after_staff"], fields["answer_within"]
    hold_s, answer_s = hold.duration(), answer.duration()
    if hold_s > LONGEST_HOLD_S:
        hold.report("range", "The bot may not hold its questions for so long.", "Write 4 h or less.")
    if not answer.is_absent and not SHORTEST_ANSWER_S <= answer_s <= LONGEST_ANSWER_S:
        answer.report("range", "A patient waits a minute at least and a day at most.", "Write it like 2 h.")
    problems.raise_if_any()
    return ChatTimes(hold_s=hold_s, answer_within_s=answer_s)
