"""/console: a one-time link into the web console, for the person who asks and for nobody else."""

from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.core.post.message import Body, Priority
from bot.usecases.console_access import LINK, make_console_link
from bot.usecases.posting import post


def run(asked: Asked, _words: str) -> None:
    """Hand out the link in the private chat. Errors: Refused in a group, and where the console has no safe address."""
    if not asked.private:
        raise Refused("staff.private_only")
    address = asked.clinic.facts.console
    if not address:
        raise Refused("console.chat.no_address")
    token = make_console_link(asked.unit, asked.clinic, asked.now, asked.staff)
    text = asked.ui.say(
        "console.chat.link", link=f"{address}/console/enter/{token}", minutes=int(LINK.total_seconds() // 60)
    )
    post(
        asked.unit,
        asked.now,
        asked.chat_id,
        Body(text=text, html=True, protect=True),
        Priority.ANSWER,
        kind="console_link",
    )
