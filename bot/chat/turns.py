"""The order of what leaves in one moment: the words that a patient waits for go before everything else."""

import asyncio

ROUNDS = 3
"""Of the event loop: a call that was started is written in its second, and its bytes leave in the third."""


async def let_answers_leave() -> None:
    """Give way to the calls that a commit has just started, where nothing is lost by beginning a moment later."""
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
