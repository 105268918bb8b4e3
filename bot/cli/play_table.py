"""The player's side of a played conversation: lines from the terminal, or from a file, become moves."""

import re
import sys

from rich.text import Text

from bot.cli.play_game import Game
from bot.cli.play_view import LEVELS
from bot.core.flow.model import QuestionKind

HELP = """a number     tap that answer (several lines of a list, then its Done)
t 2m         let time pass (s, m, h, d)
b            change the last answer
p            send a photo
?            this help
q            stop
other words  are what the patient writes"""
_TIME = re.compile(r"t\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def play_on(game: Game) -> None:
    """Play until the conversation is over, the player stops, or there are no more lines; then say what came of it."""
    game.open()
    while not game.over:
        line = _read()
        if line is None or line == "q":
            break
        if line:
            move(game, line)
    _result(game)


def move(game: Game, line: str) -> None:
    """One line of the player."""
    time = _TIME.fullmatch(line)
    if time is not None:
        game.pass_time(float(time[1]) * _SECONDS[time[2]])
    elif line == "?":
        game.view.note(HELP)
    elif line == "b":
        game.go_back()
    elif line == "p":
        game.send_photo()
    elif line.isascii() and line.isdigit() and game.run.asking is not None:
        _tap(game, int(line))
    else:
        game.write(line)


def _tap(game: Game, number: int) -> None:
    assert game.run.asking is not None
    buttons = game.view.buttons
    scale = game.script.questions[game.run.asking].kind is QuestionKind.SCALE
    place = number if scale else number - 1
    if 0 <= place < len(buttons):
        game.tap(buttons[place].data.rpartition("|")[2])
    else:
        game.view.note(f"There is no answer {number}. {HELP.splitlines()[0]}; ? shows more.")


def _read() -> str | None:
    """The next line. One that does not come from a terminal is shown, so that the output reads as a talk."""
    try:
        line = input("> ").strip()
    except EOFError:
        return None
    if not sys.stdin.isatty():
        sys.stdout.write(f"{line}\n")
    return line


def _result(game: Game) -> None:
    out, run = game.view.out, game.run
    out.print()
    out.print(Text(f"level: {run.level}", LEVELS[run.level]))
    out.print(f"rules: {', '.join(run.hits) or 'none'}", soft_wrap=True)
    out.print(f"advice: {', '.join(dict.fromkeys(game.advice)) or 'none'}")
    if not game.over:
        out.print(f"not over: {run.asking or 'nothing'} is open")
