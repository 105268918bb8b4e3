"""What a form sent: read up to a limit, as text, and never kept."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

MOST_BYTES = 64 * 1024


class TooLarge(Exception):
    """More was sent than the page takes."""


class Form:
    """The fields of a form; one that is missing is empty."""

    def __init__(self, fields: Mapping[str, list[str]] | None = None) -> None:
        self._fields = dict(fields or {})

    def get(self, name: str) -> str:
        """The (first) value of a field, without spaces around it."""
        return self._fields.get(name, [""])[0].strip()

    def raw(self, name: str) -> str:
        """The (first) value of a field as it was typed, with the browser's line ends mended."""
        return self._fields.get(name, [""])[0].replace("\r\n", "\n")

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return list(self._fields.get(name, []))


async def read_form(request: Request, most: int = MOST_BYTES) -> Form:
    """The form that was posted. Errors: TooLarge, before more than ``most`` bytes are kept."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return Form()
    return Form(parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True))
