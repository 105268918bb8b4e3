"""Answers button presses beside the messages: a courtesy that must cost nothing and may be lost."""

import asyncio
import logging

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat.turns import let_answers_leave

log = logging.getLogger(__name__)
LONGEST = 200
MOST_AT_ONCE = 200
MOST_UNDER_WAY = 8
"""In a crowd the courtesies go a few at a time, so that nobody's question waits for another one's."""


class Toasts:
    """Starts one short call a press; a failure is of no consequence (the effect is committed already).

    Through the request object, like the courier: the typed method costs as much again as the call.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._calls: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_UNDER_WAY)

    def answer(self, query_id: str, text: str) -> None:
        """Answer a press; returns at once. What is launched in the same moment goes first: the message matters more."""
        asyncio.get_running_loop().call_soon(self._start, query_id, text)

    def _start(self, query_id: str, text: str) -> None:
        if len(self._calls) >= MOST_AT_ONCE:
            return
        call = asyncio.get_running_loop().create_task(self._answer(query_id, text))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def idle(self) -> None:
        """Wait for the answers under way."""
        await asyncio.sleep(0)
        while self._calls:
            await asyncio.wait(set(self._calls))

    async def _answer(self, query_id: str, text: str) -> None:
        await let_answers_leave()
        try:
            async with self._room, asyncio.timeout(10):
                parameters = [
                    RequestParameter.from_input("callback_query_id", query_id),
                    RequestParameter.from_input("text", text[:LONGEST]),
                ]
                await self._bot.request.post(f"{self._bot.base_url}/answerCallbackQuery", RequestData(parameters))
        except (TelegramError, TimeoutError) as error:
            log.info("a press could not be answered: %s", type(error).__name__)
