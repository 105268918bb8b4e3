"""The heartbeat: a call to a watcher outside, whose silence raises the alarm."""

import logging
from collections.abc import Awaitable, Callable

import aiohttp

log = logging.getLogger(__name__)
HEARTBEAT_TIMEOUT_S = 10


def heartbeat_to(url: str) -> Callable[[], Awaitable[None]]:
    """What calls ``url`` once; a failure is logged and nothing more."""

    async def beat() -> None:
        try:
            timeout = aiohttp.ClientTimeout(total=HEARTBEAT_TIMEOUT_S)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("the heartbeat could not be sent: %s", type(error).__name__)

    return beat
