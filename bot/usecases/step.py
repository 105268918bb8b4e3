"""One step of a conversation: ask the engine, then write its run and what follows."""

from datetime import datetime

from bot.core.engine.advance import Turn, advance
from bot.core.engine.events import Input
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.record import record
from bot.usecases.talk import Talk


def step(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    talk: Talk,
    given: Input,
    *,
    words: str = "",
    tapped: int | None = None,
) -> Turn:
    """One turn: ask the engine, then write its run and its events.

    ``words`` are what the patient typed; ``tapped`` is Telegram's id of the message whose button was pressed.
    """
    turn = advance(talk.script, talk.run, given, now)
    record(unit, clinic, now, talk, turn, words=words, tapped=tapped)
    talk.run = turn.run
    return turn
