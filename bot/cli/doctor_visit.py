"""The doctor's round: every check in order, each a line, each with a time limit."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.doctor_channels import look_at_channels
from bot.cli.doctor_cover import look_at_cover
from bot.cli.doctor_data import look_at_database, look_at_staff
from bot.cli.doctor_line import Line, line, skipped
from bot.cli.doctor_settings import Partly
from bot.cli.doctor_telegram import look_at_bot, look_at_group, look_at_webhook
from bot.cli.examine import examine
from bot.core.check.finding import Severity
from bot.core.flow.sign_off import counted
from bot.wiring.sources import utc_now

TIME_LIMIT_S = 60
Look = Callable[[Partly], Awaitable[tuple[Line, ...]]]


async def visit(partly: Partly, send_test: bool = False) -> tuple[Line, ...]:
    """Everything that was looked at. A look that breaks down is a line, and does not end the round."""
    return tuple([each async for each in _round(partly, send_test)])


async def _round(partly: Partly, send_test: bool) -> AsyncIterator[Line]:
    for name, fault in partly.wrong.items():
        yield line(False, name, fault, "Put it right in .env or in the environment; see .env.example.")

    async def look_at_other_channels(partly: Partly) -> tuple[Line, ...]:
        return await look_at_channels(partly, send_test)

    for look in (*LOOKS, look_at_other_channels):
        name = look.__name__.removeprefix("look_at_").replace("_", " ")
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                found = await look(partly)
        except TimeoutError:
            found = (line(False, name, f"no answer within {TIME_LIMIT_S} s", "Look at the connection."),)
        except Exception as error:
            found = (line(False, name, f"could not be looked at ({type(error).__name__})", "Mend what is above."),)
        for each in found:
            yield each


async def look_at_scripts(partly: Partly) -> tuple[Line, ...]:
    """Do the scripts pass, and how much of them is not signed?"""
    exam = await asyncio.to_thread(examine, Path(partly.settings.flows_dir))
    errors = [one for one in exam.found if one.severity is Severity.ERROR]
    first = f"{errors[0].place} {errors[0].message}".strip() if errors else ""
    words = f"{len(errors)} errors, the first: {first}" if errors else "pass the check"
    lines = [line(not errors, "scripts", words, "Run: aftercare check")]
    if exam.flows is not None:
        standing = exam.flows.standing
        each = ", ".join(f"{of} {number}" for of, number in counted(standing.open).items())
        words = f"not clinically approved, points that wait for a clinician's signature: {each}"
        words = words if each else f"nothing is left to sign ({'; '.join(standing.signers) or 'no point is marked'})"
        lines.append(line(standing.is_signed, "signatures", words, "A clinician reads and signs: aftercare sign"))
        lines += (
            line(False, "signature", f"{one.signature.name}, {one.signature.of}: {one.why}", "Run: aftercare sign")
            for one in standing.lapsed
        )
    return tuple(lines)


async def look_at_emergency_number(partly: Partly) -> tuple[Line, ...]:
    """Is there a number that every red text names?"""
    if not partly.has("EMERGENCY_NUMBER"):
        return (skipped("emergency number", "EMERGENCY_NUMBER"),)
    return (line(True, "emergency number", f"{partly.settings.emergency_number} (is it right for your country?)"),)


async def look_at_zone(partly: Partly) -> tuple[Line, ...]:
    """Does this machine know the clinic's time zone?"""
    if not partly.has("CLINIC_TIMEZONE"):
        return (skipped("time zone", "CLINIC_TIMEZONE"),)
    zone = partly.settings.clinic_timezone
    return (line(True, "time zone", f"{zone}, where it is {utc_now().astimezone(ZoneInfo(zone)):%H:%M} now"),)


async def look_at_heartbeat(partly: Partly) -> tuple[Line, ...]:
    """Would anybody notice if this machine went down?"""
    todo = "Make a check at a watcher such as healthchecks.io and set HEARTBEAT_URL, so that silence is noticed."
    is_set = bool(partly.settings.heartbeat_url)
    return (line(is_set, "heartbeat", "is set" if is_set else "HEARTBEAT_URL is not set", todo),)


LOOKS: tuple[Look, ...] = (
    look_at_bot,
    look_at_webhook,
    look_at_group,
    look_at_database,
    look_at_staff,
    look_at_cover,
    look_at_scripts,
    look_at_emergency_number,
    look_at_zone,
    look_at_heartbeat,
)
"""Every look but the last (the other channels, which may be asked to ring), in the order of the lines."""
