"""What the route list is made of: a page or an act, who may use it, and the navigation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.console.asked import Handler, Product
from bot.console.form import MOST_BYTES

EVERYBODY = frozenset({"reception", "clinician", "injector", "lead", "admin"})
"""Everybody on the staff list, as in the chat: what an alert needs beyond that, the use case checks itself."""
LEADING = frozenset({"lead", "admin"})
ADMINS = frozenset({"admin"})
CLINICAL = frozenset({"clinician", "injector", "lead"})


@dataclass(frozen=True, slots=True)
class Page:
    """A route behind the sign-in. ``nav`` is the entry of the navigation that it belongs to.

    A POST carries the token of its session; ``most_bytes`` is the largest form that is read.
    """

    path: str
    name: str
    handler: Handler
    roles: frozenset[str] = EVERYBODY
    method: str = "GET"
    nav: str = ""
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A route before the sign-in."""

    path: str
    name: str
    handler: Callable[[Product, Request], Awaitable[Response]]
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A place of the navigation; its word is ``console.nav.<name>``."""

    name: str
    path: str
    icon: str
    roles: frozenset[str] = EVERYBODY
