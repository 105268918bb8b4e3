"""Fits the screen of free text to what the use cases ask of it."""

from bot.core.screen.answers import Answers
from bot.core.screen.context import Status
from bot.core.screen.screening import Kind, Screen
from bot.usecases.clinic import Heard
from bot.wiring.signals import signals_in


class Listening:
    """Screens a text and gives the engine its signals: clear ones with their level, unclear ones to be asked about."""

    def __init__(self, screen: Screen, answers: Answers | None = None) -> None:
        self._screen = screen
        self._answers = answers or Answers(())

    def __call__(self, text: str, asked: str | None) -> Heard:
        """Read ``text``; ``asked`` is the question that is open, which may give a bare number its meaning."""
        found = self._screen.read(text, asked=asked)
        signals = signals_in(found)
        statuses = {each.status for each in found.signals}
        is_question = found.kind is Kind.QUESTION and not signals
        return Heard(
            signals=signals,
            kind=found.kind.value,
            what_if=not signals and Status.HYPOTHETICAL in statuses,
            topic=(self._answers.topic_of(text) or "") if is_question and not found.truncated else "",
        )
