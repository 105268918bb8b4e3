"""Users of Telegram: people with a phone, and the bot itself."""

from dataclasses import dataclass

from bot.emulator.wire import Wire


@dataclass(slots=True, eq=False)
class User:
    """An account of Telegram; `deactivated` says that its owner deleted it."""

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def wire(self) -> Wire:
        """The user as the Bot API shows it."""
        wire: Wire = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            wire["username"] = self.username
        if self.language_code:
            wire["language_code"] = self.language_code
        return wire


def bot_of_token(token: str) -> User:
    """The bot that owns a token; raises ValueError when the token has no numeric bot id before its colon."""
    number, colon, secret = token.partition(":")
    if not (number.isdigit() and colon and secret):
        raise ValueError("a bot token looks like 7000000001:secret")
    return User(int(number), "Aftercare", username="aftercare_bot", is_bot=True)
