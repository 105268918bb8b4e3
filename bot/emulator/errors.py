"""What the emulator refuses, in the official server's words.

Refused            one answer with `ok: false`: code, description, parameters
"""


class Refused(Exception):
    """A Bot API call was refused; the caller sees `code`, `description` and `parameters`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, **parameters: int) -> Refused:
    """The call itself is wrong (400)."""
    return Refused(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> Refused:
    """The bot may not do this to this chat (403)."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """Two ways of taking updates fight for the same bot (409)."""
    return Refused(409, f"Conflict: {reason}")


def unauthorized() -> Refused:
    """The token is not the bot's token (401)."""
    return Refused(401, "Unauthorized")


def too_many_requests(retry_after: int) -> Refused:
    """The bot must be silent for `retry_after` seconds (429)."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
