"""The parameters of one Bot API call, read from whatever form they came in."""

import json
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.files import Upload


class Params:
    """Named values of a call: JSON bodies bring typed values, forms bring strings, and both read the same."""

    __slots__ = ("files", "given")

    def __init__(self, given: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self.given = given
        self.files = files or {}

    @property
    def names(self) -> set[str]:
        """The names that the caller used; parts that an `attach://` value points to are not parameters."""
        return self.given.keys() | {name for name in self.files if not self._is_attachment(name)}

    def text(self, name: str) -> str | None:
        """A string, or None when it was not given."""
        value = self.given.get(name)
        return value if value is None or isinstance(value, str) else str(value)

    def integer(self, name: str) -> int | None:
        """A whole number, or None when it was not given; refuses anything else."""
        value = self.given.get(name)
        if value is None or value == "":
            return None
        if type(value) is int:
            return value
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be an Integer") from None

    def flag(self, name: str) -> bool:
        """A boolean; not given is False."""
        value = self.given.get(name)
        return value is True or (isinstance(value, str) and value.lower() in ("true", "1", "yes"))

    def parsed(self, name: str) -> Any:
        """An object or a list, from JSON text if need be; None when it was not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | str | None:
        """The file behind a parameter: its bytes, or the `file_id` or URL that names it."""
        if name in self.files:
            return self.files[name]
        value = self.text(name)
        return self.attached(value) if value else None

    def attached(self, value: str) -> Upload | str:
        """Follow an `attach://name` to its bytes; any other value is returned as it is."""
        if not value.startswith("attach://"):
            return value
        upload = self.files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("there is no file to attach")
        return upload

    def _is_attachment(self, name: str) -> bool:
        pointer = f"attach://{name}"
        return any(isinstance(value, str) and pointer in value for value in self.given.values())
