"""The door of every page: who is it, may this role, does the form come from our page; and what errors look like."""

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.console.asked import Asked, Product, csrf_of
from bot.console.cookie import secret_in
from bot.console.form import Form, TooLarge, read_form
from bot.console.page import NavEntry, Page
from bot.console.views import render
from bot.core.errors import Conflict, Gone, NotReady, Refused
from bot.core.wording.catalog import Catalog
from bot.usecases.console_access import is_to_be_noted, note_use, session_behind

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(product: Product, page: Page, nav: tuple[NavEntry, ...]) -> Endpoint:
    """The endpoint of a page behind the sign-in."""

    async def endpoint(request: Request) -> Response:
        secret, now = secret_in(product, request), product.clock()
        known = await product.store.look(lambda unit: session_behind(unit, now, secret)) if secret else None
        if known is None:
            return signed_out(product, request)
        session, staff = known
        if session.state != "open":
            return signed_out(product, request, second_factor=True)
        ui = product.clinic.ui(staff.language)
        if staff.role not in page.roles:
            return plain_page(product, ui, 403, "role")
        if is_to_be_noted(now, session):
            await product.store.run(lambda unit: note_use(unit, now, session))
        form = Form()
        if page.method == "POST":
            try:
                form = await read_form(request, page.most_bytes)
            except TooLarge:
                return plain_page(product, ui, 413, "too_large")
            token = form.get("csrf") or request.headers.get("x-csrf", "")
            if not is_ours(request) or not hmac.compare_digest(token.encode(), csrf_of(secret).encode()):
                return plain_page(product, ui, 403, "stale")
        request.scope["console_page"] = page.nav
        request.scope["console_nav"] = tuple(entry for entry in nav if staff.role in entry.roles)
        asked = Asked(request, product, now, staff, session, secret, form)
        try:
            return await page.handler(asked)
        except Gone:
            return asked.page("notice.html", 404, what="gone", text="")
        except (Refused, Conflict, NotReady) as error:
            values = error.values if isinstance(error, Refused) else {}
            is_known = isinstance(error, Refused) and ui.has(error.text)
            text = ui.plain(error.text, **values) if is_known and isinstance(error, Refused) else ""
            return asked.page("notice.html", 409, what="refused" if text else "conflict", text=text)

    return endpoint


def is_ours(request: Request) -> bool:
    """Does a form come from a page of this server, as far as the browser says?"""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


def reader(product: Product, request: Request) -> Catalog:
    """The words for somebody who is not known yet: in the browser's first language that we speak."""
    clinic = product.clinic
    wished = (part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(","))
    spoken = (code for part in wished if (code := part.partition("-")[0].lower()) in clinic.messages)
    return clinic.ui(next(spoken, clinic.facts.language))


def signed_out(product: Product, request: Request, *, second_factor: bool = False) -> Response:
    """Nobody is signed in here (or the code is still owed): 401, and how to come in."""
    if request.headers.get("hx-request") == "true" or "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    ui = reader(product, request)
    if second_factor:
        return plain_page(product, ui, 401, "second_factor", form="/sign-in/code")
    return plain_page(product, ui, 401, "signed_out")


def plain_page(product: Product, ui: Catalog, status: int, what: str, *, form: str = "", token: str = "") -> Response:
    """A page without navigation: one sentence, and at most one form."""
    text = render("plain.html", ui, what=what, form=form, token=token, clinic_name=product.clinic.facts.name)
    return HTMLResponse(text, status)
