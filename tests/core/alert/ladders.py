"""The clinic's real policy, and a short one to read and spoil."""

from datetime import UTC, datetime, timedelta

from bot.core.alert.escalate import Alert, AlertState
from bot.core.alert.policy import Policy
from bot.core.level import Level
from tests.flows.loaded import live

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

TEXT = """\
ladders:
  D1: {acknowledge: 5 min, contact: 10 min, then_every: 5 min,
    steps: [{after: 0 min, tell: [on_call]}, {after: 5 min, tell: [second]}, {after: 10 min, tell: [everyone]}]}
  D2: {acknowledge: 5 min, contact: 10 min, then_every: 5 min, steps: [{after: 0 min, tell: [on_call]}]}
  D3: {acknowledge: 5 min, contact: 10 min, then_every: 5 min, steps: [{after: 0 min, tell: [on_call]}]}
  D4: {acknowledge: 24 h, contact: 24 h, then_every: 4 h, steps: [{after: 0 min, tell: [group]}]}
taken_again: 20 min
unanswered_again: 10 min
unanswered_tries: 3
contacted_close: 12 h
out_of_hours_contact: false
staffed: [{days: [mon, tue], opens: "09:00", closes: "19:00"}]
"""


def policy() -> Policy:
    """The clinic's real one."""
    return live().policy


def an_alert(level: Level = Level.D1, state: AlertState = AlertState.SENT, **more: int) -> Alert:
    """An alert that was raised just now."""
    return Alert(level=level, state=state, level_at=NOW, next_at=NOW, **more)


def minutes(number: float) -> datetime:
    """So many minutes after the alert was raised."""
    return NOW + timedelta(minutes=number)
