"""Carries one message of the outbox to Telegram and says what is known of the outcome."""

import asyncio
import base64
from collections.abc import Awaitable, Callable

from telegram import Bot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.chat.failures import outcome_of
from bot.chat.render import call_of, plainer
from bot.core.post.message import (
    MayHaveArrived,
    Message,
    Method,
    NeverSent,
    Outcome,
    Refusal,
    RefusalKind,
    Sent,
    TopicAct,
)

LONGEST_SEND = 40.0
"""Longer than one call with a file and all its own time limits, and shorter than the lease of a message."""


class TelegramCourier:
    """Sends through the request object of a bot; ``longest`` bounds one ``send`` in seconds, whatever happens.

    Of the answer only ``message_id`` is read. ``Bot.send_message`` would parse the whole message and raise for a
    field that a later Bot API leaves out, after the message has arrived. ``picture`` finds a kept photo by its id: no
    copy of it lies in the outbox.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        longest: float = LONGEST_SEND,
        picture: Callable[[str], Awaitable[bytes | None]] | None = None,
    ) -> None:
        self._bot = bot
        self._longest = longest
        self._picture = picture

    async def send(self, message: Message) -> Outcome:
        """Try once. Advice or an alert that is refused for its formatting goes again without it, at once.

        What a topic refuses goes to the general view at once.
        """
        thread = message.body.thread
        try:
            async with asyncio.timeout(self._longest):
                if message.body.photo:
                    message = await self._with_picture(message)
                outcome = await self._call(message)
                while (simpler := _simpler(message, outcome)) is not None:
                    message = simpler
                    outcome = await self._call(message)
        except _NoPictureError as missing:
            return missing.outcome
        except TimeoutError:
            return MayHaveArrived(reason="no answer within the time limit")
        if isinstance(outcome, Sent) and message.body.thread != thread:
            return outcome.model_copy(update={"thread_lost": True})
        return outcome

    async def _with_picture(self, message: Message) -> Message:
        try:
            picture = await self._picture(message.body.photo) if self._picture else None
        except Exception as error:
            raise _NoPictureError(NeverSent(reason=f"the photo cannot be read: {type(error).__name__}")) from None
        if picture is None:
            raise _NoPictureError(Refusal(why=RefusalKind.BAD, reason="the photo is not kept any more"))
        filled = {"file": base64.b64encode(picture).decode(), "file_name": "photo.jpg"}
        return message.model_copy(update={"body": message.body.model_copy(update=filled)})

    async def _call(self, message: Message) -> Outcome:
        try:
            method, given = call_of(message)
            parameters = [RequestParameter.from_input(name, value) for name, value in given.items()]
        except Exception as error:
            return Refusal(why=RefusalKind.BAD, reason=f"cannot be rendered: {type(error).__name__}")
        try:
            result = await self._bot.request.post(f"{self._bot.base_url}/{method}", RequestData(parameters))
        except Exception as error:
            return outcome_of(error, message)
        id_name = "message_thread_id" if message.body.topic_act is TopicAct.OPEN else "message_id"
        message_id = result.get(id_name) if isinstance(result, dict) else None
        if message.body.topic_act is TopicAct.OPEN and not isinstance(message_id, int):
            return MayHaveArrived(reason="a topic without a number")
        return Sent(message_id=message_id if isinstance(message_id, int) else message.body.edits or 0)


class _NoPictureError(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _is_about_the_topic(reason: str) -> bool:
    """Was it refused because its topic is gone or closed, or the group has none? Nothing was sent then."""
    return any(word in reason.lower() for word in ("thread", "topic", "forum"))


def _simpler(message: Message, outcome: Outcome) -> Message | None:
    """What to try instead of advice or an alert that was refused for its looks; each time something is left out."""
    if not isinstance(outcome, Refusal) or outcome.why is not RefusalKind.BAD:
        return None
    if message.body.topic_act is not TopicAct.NONE:
        return None
    if message.body.thread is not None and _is_about_the_topic(outcome.reason):
        return message.model_copy(update={"body": message.body.model_copy(update={"thread": None})})
    if not message.priority.may_go_twice or message.method is Method.EDIT:
        return None
    body = plainer(message.body, outcome.reason)
    return None if body is None else message.model_copy(update={"body": body})
