"""The real flows, read once for all tests of a process."""

from functools import cache
from pathlib import Path

from bot.core.engine.replay import Hear
from bot.core.flow.cases import Case
from bot.core.flow.layout import TEMPLATE
from bot.core.flow.model import Script
from bot.core.screen.screening import Screen
from bot.wiring.flows import Flows, load_flows
from bot.wiring.listening import Listening

FOLDER = Path(__file__).parents[2] / "flows"
NOT_ASKED_FOR = {"body_fat": {"SM-1"}, "cellulite": {"SM-1"}, "scalp": {"SM-1"}}
"""Rules that no conversation comes to: where no treated jaw explains an uneven smile, the smile alone is a D1, and the
questions behind it are not asked any more. The rules stay proved."""


@cache
def live() -> Flows:
    """Everything that is offered to patients."""
    return load_flows(FOLDER)


@cache
def template() -> Flows:
    """The procedure to copy."""
    return load_flows(FOLDER, (TEMPLATE,))


@cache
def scripts() -> dict[str, Script]:
    """Every script by its procedure, the template too."""
    return {**live().scripts, **template().scripts}


@cache
def cases(procedure: str) -> tuple[Case, ...]:
    """The cases beside a script."""
    return live().cases(procedure)


@cache
def hearing() -> Hear:
    """Screens words as the product does."""
    listening = Listening(Screen(live().lexicons))
    return lambda said, asked: listening(said.say, asked).signals
