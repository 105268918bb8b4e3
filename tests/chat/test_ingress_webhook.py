"""The webhook: who may post, what is kept, and what makes Telegram try again."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.chat.ingress_webhook import PROOF_HEADER, WebhookIngress
from bot.store.engine import Store
from bot.store.tables import InboxRow
from bot.store.unit import Unit
from tests.cycle.rig import StillClock

SECRET = "a-secret_of_the_webhook"
GOOD = {PROOF_HEADER: SECRET}
UPDATE = json.dumps({"update_id": 9, "message": {"chat": {"id": 5}, "text": "help"}}).encode()


class Door:
    """A webhook, called without a server."""

    def __init__(self, store: Store, largest_body: int = 1024 * 1024) -> None:
        self.nudged: list[list[int]] = []
        self.ingress = WebhookIngress(store, SECRET, StillClock(), self._nudge, largest_body=largest_body)
        self.app = Starlette(routes=[self.ingress.route("/telegram")])

    async def post(
        self, *chunks: bytes, headers: dict[str, str] | None = None, method: str = "POST", leaves: bool = False
    ) -> int:
        """Call it; returns the status. ``leaves`` ends the connection instead of the body."""
        given = GOOD if headers is None else headers
        scope = {
            "type": "http",
            "method": method,
            "path": "/telegram",
            "raw_path": b"/telegram",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given.items()],
            "http_version": "1.1",
        }
        left = list(chunks)
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            if not left:
                return {"type": "http.disconnect"}
            body = left.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(left) or leaves}

        async def send(event: Any) -> None:
            if event["type"] == "http.response.start":
                statuses.append(event["status"])

        self.left = left
        await self.app(scope, receive, send)
        return statuses[0]

    def _nudge(self, chats: Iterable[int]) -> None:
        self.nudged.append(list(chats))


@pytest.fixture
def door(sqlite_store: Store) -> Door:
    return Door(sqlite_store)


async def kept(store: Store) -> int:
    return await store.look(lambda unit: unit.count(InboxRow))


async def test_an_update_is_kept_and_answered(door: Door, sqlite_store: Store) -> None:
    assert await door.post(UPDATE[:10], UPDATE[10:]) == 200
    assert await door.post(UPDATE) == 200
    assert (await kept(sqlite_store), door.nudged) == (1, [[5], [5]])


@pytest.mark.parametrize("headers", [{}, {PROOF_HEADER: ""}, {PROOF_HEADER: SECRET + "x"}, {PROOF_HEADER: "\xff"}])
async def test_without_the_secret_nothing_is_read(door: Door, sqlite_store: Store, headers: dict[str, str]) -> None:
    assert await door.post(UPDATE, headers=headers) == 403
    assert door.left == [UPDATE]
    assert await kept(sqlite_store) == 0


async def test_a_huge_body_is_refused_before_it_is_read_to_its_end(sqlite_store: Store) -> None:
    door = Door(sqlite_store, largest_body=100)
    assert await door.post(*[b"x" * 60] * 50) == 413
    assert len(door.left) == 48
    assert await kept(sqlite_store) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'"text"', b"\xff", b'{"update_id": "9"}', b"[" * 100_000])
async def test_what_is_no_update_is_refused(door: Door, sqlite_store: Store, body: bytes) -> None:
    assert await door.post(body) == 400
    assert await kept(sqlite_store) == 0


async def test_a_caller_who_leaves_in_the_middle(door: Door, sqlite_store: Store) -> None:
    assert await door.post(UPDATE[:10], leaves=True) == 400
    assert await kept(sqlite_store) == 0


async def test_only_posts_are_taken(door: Door) -> None:
    assert await door.post(UPDATE, method="GET") == 405


async def test_when_the_store_fails_telegram_is_asked_to_come_again(sqlite_url: str, keyring: Any) -> None:
    class BrokenStore(Store):
        async def run(self, work: Callable[[Unit], Any]) -> Any:
            raise OperationalError("COMMIT", None, Exception("disk full"))

    broken = BrokenStore(sqlite_url, keyring)
    door = Door(broken)
    assert await door.post(UPDATE) == 503
    assert door.nudged == []
    await broken.close()


def test_a_webhook_without_a_secret_is_not_built(sqlite_store: Store) -> None:
    with pytest.raises(ValueError, match="secret"):
        WebhookIngress(sqlite_store, "", StillClock(), lambda chats: None)
