"""What the screen of free text found, as the engine's signals: the clear ones with their level, the others to be asked."""

from bot.core.engine.events import Signal
from bot.core.level import Level
from bot.core.screen.context import Status
from bot.core.screen.screening import Screening


def signals_in(found: Screening) -> tuple[Signal, ...]:
    """One signal a symptom, the worst; those that are not clear come after the clear ones, to be asked about."""
    signals: dict[str, Signal] = {}
    for each in found.signals:
        if each.status is Status.PRESENT and each.level is not Level.D5:
            signals[each.symptom] = _worse(
                signals.get(each.symptom), Signal(symptom=each.symptom, level=each.level or Level.D3)
            )
    for symptom in found.asks:
        signals.setdefault(symptom, Signal(symptom=symptom, level=Level.D3, ask=True))
    return tuple(signals.values())


def _worse(known: Signal | None, new: Signal) -> Signal:
    return new if known is None or new.level.severity > known.level.severity else known
