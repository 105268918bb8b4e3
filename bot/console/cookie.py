"""The cookie of a signed-in device: out of reach of scripts, sent to this server alone, over TLS where there is TLS."""

from starlette.requests import Request
from starlette.responses import Response

from bot.console.asked import Product

SAFE, PLAIN = "__Host-aftercare", "aftercare"
"""With TLS the browser itself holds the name to this host; without (this machine only) it would refuse such a name."""


def is_tls(product: Product) -> bool:
    """Is the console opened by https? Without, it is open on this machine only (the settings see to that)."""
    return str(product.settings.console_address).startswith("https:")


def secret_in(product: Product, request: Request) -> str:
    """The secret that the browser sent; empty when it sent none."""
    return request.cookies.get(SAFE if is_tls(product) else PLAIN, "")[:200]


def put(product: Product, response: Response, secret: str, seconds: int) -> None:
    """Let the browser keep the secret for so long."""
    name, tls = (SAFE, True) if is_tls(product) else (PLAIN, False)
    response.set_cookie(name, secret, max_age=seconds, path="/", secure=tls, httponly=True, samesite="lax")


def clear(product: Product, response: Response) -> None:
    """Let the browser forget it."""
    name, tls = (SAFE, True) if is_tls(product) else (PLAIN, False)
    response.delete_cookie(name, path="/", secure=tls, httponly=True, samesite="lax")
