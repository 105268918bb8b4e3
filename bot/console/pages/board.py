"""The board: every open alert with the time that is left, live, and the acts of the chat beside it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.shown import SHAPES, shares, times_of
from bot.core.alert.escalate import Outcome
from bot.core.errors import Refused
from bot.core.level import Level
from bot.core.roles import CLINICAL
from bot.core.wording.alert_card import CLOSE_REASONS
from bot.store.unit import Unit
from bot.usecases.board import OpenAlert, open_alerts
from bot.usecases.console_access import is_to_be_noted, note_use, session_behind
from bot.usecases.handle_alert import close_alert, contact_alert, take_alert
from bot.usecases.people import on_call

LOOK_EVERY_S = 2.0
STREAM_FOR = timedelta(minutes=20)
"""A stream ends by itself and is opened again by the browser: so that no half-dead line lives for ever."""


async def show(asked: Asked) -> Response:
    """The board as a page; without scripts it comes anew every 15 seconds."""
    return asked.page("board.html", **await asked.look(lambda unit: context(unit, asked)))


def context(unit: Unit, asked: Asked) -> dict[str, Any]:
    """What the board shows now."""
    found = open_alerts(unit, asked.clinic, asked.now, asked.language)
    first, second = ([each.name for each in on_call(unit, asked.now, rank)] for rank in (1, 2))
    return cards(asked, found) | {"first": ", ".join(first), "second": ", ".join(second)}


def cards(asked: Asked, alerts: tuple[OpenAlert, ...]) -> dict[str, Any]:
    """Alerts, and what their cards need; also for the page of a patient."""
    return {
        "alerts": [(each, *shares(each.begins, each.until, asked.now)) for each in alerts],
        "urgent": sum(each.is_untaken and each.level.at_least(Level.D2) for each in alerts),
        "untaken": sum(each.is_untaken for each in alerts),
        "shapes": SHAPES,
        "times": times_of(asked),
        "now": asked.now,
        "outcomes": [each.value for each in Outcome],
        "reasons": CLOSE_REASONS,
        "may_close_red": asked.staff.role in CLINICAL,
    }


async def stream(asked: Asked) -> Response:
    """The board's list, sent again whenever it changes, for as long as the session lives."""
    return EventSourceResponse(events(asked), ping=15, headers={"cache-control": "no-store", "x-accel-buffering": "no"})


async def events(asked: Asked, every_s: float = LOOK_EVERY_S) -> AsyncIterator[ServerSentEvent]:
    """``board``: the list, whenever an alert changed. ``out``: the session has ended. Nothing is sent while all is the same."""
    closing: asyncio.Event = asked.request.app.state.closing
    last = ""
    ends = asked.product.clock() + STREAM_FOR
    while not closing.is_set() and (now := asked.product.clock()) < ends:
        known = await asked.look(lambda unit, now=now: session_behind(unit, now, asked.secret))  # type: ignore[misc]
        if known is None:
            yield ServerSentEvent(data="", event="out")
            return
        if is_to_be_noted(now, known[0]):
            await asked.run(lambda unit, now=now, known=known: note_use(unit, now, known[0]))  # type: ignore[misc]
        alerts = await asked.look(lambda unit, now=now: open_alerts(unit, asked.clinic, now, asked.language))  # type: ignore[misc]
        mark = repr([(each.id, each.level, each.state, each.delivery, each.outcome, each.facts) for each in alerts])
        if mark != last:
            last = mark
            yield ServerSentEvent(data=_part(asked, alerts), event="board")
        try:
            await asyncio.wait_for(closing.wait(), every_s)
        except TimeoutError:
            continue


def _part(asked: Asked, alerts: tuple[OpenAlert, ...]) -> str:
    response = asked.page("parts/alerts.html", back="board", **(cards(asked, alerts) | {"now": asked.product.clock()}))
    return bytes(response.body).decode()


async def take(asked: Asked) -> Response:
    """ "I take it", as in the chat."""
    alert = await asked.run(lambda unit: take_alert(unit, asked.clinic, asked.now, asked.staff, asked.path("alert")))
    return _back(asked, alert.patient_id, "taken")


async def contact(asked: Asked) -> Response:
    """What came of speaking to the patient. Errors: Refused for an outcome that is none."""
    given = asked.form.get("outcome")
    if given not in {each.value for each in Outcome}:
        raise Refused("toast.old")
    alert = await asked.run(
        lambda unit: contact_alert(unit, asked.clinic, asked.now, asked.staff, asked.path("alert"), Outcome(given))
    )
    return _back(asked, alert.patient_id, "contacted")


async def close(asked: Asked) -> Response:
    """Close it with a reason; who may and when is the use case's affair."""
    alert = await asked.run(
        lambda unit: close_alert(
            unit, asked.clinic, asked.now, asked.staff, asked.path("alert"), asked.form.get("reason")
        )
    )
    return _back(asked, alert.patient_id, "closed")


def _back(asked: Asked, patient_id: str, said: str) -> Response:
    """To where the button stood."""
    return asked.go(f"/patients/{patient_id}" if asked.form.get("back") == "patient" else "/", said)
