"""The route list of the console: every page and act in one place, each with the roles that may use it."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.console.asked import Product
from bot.console.door import Endpoint, guarded, plain_page, reader
from bot.console.headers import PAGE_HEADERS, WithHeaders
from bot.console.page import ADMINS, CLINICAL, LEADING, NavEntry, OpenPage, Page
from bot.console.pages import board, clinic, figures, me, patient, patients, scripts, sign_in
from bot.console.views import STATIC

NAV: tuple[NavEntry, ...] = (
    NavEntry("board", "/", "bell"),
    NavEntry("patients", "/patients", "people"),
    NavEntry("figures", "/figures", "chart"),
    NavEntry("scripts", "/scripts", "script"),
    NavEntry("clinic", "/clinic", "clinic"),
)
"""The places of the navigation, in order. Each has its word (``console.nav.<name>``) and a picture of icons.svg."""

OPEN_PAGES: tuple[OpenPage, ...] = (
    OpenPage("/enter/{token}", "enter", sign_in.show),
    OpenPage("/sign-in", "sign_in", sign_in.enter, method="POST"),
    OpenPage("/sign-in/code", "ask_code", sign_in.ask_code),
    OpenPage("/sign-in/code", "take_code", sign_in.take_code, method="POST"),
)
"""What is there for somebody who is not signed in."""

PAGES: tuple[Page, ...] = (
    Page("/", "board", board.show, nav="board"),
    Page("/board/events", "board_events", board.stream),
    Page("/alerts/{alert}/take", "take", board.take, method="POST", nav="board"),
    Page("/alerts/{alert}/contact", "contact", board.contact, method="POST", nav="board"),
    Page("/alerts/{alert}/close", "close", board.close, method="POST", nav="board"),
    Page("/patients", "patients", patients.show, nav="patients"),
    Page("/patients/search", "search_patients", patients.search, method="POST", nav="patients"),
    Page("/patients/{patient}", "patient", patient.show, nav="patients"),
    Page("/patients/{patient}/mark", "mark", patient.mark_as, method="POST", nav="patients"),
    Page("/patients/{patient}/next", "plan_next", patient.plan, method="POST", nav="patients"),
    Page("/patients/{patient}/write", "write", patient.write, method="POST", nav="patients"),
    Page("/patients/{patient}/tasks/{task}", "task_done", patient.task_done, method="POST", nav="patients"),
    Page("/photos/{photo}", "photo", patient.photo, roles=CLINICAL),
    Page("/photos/{photo}/small", "thumbnail", patient.thumbnail, roles=CLINICAL),
    Page("/figures", "figures", figures.show, nav="figures"),
    Page("/figures/{part}.csv", "figures_csv", figures.export),
    Page("/scripts", "scripts", scripts.show, nav="scripts"),
    Page("/scripts/{procedure}", "script", scripts.one, nav="scripts"),
    Page("/scripts/{procedure}/picture", "script_picture", scripts.picture),
    Page("/revisions/{old}/to/{new}", "difference", scripts.difference, nav="scripts"),
    Page("/clinic", "clinic", clinic.show, nav="clinic"),
    Page("/clinic/on-call", "take_over", clinic.take_over, method="POST", nav="clinic"),
    Page("/clinic/sessions/{session}/end", "end_anybodys", clinic.end_anybodys, roles=LEADING, method="POST"),
    Page("/clinic/staff/{staff}/second-factor", "factor_away", clinic.factor_away, roles=ADMINS, method="POST"),
    Page("/clinic/audit", "audit", clinic.trail, roles=LEADING, nav="clinic"),
    Page("/clinic/audit.csv", "audit_csv", clinic.trail_export, roles=LEADING),
    Page("/me", "me", me.show, nav="me"),
    Page("/me/sessions/{session}/end", "end_session", me.end, method="POST", nav="me"),
    Page("/me/second-factor", "factor", me.factor, nav="me"),
    Page("/me/second-factor.svg", "factor_picture", me.factor_picture),
    Page("/me/second-factor", "factor_on", me.factor_on, method="POST", nav="me"),
    Page("/me/second-factor/off", "factor_off", me.factor_off, method="POST", nav="me"),
    Page("/sign-out", "sign_out", sign_in.leave, method="POST"),
)
"""Everything behind the sign-in. The tests walk through it with every role, and without a sign-in."""


class Files(StaticFiles):
    """Our own files. Their address changes with their content, so a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file."""
        response = await super().get_response(path, scope)
        if scope["query_string"]:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


class Console:
    """The console, to be mounted at /console. ``close`` ends its live streams, so that a stop is quick."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self._outside = WithHeaders(app, PAGE_HEADERS)  # outside of everything: also an error is a page with headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._outside(scope, receive, send)

    def close(self) -> None:
        """End what is live."""
        self.app.state.closing.set()


def build_console(product: Product) -> Console:
    """Every route, each behind its door."""

    async def nowhere(request: Request, _: Exception) -> Response:
        return plain_page(product, reader(product, request), 404, "nowhere")

    async def broken(request: Request, _: Exception) -> Response:
        return plain_page(product, reader(product, request), 500, "broken")

    routes: list[BaseRoute] = [Mount("/static", Files(directory=STATIC), name="static")]
    routes.extend(Route(each.path, _open(product, each), methods=[each.method], name=each.name) for each in OPEN_PAGES)
    routes.extend(
        Route(each.path, guarded(product, each, NAV), methods=[each.method], name=each.name) for each in PAGES
    )
    app = Starlette(
        routes=routes,
        exception_handlers={404: nowhere, 500: broken},
    )
    app.state.closing = asyncio.Event()
    return Console(app)


def _open(product: Product, page: OpenPage) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await page.handler(product, request)

    return endpoint
