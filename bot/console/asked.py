"""One request of somebody who is signed in: who asks, what was sent, the way to the data, and how to answer."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.console.form import Form
from bot.console.views import PREFIX, render
from bot.core.wording.catalog import Catalog
from bot.store.tables import StaffRow
from bot.store.tables_console import ConsoleSessionRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic

T = TypeVar("T")
NOTICES = ("done", "taken", "contacted", "closed", "ended", "factor_on", "factor_off", "sent")
"""What a page may be told by its address to say once (``?said=taken``): words of ours only."""


class Product(Protocol):
    """The parts of the product that the web side needs; wiring's App is one."""

    settings: Any
    clinic: Clinic
    flows: Any
    store: Any
    webhook: Any

    def clock(self) -> datetime:
        """Now."""


def csrf_of(secret: str) -> str:
    """The token that each form of a session carries: it follows from the cookie and cannot lead back to it."""
    return hmac.new(secret.encode(), b"aftercare console form", hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """``secret`` is the cookie's; ``form`` is empty but for a POST, and was checked for its token already."""

    request: Request
    product: Product
    now: datetime
    staff: StaffRow
    session: ConsoleSessionRow
    secret: str
    form: Form

    @property
    def clinic(self) -> Clinic:
        """The clinic."""
        return self.product.clinic

    @property
    def ui(self) -> Catalog:
        """The words in the language of the person who asks."""
        return self.clinic.ui(self.staff.language)

    @property
    def language(self) -> str:
        """The language of the words."""
        return self.ui.language

    @property
    def is_enhanced(self) -> bool:
        """Does a script of ours ask for a part of the page (and not a browser for the whole)?"""
        return self.request.headers.get("hx-request") == "true"

    def arg(self, name: str) -> str:
        """A value of the query string; empty when it is not there."""
        return self.request.query_params.get(name, "").strip()[:200]

    def path(self, name: str) -> str:
        """A part of the address: an opaque id."""
        return str(self.request.path_params[name])

    async def look(self, work: Callable[[Unit], T]) -> T:
        """Read, on one consistent picture of the data."""
        found: T = await self.product.store.look(work)
        return found

    async def run(self, work: Callable[[Unit], T]) -> T:
        """Change something, in one transaction."""
        done: T = await self.product.store.run(work)
        return done

    def page(self, template: str, status: int = 200, /, **context: Any) -> Response:
        """Answer with a page (or a part of one)."""
        said = self.arg("said")
        frame = {
            "me": self.staff,
            "csrf": csrf_of(self.secret),
            "said": said if said in NOTICES else "",
            "here": self.request.scope.get("console_page", ""),
            "nav": self.request.scope.get("console_nav", ()),
            "unsigned": self.clinic.unsigned,
            "clinic_name": self.clinic.facts.name,
        }
        return HTMLResponse(render(template, self.ui, **(frame | context)), status)

    def go(self, path: str, said: str = "") -> Response:
        """Answer "look there now"; ``path`` begins behind /console."""
        return RedirectResponse(f"{PREFIX}{path}{f'?said={said}' if said else ''}", status_code=303)


Handler = Callable[[Asked], Awaitable[Response]]
