"""Files that people sent: how one is asked for, and why one is not kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MOST_BYTES = 20 * 1024 * 1024
"""Telegram gives a bot no larger file, and none is taken."""


class Trouble(StrEnum):
    """Why a photo is not kept. Kept with the photo, and a text for staff each (``task.photo_why.*``)."""

    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"
    TWO_THINGS = "two_things"
    """A picture that is an archive, a document or a program too."""
    BROKEN = "broken"
    GONE = "gone"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class NotFetched:
    """There is no file. ``again``: it is worth asking later. ``asked``: Telegram was reached, so the try counts."""

    why: Trouble
    again: bool = False
    asked: bool = True


class FileSource(Protocol):
    """Fetches a file. Never raises for what Telegram or the network does; always has a time limit."""

    async def fetch(self, file_id: str, most: int = MOST_BYTES) -> bytes | NotFetched:
        """The file's content, at most ``most`` bytes."""
