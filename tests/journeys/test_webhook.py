"""Updates by webhook to the real process: only Telegram's own, of a sensible size, and kept before they are confirmed."""

import io
import json
from pathlib import Path

import aiohttp
import pytest

from bot.wiring.flows import Flows
from tests.support.process import SECRET, free_port, town

pytestmark = pytest.mark.process


async def test_the_webhook(sqlite_url: str, fresh_folder: Path, flows: Flows) -> None:
    async with town(sqlite_url, fresh_folder, flows) as place:
        (ana,) = await place.patients(1)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        running = await place.start(PUBLIC_URL=address, WEBHOOK_SECRET=SECRET, PORT=str(port))
        ana.type("/worse")
        await place.until(lambda: place.texts(ana, "Hard to breathe"))
        ana.press("▫️ Hard to breathe, or lips, tongue or throat swelling")
        await place.until(lambda: place.texts(ana, "What are you doing now?"))
        assert len(place.texts(ana, "Call 112 now")) == 1
        assert not place.calls("getUpdates")

        update = {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": ana.id, "type": "private"}}}
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session:

            async def post(body: bytes, **given: str) -> int:
                async with session.post(
                    f"{address}/telegram", data=io.BytesIO(body), headers={**headers, **given}
                ) as answer:
                    return answer.status

            good = json.dumps(update).encode()
            assert await post(good, **{"X-Telegram-Bot-Api-Secret-Token": "wrong"}) == 403
            assert await post(good, **{"X-Telegram-Bot-Api-Secret-Token": ""}) == 403
            assert await post(b"{") == 400
            assert await post(b"[]") == 400
            assert await post(b"x" * (1024 * 1024 + 1)) == 413
            assert await post(good) == 200
            async with session.get(f"{address}/telegram") as answer:
                assert answer.status == 405
            async with session.get(f"{address}/healthz") as answer:
                assert (answer.status, await answer.text()) == (200, "ok\n")
            async with session.get(f"{address}/readyz") as answer:
                assert answer.status in (200, 503)
        assert await running.stop() == 0, running.output.read_text()
