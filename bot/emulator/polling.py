"""getUpdates: offsets, limits and the long poll."""

import asyncio
from typing import TYPE_CHECKING

from bot.emulator.errors import Refused, conflict
from bot.emulator.params import Params
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.world import World

LONGEST_POLL = 50


async def get_updates(world: "World", params: Params) -> list[Wire]:
    """Confirm by `offset`, then return what waits, or wait up to `timeout` seconds for it.

    Refused with 409 while a webhook is set; a newer getUpdates ends an older one that still waits with 409.
    """
    if world.webhook is not None:
        raise _webhook_is_active()
    queue = world.updates
    queue.allow(params.parsed("allowed_updates"))
    offset = params.integer("offset") or 0
    limit = min(max(params.integer("limit") or 100, 1), 100)
    timeout = min(max(params.integer("timeout") or 0, 0), LONGEST_POLL)
    queue.poll_turn += 1
    turn = queue.poll_turn
    queue.arrived.ring()
    world.changes.wake()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    while not (found := queue.take(offset, limit)):
        left = deadline - loop.time()
        if left <= 0 or world.closed:
            break
        await queue.arrived.wait(left)
        if queue.poll_turn != turn:
            raise conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        if world.webhook is not None:
            raise conflict("terminated by setWebhook request")
        # A negative offset forgets once, at the start; what arrives while waiting is all wanted.
        offset = max(offset, 0)
    return found


def _webhook_is_active() -> Refused:
    return conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
