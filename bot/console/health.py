"""``/healthz``, ``/readyz`` and ``/metrics``: is the process alive, are the promises kept, and figures for Prometheus."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.usecases.figures import Figures
from bot.usecases.promises import Promise, all_kept


class Watched(Protocol):
    """What the health pages look at."""

    async def promises(self) -> tuple[Promise, ...]:
        """Every promise, looked at now."""

    async def figures(self) -> Figures:
        """Counts of what is waiting and what was done."""


def health_routes(watched: Watched, metrics_token: str) -> list[Route]:
    """The routes. ``/metrics`` wants ``Authorization: Bearer ...`` when a token is set."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        try:
            found = await watched.promises()
        except Exception:
            return JSONResponse({"ready": False, "why": "the database does not answer"}, status_code=503)
        broken = {promise.name: promise.broken for promise in found if promise.broken}
        return JSONResponse({"ready": all_kept(found), "broken": broken}, status_code=200 if not broken else 503)

    async def metrics(request: Request) -> Response:
        if metrics_token:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {metrics_token}".encode()):
                return PlainTextResponse("a token is needed\n", status_code=401)
        return Response(await _render(watched.promises, watched.figures), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
    ]


async def _render(
    promises: Callable[[], Awaitable[tuple[Promise, ...]]], figures: Callable[[], Awaitable[Figures]]
) -> bytes:
    registry = CollectorRegistry()
    broken = Gauge("aftercare_promise_broken", "Rows that break a promise now.", ["promise"], registry=registry)
    for promise in await promises():
        broken.labels(promise.name).set(promise.broken)
    counted = await figures()
    for name, meaning, values in counted.rows():
        gauge = Gauge(f"aftercare_{name}", meaning, ["kind"], registry=registry)
        for kind, value in values.items():
            gauge.labels(kind).set(value)
    return generate_latest(registry)
