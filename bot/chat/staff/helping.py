"""/help and /here: what staff can do, and which group gets the alerts."""

from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.store.tables import PlaceRow
from bot.usecases.people import GROUP
from bot.usecases.posting import audit
from bot.usecases.topics import topics_again


def run(asked: Asked, _words: str) -> None:
    """The commands in one message."""
    asked.say("staff.help", approval=asked.clinic.approval(asked.staff.language))


def here(asked: Asked, _words: str) -> None:
    """This group gets the alerts from now on. Errors: Refused in a private chat."""
    if asked.private:
        raise Refused("staff.here_private")
    if asked.unit.change(PlaceRow, PlaceRow.name == GROUP, chat_id=asked.chat_id) == 0:
        asked.unit.insert(PlaceRow(name=GROUP, chat_id=asked.chat_id))
    topics_again(asked.unit, asked.chat_id)
    audit(asked.unit, asked.now, asked.staff.id, "set_group", "place:staff_group")
    asked.say("staff.here_done")
