"""The demo's page and what it asks of the clinic behind it: a state to draw, a patient to register, a clock to move."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
LONGEST_ADVANCE = 100 * 24 * 3600.0


class Role(StrEnum):
    """Whose phone it is; the page has a place for each."""

    PATIENT = "patient"
    GROUP = "group"
    ON_CALL = "on_call"
    SECOND = "second"
    LEAD = "lead"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class DemoPerson(_Frozen):
    """A phone on the page: the chat that it shows, and the user who sees it, types and presses in it.

    For the staff group the viewer is the clinician on call.
    """

    user_id: int
    chat_id: int
    role: Role
    name: str
    viewer: int


class DemoSession(_Frozen):
    """The treatment that the patient is followed after, in words for the page."""

    t0: AwareDatetime
    procedure: str
    sites: tuple[str, ...] = ()


class DemoNext(_Frozen):
    """What happens next by itself, and when."""

    at: AwareDatetime
    what: str


class DemoState(_Frozen):
    """All that the page shows beside the phones; `tips` are lines for the guide, such as the birth date to type."""

    now: AwareDatetime
    zone: str
    people: tuple[DemoPerson, ...] = ()
    session: DemoSession | None = None
    next: DemoNext | None = None
    busy: bool = False
    tips: tuple[str, ...] = ()


class DemoError(Exception):
    """What was asked cannot be done now; the page shows the text."""


class DemoClinic(Protocol):
    """The clinic behind the page. Every verb returns when the phones show what came of it.

    Each may raise DemoError with a sentence for the reader. No two verbs run at the same time, but `state` may run
    beside one.
    """

    async def state(self) -> DemoState:
        """What there is now; quick, also while time moves."""

    async def register(self) -> DemoState:
        """Register a patient with a session and let her first message arrive."""

    async def advance(self, seconds: float) -> DemoState:
        """Let time pass."""

    async def advance_to(self, goal: str) -> DemoState:
        """Let time pass until the next check-in (`next`) or six weeks after the session (`week6`)."""

    async def reset(self) -> DemoState:
        """Go back to before the first patient."""


class ClockMove(BaseModel):
    """What the page asks of the clock: some seconds, or a goal."""

    model_config = ConfigDict(extra="forbid")

    advance_s: float | None = Field(default=None, gt=0, le=LONGEST_ADVANCE, strict=True, allow_inf_nan=False)
    to: Literal["next", "week6"] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.advance_s is None) == (self.to is None):
            raise ValueError('give either "advance_s" or "to"')
        return self


def routes(clinic: DemoClinic) -> list[BaseRoute]:
    """The page at `/`, its files, and the demo's API; to be served on the same origin as the emulator."""
    api = DemoApi(clinic)
    return [
        Route("/", _page, methods=["GET"]),
        Route("/demo/state", api.state, methods=["GET"]),
        Route("/demo/register", api.register, methods=["POST"]),
        Route("/demo/clock", api.clock, methods=["POST"]),
        Route("/demo/reset", api.reset, methods=["POST"]),
        Mount("/demo/static", _PageFiles(directory=STATIC)),
    ]


class DemoApi:
    """The handlers: each answers the state after it, or `{error}`."""

    def __init__(self, clinic: DemoClinic) -> None:
        self._clinic = clinic
        self._one_at_a_time = asyncio.Lock()

    async def state(self, request: Request) -> Response:
        """What there is now."""
        return await self._answer(self._clinic.state)

    async def register(self, request: Request) -> Response:
        """Register a patient."""
        return await self._alone(self._clinic.register)

    async def clock(self, request: Request) -> Response:
        """Move the clock: `{"advance_s": 3600}`, `{"to": "next"}` or `{"to": "week6"}`."""
        try:
            move = ClockMove.model_validate_json(await request.body())
        except ValidationError as error:
            return _refusal(400, "; ".join(problem["msg"] for problem in error.errors()))

        async def advance() -> DemoState:
            if move.to is not None:
                return await self._clinic.advance_to(move.to)
            return await self._clinic.advance(move.advance_s or 0.0)

        return await self._alone(advance)

    async def reset(self, request: Request) -> Response:
        """Start again."""
        return await self._alone(self._clinic.reset)

    async def _alone(self, verb: Callable[[], Awaitable[DemoState]]) -> Response:
        """Do what changes something; a second tab that asks meanwhile waits for its turn."""
        async with self._one_at_a_time:
            return await self._answer(verb, own=True)

    async def _answer(self, verb: Callable[[], Awaitable[DemoState]], *, own: bool = False) -> Response:
        try:
            state = await verb()
        except DemoError as error:
            return _refusal(409, str(error))
        if not own and self._one_at_a_time.locked():
            state = state.model_copy(update={"busy": True})
        return Response(state.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})


class _PageFiles(StaticFiles):
    """The page's own files: never from a stale cache, and of no other type than they say."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file and its headers."""
        response = await super().get_response(path, scope)
        response.headers.update(PAGE_HEADERS)
        return response


async def _page(request: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers=PAGE_HEADERS)


def _refusal(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status, headers={"Cache-Control": "no-store"})
