"""Coming in: the one-time link, the second factor, and going out. A look at the link alone uses nothing up."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console import cookie
from bot.console.asked import Asked, Product
from bot.console.door import is_ours, plain_page, reader
from bot.console.form import TooLarge, read_form
from bot.console.views import PREFIX
from bot.core.errors import Refused
from bot.store.unit import Unit
from bot.usecases.console_access import (
    SESSION,
    end_session,
    enter_console,
    is_barred,
    note_failed,
    session_behind,
)
from bot.usecases.second_factor import pass_second_factor


async def show(product: Product, request: Request) -> Response:
    """The page behind the link: one button. Telegram's own look at a link (a preview) must not use it up."""
    token = request.path_params["token"][:100]
    return plain_page(product, reader(product, request), 200, "enter", form="/sign-in", token=token)


async def enter(product: Product, request: Request) -> Response:
    """The button: this device is signed in, and the link opens nothing any more."""
    ui, now, source = reader(product, request), product.clock(), _source(request)
    if not is_ours(request):
        return plain_page(product, ui, 403, "stale")
    if await product.store.look(lambda unit: is_barred(unit, now, source)):
        return plain_page(product, ui, 429, "barred")
    try:
        token = (await read_form(request, 1024)).get("token")
    except TooLarge:
        return plain_page(product, ui, 413, "too_large")
    device = device_of(request.headers.get("user-agent", ""))
    try:
        entered = await product.store.run(lambda unit: enter_console(unit, product.clinic, now, token, device))
    except Refused as refused:
        await product.store.run(lambda unit: note_failed(unit, now, source))
        return plain_page(product, ui, 403, refused.text)
    owes = entered.session.state == "second_factor"
    response = RedirectResponse(f"{PREFIX}/sign-in/code" if owes else f"{PREFIX}/", status_code=303)
    cookie.put(product, response, entered.secret, int(SESSION.total_seconds()))
    return response


async def ask_code(product: Product, request: Request) -> Response:
    """The form for the six digits."""
    return plain_page(product, reader(product, request), 200, "second_factor", form="/sign-in/code")


async def take_code(product: Product, request: Request) -> Response:
    """The six digits: right, wrong, or wrong too often."""
    ui, now, source = reader(product, request), product.clock(), _source(request)
    if not is_ours(request):
        return plain_page(product, ui, 403, "stale")
    if await product.store.look(lambda unit: is_barred(unit, now, source)):
        return plain_page(product, ui, 429, "barred")
    try:
        code = (await read_form(request, 1024)).get("code")
    except TooLarge:
        return plain_page(product, ui, 413, "too_large")
    secret = cookie.secret_in(product, request)

    def work(unit: Unit) -> str:
        known = session_behind(unit, now, secret)
        if known is None:
            return "signed_out"
        if known[0].state == "open" or pass_second_factor(unit, now, known[0], code):
            return ""
        note_failed(unit, now, source)
        return "second_factor_wrong" if session_behind(unit, now, secret) else "signed_out"

    wrong = await product.store.run(work)
    if not wrong:
        return RedirectResponse(f"{PREFIX}/", status_code=303)
    again = "/sign-in/code" if wrong == "second_factor_wrong" else ""
    return plain_page(product, ui, 403, wrong, form=again)


async def leave(asked: Asked) -> Response:
    """Sign this device out."""
    await asked.run(lambda unit: end_session(unit, asked.now, asked.staff, asked.session.id))
    response = plain_page(asked.product, asked.ui, 200, "left")
    cookie.clear(asked.product, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _source(request: Request) -> str:
    return request.client.host if request.client else ""


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_of(agent: str) -> str:
    """The browser and system in two words, so that somebody knows a device again; not the whole user agent."""
    found = (next((name for mark, name in known if mark in agent), "?") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(found)
