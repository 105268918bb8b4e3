"""Logs as JSON lines with an allow-list: only what is known to hold no token and no patient's data gets through.

A log call in ``bot`` gives a fixed sentence and values. The sentence is kept. Of the values, numbers, times, errors'
names, the places of a trace and a few words of our own are kept; any other text is withheld, whatever it is. Of other
libraries' messages only the fixed sentence is kept, and of those without one only the place in the code: their
messages are made with addresses (which hold the token) and with data.
"""

import logging
import re
import sys
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import Enum
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.core.errors import SettingsError
from bot.cycle.traces import trace_of

WITHHELD = "[withheld]"
OURS = "bot"
QUIET = {
    "apscheduler": logging.ERROR,  # a tick that takes long is no news: the next one comes
    "asyncio": logging.ERROR,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiohttp": logging.WARNING,
    "apprise": logging.CRITICAL,  # these three name addresses, which hold secrets
    "requests": logging.CRITICAL,
    "urllib3": logging.CRITICAL,
    "telegram": logging.WARNING,
    "PIL": logging.WARNING,
    "uvicorn": logging.WARNING,
}
"""Other libraries' loggers; all that are not named here speak from WARNING on, too."""
FIELDS = frozenset({"event", "level", "logger", "timestamp", "place", "error", "trace", "count", "seconds", "port"})
"""The keys that a line may have."""
STAMPS = frozenset({"level", "logger", "timestamp"})
"""Of these, the ones that logging itself fills in."""
STEPS = frozenset(
    {
        *("take_inbox", "open_check_ins", "time_out_waits", "escalate_alerts", "remind_of_tasks", "deliver_outbox"),
        *("ring_late", "ring_channels"),
        *("recover", "retain", "audit_promises", "urgent messages", "bulk messages", "updates of chat"),
        *("updates_handled", "urgent_messages_sent", "check_ins_sent", "check_ins_opened", "waits_ended"),
        *("digest", "end_drills", "watch_cover", "cover_watched", "tell_late_tests"),
        *("alerts_have_next_step", "tasks_told", "photos_fetched", "fetch_photos", "photos"),
    }
)
"""Words that the product's own log calls give as values."""

_TRACE = re.compile(r"(?: *(?:[\w.-]+\.pyx?|<[\w. ]+>):\d+ [\w.<>]+\n)*([A-Za-z_]\w*)")


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Send every log of this process to ``stream`` (stderr) as JSON. Errors: SettingsError for a level that is none."""
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise SettingsError(f"LOG_LEVEL: {level!r} is no level. Example: LOG_LEVEL=INFO")
    # A slip in a log call must not print its values, as the default does.
    logging.raiseExceptions = False
    before = (
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=(_allowed, structlog.processors.JSONRenderer(ensure_ascii=False)),
            foreign_pre_chain=before,
            use_get_message=False,
            pass_foreign_args=True,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(known[level.upper()])
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _allowed(_: Any, __: str, found: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The line with nothing in it that is not on the allow-list."""
    record: logging.LogRecord = found["_record"]
    values = found.get("positional_args") or ()
    ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    line = {key: value if key in STAMPS else safe(value) for key, value in found.items() if key in FIELDS}
    line["event"] = sentence(str(found["event"]), values) if ours or values else WITHHELD
    if not ours:
        line["place"] = f"{record.filename}:{record.lineno} {record.funcName}"
    error = _error_in(found.get("exc_info"))
    if error is not None:
        line["trace"] = trace_of(error)
    return line


def sentence(template: str, values: Any) -> str:
    """A log call's sentence with those of its values that may be seen."""
    if not values:
        return template
    filled = safe(values) if isinstance(values, Mapping) else tuple(safe(value) for value in values)
    try:
        return template % filled
    except (TypeError, ValueError, KeyError):
        return f"{template} {filled}"


def safe(value: object) -> Any:
    """A value as it may be logged."""
    match value:
        case Enum():
            return type(value).__name__ + "." + value.name
        case None | bool() | int() | float():
            return value
        case date() | time() | timedelta():
            return str(value)
        case BaseException():
            return type(value).__name__
        case Mapping():
            return {safe(key): safe(held) for key, held in value.items()}
        case str():
            return value if value in STEPS or _is_trace(value) else WITHHELD
        case _:
            return WITHHELD


def _is_trace(text: str) -> bool:
    """Is this the name of an error, or the trace of one (places in the code, then its name)?"""
    found = _TRACE.fullmatch(text)
    return found is not None and found[1] in _error_names()


def _error_names() -> set[str]:
    """The name of every kind of error that is loaded now."""
    kinds: set[type[BaseException]] = set()
    waiting: list[type[BaseException]] = [BaseException]
    while waiting:
        kind = waiting.pop()
        if kind not in kinds:
            kinds.add(kind)
            waiting.extend(type.__subclasses__(kind))
    return {kind.__name__ for kind in kinds}


def _error_in(given: object) -> BaseException | None:
    """The error of ``exc_info`` in any of its shapes."""
    match given:
        case BaseException():
            return given
        case (type(), BaseException() as error, TracebackType() | None):
            return error
        case True:
            return sys.exc_info()[1]
        case _:
            return None
