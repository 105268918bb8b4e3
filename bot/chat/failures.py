"""What every error of a Telegram call means for the message: wait, repeat, unknown or refused."""

from collections.abc import Callable, Mapping

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.request import BadAnswerError, FloodError, NeverSentError, NoAnswerError
from bot.core.post.message import (
    MayHaveArrived,
    Message,
    Method,
    NeverSent,
    Outcome,
    Refusal,
    RefusalKind,
    Sent,
    Wait,
)

LONGEST_REASON = 200
CONTENT_TOO_LARGE = 413

_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "deactivated",
    "deleted",
    "kicked",
    "not a member",
)
"""The chat does not exist any more, or the bot is not in it."""

_MAY_NOT_WRITE = ("rights", "chat_write_forbidden", "chat_restricted")
"""The chat exists, and nothing can be written there until a person changes that."""


def outcome_of(error: Exception, message: Message) -> Outcome:
    """What is known of a message after its call raised ``error``.

    An error that is not Telegram's came after the request was begun, so the message may have arrived.
    """
    for kind in type(error).__mro__:
        if kind in MEANINGS:
            return MEANINGS[kind](error, message)
    return MayHaveArrived(reason=type(error).__name__)


def _reason(error: Exception) -> str:
    return str(error)[:LONGEST_REASON]


def _wait(error: Exception, message: Message) -> Outcome:
    assert isinstance(error, RetryAfter)
    # ``retry_after`` warns that it will change its type; the field behind it has the new type already.
    return Wait(seconds=error._retry_after.total_seconds())


def _forbidden(error: Exception, message: Message) -> Outcome:
    reason = _reason(error)
    gone = any(words in reason.lower() for words in _GONE)
    return Refusal(why=RefusalKind.GONE if gone else RefusalKind.BLOCKED, reason=reason)


def _migrated(error: Exception, message: Message) -> Outcome:
    assert isinstance(error, ChatMigrated)
    return Refusal(why=RefusalKind.MIGRATED, reason=_reason(error), moved_to=error.new_chat_id)


def _bad_request(error: Exception, message: Message) -> Outcome:
    reason = _reason(error)
    lowered = reason.lower()
    if message.method is Method.EDIT and "message is not modified" in lowered:
        return Sent(message_id=message.body.edits or 0)
    if any(words in lowered for words in _GONE):
        return Refusal(why=RefusalKind.GONE, reason=reason)
    if any(words in lowered for words in _MAY_NOT_WRITE):
        return Refusal(why=RefusalKind.BLOCKED, reason=reason)
    return Refusal(why=RefusalKind.BAD, reason=reason)


def _revoked(error: Exception, message: Message) -> Outcome:
    """The token is not valid: nothing goes out until an operator acts, and no message is used up meanwhile."""
    return NeverSent(reason="the bot token is not valid", needs_operator=True)


def _never_sent(error: Exception, message: Message) -> Outcome:
    return NeverSent(reason=_reason(error))


def _may_have_arrived(error: Exception, message: Message) -> Outcome:
    return MayHaveArrived(reason=_reason(error))


def _bad(error: Exception, message: Message) -> Outcome:
    return Refusal(why=RefusalKind.BAD, reason=_reason(error))


def _bad_answer(error: Exception, message: Message) -> Outcome:
    """Something on the way answered. A server error or a success may hide a delivery, a refusal cannot."""
    assert isinstance(error, BadAnswerError)
    if error.status == CONTENT_TOO_LARGE:
        return _bad(error, message)
    if 300 <= error.status < 500:
        return _never_sent(error, message)
    return _may_have_arrived(error, message)


MEANINGS: Mapping[type, Callable[[Exception, Message], Outcome]] = {
    RetryAfter: _wait,
    FloodError: _wait,
    Forbidden: _forbidden,
    ChatMigrated: _migrated,
    BadRequest: _bad_request,
    InvalidToken: _revoked,
    Conflict: _never_sent,
    EndPointNotFound: _bad,
    PassportDecryptionError: _bad,
    NeverSentError: _never_sent,
    NoAnswerError: _may_have_arrived,
    BadAnswerError: _bad_answer,
    TimedOut: _may_have_arrived,
    NetworkError: _may_have_arrived,
    TelegramError: _may_have_arrived,
}
"""Every class of the library's error tree; a test fails when one is missing."""
