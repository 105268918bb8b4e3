"""/new: register a patient and her session by buttons; ends with the link and the QR code."""

from bot.chat.staff import wizard
from bot.chat.staff.reply import Asked
from bot.core.errors import Refused


def run(asked: Asked, _words: str) -> None:
    """Begin. Names and birth dates are asked for in a private chat only."""
    if not asked.private:
        raise Refused("staff.private_only")
    wizard.begin_patient(asked)
