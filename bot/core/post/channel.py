"""Another way out beside Telegram: where it leads, what it is called, and the port through which it is rung."""

from dataclasses import dataclass, field
from typing import Protocol

KINDS = ("sms", "voice", "email", "webhook")
"""Kinds that have a word in every language; any other is the name of the service, shown as it is."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One Apprise URL of the clinic. ``id`` names it everywhere else: the URL holds secrets and is shown nowhere."""

    id: str
    kind: str
    url: str = field(repr=False)


class Bell(Protocol):
    """Rings a channel. It blocks, so it is called in a thread, and it may hang: the caller has the time limit."""

    def __call__(self, url: str, title: str, words: str) -> bool:
        """Send these words; False when the service did not take them. Must never log or raise the URL."""
