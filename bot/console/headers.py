"""Headers that every answer of the web side carries, and those of the console's pages."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]

HEADERS: Headers = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""For machines: nothing may be loaded, kept or framed."""

PAGE_HEADERS: Headers = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer a form says "Origin: null", which is nobody's
    (b"x-content-type-options", b"nosniff"),
)
"""For people: scripts, styles and pictures come from here and from nowhere else, and none stands in the page."""


class WithHeaders:
    """Adds headers to each answer, but for those that the answer has already."""

    def __init__(self, app: ASGIApp, headers: Headers = HEADERS) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with headers added to its answer."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                there = {name.lower() for name, _ in given}
                message["headers"] = given + [each for each in self._headers if each[0] not in there]
            await send(message)

        await self._app(scope, receive, sending)
