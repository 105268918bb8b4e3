"""Updates by webhook: checked, committed to the inbox, and only then answered with 200."""

import hmac
import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.chat.raw_update import keepable
from bot.cycle.take_inbox import AtBirth, nothing_at_birth
from bot.cycle.traces import trace_of
from bot.store import inbox
from bot.store.engine import Store
from bot.store.unit import Unit

log = logging.getLogger(__name__)

PROOF_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1024 * 1024


class WebhookIngress:
    """The address that Telegram posts to. Anything but a 2xx makes Telegram send the update again later.

    ``at_birth`` may handle the update in the transaction that keeps it, as for polling.
    """

    def __init__(
        self,
        store: Store,
        secret: str,
        clock: Callable[[], datetime],
        nudge: Callable[[Iterable[int]], None],
        *,
        at_birth: AtBirth = nothing_at_birth,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret, or anybody could post updates")
        self._store = store
        self._secret = secret.encode()
        self._clock = clock
        self._nudge = nudge
        self._at_birth = at_birth
        self._largest_body = largest_body

    def route(self, path: str) -> Route:
        """The route to mount; other methods than POST are refused."""
        return Route(path, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """Take one update: 403 for a wrong secret, 413 and 400 for what is no update, 503 when it was not kept."""
        given = request.headers.get(PROOF_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        try:
            body = await self._read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        try:
            update = keepable(json.loads(body))
        except (ValueError, RecursionError):
            update = None
        if update is None:
            return Response(status_code=400)
        now = self._clock()

        def keep(unit: Unit) -> set[int]:
            new = inbox.put(unit, [update], now)
            return self._at_birth(unit, new) if new else {update[1]}

        try:
            left = await self._store.run(keep)
        except Exception as error:
            log.error("an update could not be kept; Telegram will send it again\n%s", trace_of(error))
            return Response(status_code=503)
        self._nudge(left)
        return Response(status_code=200)

    async def _read(self, request: Request) -> bytes | None:
        """The body, or None as soon as it is too large."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._largest_body:
                return None
        return bytes(body)
