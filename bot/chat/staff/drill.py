"""/drill: a lead lets a timed alarm go to the people on call, marked as a drill on every message."""

from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.usecases.drill import start_drill


def run(asked: Asked, _words: str) -> None:
    """Begin. Errors: Refused for anybody but a lead or admin, and while another drill is under way."""
    if asked.staff.role not in ("lead", "admin"):
        raise Refused("staff.here_role")
    start_drill(asked.unit, asked.clinic, asked.now, asked.staff.id)
    asked.say("nurse.drill.begun")
