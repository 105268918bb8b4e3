"""The web application: its route list, and headers that every answer carries."""

from datetime import datetime
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.health import health_routes
from bot.usecases.figures import Figures, figures
from bot.usecases.promises import Promise, promises

HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class SafeHeaders:
    """Adds the headers that keep answers out of caches and frames."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with headers added to its answer."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await self._app(scope, receive, sending)


class Product(Protocol):
    """The parts of the product that the web side needs; wiring's App is one."""

    settings: Any
    store: Any
    webhook: Any

    def clock(self) -> datetime:
        """Now."""


class _Watched:
    def __init__(self, product: Product) -> None:
        self._product = product

    async def promises(self) -> tuple[Promise, ...]:
        now = self._product.clock()
        found: tuple[Promise, ...] = await self._product.store.look(lambda unit: promises(unit, now))
        return found

    async def figures(self) -> Figures:
        now = self._product.clock()
        found: Figures = await self._product.store.look(lambda unit: figures(unit, now))
        return found


def create_app(product: Product) -> Starlette:
    """Health pages always; the webhook where a public address is set."""
    routes: list[BaseRoute] = [*health_routes(_Watched(product), product.settings.metrics_token.get_secret_value())]
    if product.settings.public_url and product.webhook is not None:
        routes.append(product.webhook.route(product.settings.webhook_path))
    return Starlette(routes=routes, middleware=[Middleware(SafeHeaders)])
