"""Logs: no token, no name, no phone number and no words of a patient get into them, whatever goes wrong."""

import ast
import inspect
import io
import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.core.errors import SettingsError
from bot.core.level import Level
from bot.cycle.cycle import STEPS as CYCLE_STEPS
from bot.emulator import Fault, FaultKind
from bot.usecases.promises import promises
from bot.wiring.flows import Flows
from bot.wiring.logs import FIELDS, STEPS, WITHHELD, safe, set_up_logs
from tests.cli.conftest import ROOT
from tests.support.clinic import KEY, open_clinic

WORDS = "my cheek is white and I cannot breathe, tell Bob"


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_red_flag_run_leaves_nothing_private(sqlite_url: str, flows: Flows) -> None:
    stream = io.StringIO()
    set_up_logs("DEBUG", stream)
    for name in ("", "telegram", "aiohttp", "apscheduler", "asyncio", "uvicorn", "httpx", "httpcore", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.DEBUG)  # nothing is quiet: the allow-list alone must hold
    async with open_clinic(sqlite_url, flows=flows) as clinic:
        ana = await clinic.treat("Ana Ruiz")
        await clinic.to_check_in("c1")
        await ana.taps("Hard to breathe")
        await ana.writes(WORDS)
        bea = await clinic.treat("Bea Lang")
        await bea.writes(WORDS)
        assert {alert.level for alert in await clinic.alerts()} == {"D1"}
        for kind in (FaultKind.ERROR_BEFORE, FaultKind.CUT_AFTER, FaultKind.BLOCKED, FaultKind.NOT_JSON):
            clinic.world.faults.add(Fault(kind))
        ana.phone.type(f"{WORDS}, and nobody answers")
        await clinic.pass_time(minutes=6)
        _fails(WORDS)
        logging.getLogger("somebody.else").warning("POST /bot" + clinic.world.token)  # noqa: G003 - as others do
        logging.getLogger("somebody.else").warning("sent %s to %s", WORDS, "+34600123456")
        token = clinic.world.token
    logged = stream.getvalue()
    lines = lines_of(stream)
    assert lines
    assert all(line.keys() <= FIELDS for line in lines)
    secrets = (
        token,
        token.partition(":")[2],
        KEY,
        "Ana",
        "Ruiz",
        "Bea",
        "Lang",
        "Vega",
        "600123456",
        "600000001",
        "1985-04-23",
    )
    for secret in (*secrets, *WORDS.split(", "), "cannot breathe"):
        assert secret not in logged
    assert "sent [withheld] to [withheld]" in logged
    assert "ValueError" in logged


def _fails(words: str) -> None:
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("bot.test").exception("something failed with %s", words)


def test_values_that_may_be_seen() -> None:
    assert safe(3) == 3
    assert safe(True) is True
    assert safe(Level.D1) == "Level.D1"
    assert safe(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02 00:00:00+00:00"
    assert safe("TimeoutError") == "TimeoutError"
    assert safe("deliver_outbox") == "deliver_outbox"
    assert (
        safe("  engine.py:12 run\n  unit.py:3 <lambda>\nKeyError")
        == "  engine.py:12 run\n  unit.py:3 <lambda>\nKeyError"
    )
    assert safe(ValueError("Ana")) == "ValueError"
    assert safe({"waits_ended": 3}) == {"waits_ended": 3}


@pytest.mark.parametrize("value", ["Ana", "+34600123456", "engine.py:12 run", b"Ana", ["Ana"], {"Ana": 1}, object()])
def test_values_that_may_not(value: object) -> None:
    assert "Ana" not in str(safe(value))
    assert WITHHELD in str(safe(value))


def test_lines_are_json_with_time_level_and_logger() -> None:
    stream = io.StringIO()
    set_up_logs("INFO", stream)
    logging.getLogger("bot.cycle").info("message %d: %s", 7, "TimeoutError")
    logging.getLogger("bot.cycle").debug("not shown")
    structlog.get_logger("bot.cycle").info("counted", count=3, name="Ana")
    first, second = lines_of(stream)
    assert (first["event"], first["level"], first["logger"]) == ("message 7: TimeoutError", "info", "bot.cycle")
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["count"]) == ("counted", 3)
    assert "Ana" not in stream.getvalue()


def test_a_slip_in_a_log_call_prints_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    set_up_logs("INFO", stream)
    logging.getLogger("bot.cycle").info("message %d", "Ana")
    logging.getLogger("bot.cycle").info("one %s and two %s", "Ana")
    logging.getLogger("bot.cycle").info("promises are broken: %s", {"waits_ended": 2})
    out, err = capsys.readouterr()
    assert "Ana" not in stream.getvalue() + out + err
    assert [line["event"] for line in lines_of(stream)][-1] == "promises are broken: {'waits_ended': 2}"


def test_the_words_of_the_cycle_and_of_the_promises_may_be_seen() -> None:
    """A step or a promise that is new gets its place on the allow-list, or nobody could read which one fails."""
    names = {name for name, _ in CYCLE_STEPS} | set(re.findall(r'Promise\(\s*"(\w+)"', inspect.getsource(promises)))
    assert len(names) > len(CYCLE_STEPS)
    assert names <= STEPS


def test_a_level_that_is_none_is_a_setting_to_mend() -> None:
    with pytest.raises(SettingsError, match="LOG_LEVEL"):
        set_up_logs("LOUD")


LOG_VERBS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


@pytest.mark.parametrize("room", sorted(path.name for path in (ROOT / "bot").iterdir() if path.is_dir()))
def test_every_log_call_of_ours_has_a_fixed_sentence(room: str) -> None:
    """The sentence of our own log calls is let through: it must be written out, and not made of data."""
    for file in sorted((ROOT / "bot" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=verb)) if verb in LOG_VERBS:
                    assert isinstance(node.args[0], ast.Constant), f"{_short(file)}:{node.lineno}"


def _short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()
