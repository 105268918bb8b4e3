"""/session: add a treatment to a patient who is registered already."""

from bot.chat.staff import wizard
from bot.chat.staff.patients import find
from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.core.post.message import Button


def run(asked: Asked, words: str) -> None:
    """Begin with the patient named by case code or name; without one, offer the newest."""
    if not asked.private:
        raise Refused("staff.private_only")
    found = find(asked, words)
    if len(found) == 1 and words:
        wizard.begin_session(asked, found[0])
        return
    if not found:
        asked.say("patients.none")
        return
    rows = tuple((Button(label=f"{each.case_code} · {each.name}", data=f"c|{each.id}|session"),) for each in found)
    asked.say("session.which", rows)
