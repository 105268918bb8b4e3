"""What every error of the library means for a message."""

from collections.abc import Iterator

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.chat.failures import LONGEST_REASON, MEANINGS, outcome_of
from bot.chat.request import BadAnswerError, FloodError, NeverSentError, NoAnswerError
from bot.core.post.message import (
    Body,
    MayHaveArrived,
    Message,
    Method,
    NeverSent,
    Outcome,
    Priority,
    Refusal,
    RefusalKind,
    Sent,
    Wait,
)

SEND = Message(id=1, chat_id=5, priority=Priority.ALERT, method=Method.SEND, body=Body(text="hello"))
EDIT = SEND.model_copy(update={"method": Method.EDIT, "body": Body(text="hello", edits=77)})


def errors_below(kind: type[TelegramError]) -> Iterator[type[TelegramError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from errors_below(below)


def test_every_error_class_of_the_library_and_of_ours_has_a_meaning() -> None:
    # telegram.ext has one of its own, for button data that the library keeps itself; nothing here uses that.
    found = {kind for kind in errors_below(TelegramError) if not kind.__module__.startswith("telegram.ext")}
    assert {FloodError, NeverSentError, NoAnswerError, BadAnswerError} < found
    assert found == set(MEANINGS)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (FloodError(17), Wait(seconds=17)),
        (NeverSentError("no line"), NeverSent(reason="no line")),
        (Conflict("two"), NeverSent(reason="two")),
        (InvalidToken("Unauthorized"), NeverSent(reason="the bot token is not valid", needs_operator=True)),
        (NoAnswerError("cut"), MayHaveArrived(reason="cut")),
        (TimedOut("late"), MayHaveArrived(reason="late")),
        (NetworkError("Bad Gateway"), MayHaveArrived(reason="Bad Gateway")),
        (TelegramError("odd"), MayHaveArrived(reason="odd")),
        (KeyError("result"), MayHaveArrived(reason="KeyError")),
        (BadAnswerError(200), MayHaveArrived(reason="HTTP 200 without an answer of the Bot API")),
        (BadAnswerError(502), MayHaveArrived(reason="HTTP 502 without an answer of the Bot API")),
        (BadAnswerError(302), NeverSent(reason="HTTP 302 without an answer of the Bot API")),
        (BadAnswerError(403), NeverSent(reason="HTTP 403 without an answer of the Bot API")),
        (
            ChatMigrated(-100),
            Refusal(
                why=RefusalKind.MIGRATED,
                reason="Group migrated to supergroup. New chat id: -100",
                moved_to=-100,
            ),
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_meanings(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error, SEND) == outcome


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), RefusalKind.BLOCKED),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), RefusalKind.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), RefusalKind.GONE),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), RefusalKind.GONE),
        (Forbidden("Forbidden: bot is not a member of the channel chat"), RefusalKind.GONE),
        (Forbidden("Forbidden: the group chat was deleted"), RefusalKind.GONE),
        (BadRequest("Bad Request: chat not found"), RefusalKind.GONE),
        (BadRequest("Bad Request: PEER_ID_INVALID"), RefusalKind.GONE),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), RefusalKind.BLOCKED),
        (BadRequest("Bad Request: message to edit not found"), RefusalKind.BAD),
        (BadRequest("Bad Request: message thread not found"), RefusalKind.BAD),
        (BadRequest("Bad Request: message is not modified"), RefusalKind.BAD),
        (BadAnswerError(413), RefusalKind.BAD),
    ],
    ids=lambda value: str(value)[:40],
)
def test_refusals(error: Exception, why: RefusalKind) -> None:
    outcome = outcome_of(error, SEND)
    assert isinstance(outcome, Refusal)
    assert outcome.why is why


def test_an_edit_that_changes_nothing_has_succeeded() -> None:
    assert outcome_of(BadRequest("Bad Request: message is not modified: specified ..."), EDIT) == Sent(message_id=77)


def test_reasons_are_short() -> None:
    outcome = outcome_of(NetworkError("x" * 10_000), SEND)
    assert isinstance(outcome, MayHaveArrived)
    assert len(outcome.reason) == LONGEST_REASON
