"""One random patient: where she was treated, what is special about her, and how often something is amiss."""

from dataclasses import dataclass

from bot.core.crowd.dice import Dice
from bot.core.flow.model import Question, QuestionKind, Script

AMISS = (0.0, 0.01, 0.03, 0.08, 0.2)
"""How likely an answer is not that of a well patient: one of these for each member, so that most of them are well
most of the time. It says nothing about how often things happen to real patients."""
MOST_MARKS = 3
"""So many modifiers at most."""
SILENT = 0.02
"""How likely a question is met with silence first."""
SILENT_FOR_GOOD = 0.3
"""How likely that silence lasts to the end of the check-in."""
MOST_LINES = 3
"""So many lines of a screen are tapped at most."""


@dataclass(frozen=True, slots=True)
class Member:
    """A patient who does not exist. ``amiss`` is the chance that an answer is not that of a well patient."""

    sites: tuple[str, ...]
    modifiers: tuple[str, ...]
    amiss: float
    session_minute: int
    """The minute of the day at which her session ended."""


def member(script: Script, dice: Dice) -> Member:
    """Somebody whom this script may meet."""
    sites = dice.sample(script.sites, k=dice.randint(1, min(2, len(script.sites))))
    marks = dice.sample(script.modifiers, k=min(MOST_MARKS, len(script.modifiers), dice.choice((0, 0, 1, 1, 2, 3))))
    return Member(
        sites=tuple(site for site in script.sites if site in sites),
        modifiers=tuple(mark for mark in script.modifiers if mark in marks),
        amiss=dice.choice(AMISS),
        session_minute=dice.randint(9 * 60, 19 * 60),
    )


def reply(question: Question, amiss: float, dice: Dice) -> tuple[str, ...]:
    """What she taps, in order: one code, or the lines of a screen and "done"."""
    if dice.random() >= amiss:
        return (question.well,)
    if question.kind is QuestionKind.SCREEN:
        count = min(len(question.lines), dice.choice((1, 1, 1, 2, MOST_LINES)))
        tapped = {line.code for line in dice.sample(question.lines, k=count)}
        # A line that decides by the tap alone ends the screen, so it is tapped last.
        calm = [line.code for line in question.lines if line.code in tapped and not line.at_once]
        at_once = [line.code for line in question.lines if line.code in tapped and line.at_once]
        return (*calm, at_once[0]) if at_once else (*calm, "done")
    others = [code for code in question.codes if code not in (question.well, "said")]
    return (dice.choice(others or question.codes),)
