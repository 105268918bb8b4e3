"""The `aftercare` command line: which commands there are, and which module of ``bot/cli`` each one is."""

import typer

from bot.cli.approve import approve
from bot.cli.backup import backup
from bot.cli.channel import channel
from bot.cli.check import check
from bot.cli.demo import demo
from bot.cli.diff import diff
from bot.cli.doctor import doctor
from bot.cli.draw import draw
from bot.cli.drill import drill
from bot.cli.emulator import emulator
from bot.cli.endings import TellingGroup
from bot.cli.invite import invite
from bot.cli.new_key import new_key
from bot.cli.play import play
from bot.cli.recall import recall
from bot.cli.release import release
from bot.cli.remove_staff import remove_staff
from bot.cli.replay import replay
from bot.cli.restore import restore
from bot.cli.roster import roster
from bot.cli.rotate_keys import rotate_keys
from bot.cli.screen import screen
from bot.cli.serve import serve, web, worker
from bot.cli.sign import sign
from bot.cli.simulate import simulate
from bot.cli.staff import staff

COMMANDS = (
    demo,
    serve,
    web,
    worker,
    release,
    approve,
    recall,
    doctor,
    check,
    sign,
    diff,
    draw,
    replay,
    play,
    screen,
    invite,
    staff,
    remove_staff,
    roster,
    channel,
    drill,
    new_key,
    rotate_keys,
    backup,
    restore,
    emulator,
    simulate,
)
"""Every command, in the order of the help; its name is the function's, with dashes."""

app = typer.Typer(
    name="aftercare",
    cls=TellingGroup,
    help="Aftercare: a Telegram bot that follows patients after skin injections.",
    epilog="Settings come from the environment or the file .env; see .env.example.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in COMMANDS:
    app.command(name=command.__name__.replace("_", "-"))(command)


def main() -> None:
    """Run the command that was asked for, and end the process with its exit code."""
    app(prog_name="aftercare")


if __name__ == "__main__":
    main()
