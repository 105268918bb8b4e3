"""Fits the screen of free text to what the use cases ask of it."""

from bot.core.engine.events import Signal
from bot.core.level import Level
from bot.core.screen.answers import Answers
from bot.core.screen.context import Status
from bot.core.screen.screening import Kind, Screen
from bot.usecases.clinic import Heard


class Listening:
    """Screens a text and gives the engine its signals: clear ones with their level, unclear ones to be asked about."""

    def __init__(self, screen: Screen, answers: Answers | None = None) -> None:
        self._screen = screen
        self._answers = answers or Answers(())

    def __call__(self, text: str, asked: str | None) -> Heard:
        """Read ``text``; ``asked`` is the question that is open, which may give a bare number its meaning."""
        found = self._screen.read(text, asked=asked)
        signals: dict[str, Signal] = {}
        for each in found.signals:
            if each.status is Status.PRESENT and each.level is not Level.D5:
                signals[each.symptom] = _worse(
                    signals.get(each.symptom), Signal(symptom=each.symptom, level=each.level or Level.D3)
                )
        for symptom in found.asks:
            signals.setdefault(symptom, Signal(symptom=symptom, level=Level.D3, ask=True))
        statuses = {each.status for each in found.signals}
        is_question = found.kind is Kind.QUESTION and not signals
        return Heard(
            signals=tuple(signals.values()),
            kind=found.kind.value,
            what_if=not signals and Status.HYPOTHETICAL in statuses,
            topic=(self._answers.topic_of(text) or "") if is_question and not found.truncated else "",
        )


def _worse(known: Signal | None, new: Signal) -> Signal:
    return new if known is None or new.level.severity > known.level.severity else known
