"""The web application: health pages, the webhook, and the console."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from bot.console.asked import Product
from bot.console.headers import WithHeaders
from bot.console.health import health_routes
from bot.console.routes import build_console
from bot.console.views import PREFIX
from bot.usecases.figures import Figures, figures
from bot.usecases.promises import Promise, promises


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
    """Health pages and the console always; the webhook where a public address is set.

    ``app.state.console`` must be closed before a stop: somebody may be watching the board.
    """
    routes: list[BaseRoute] = [*health_routes(_Watched(product), product.settings.metrics_token.get_secret_value())]
    if product.settings.public_url and product.webhook is not None:
        routes.append(product.webhook.route(product.settings.webhook_path))
    console = build_console(product)
    routes.append(Mount(PREFIX, console))
    app = Starlette(routes=routes, middleware=[Middleware(WithHeaders)])
    app.state.console = console
    return app
