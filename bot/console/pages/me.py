"""One's own sign-in: the devices that are signed in, ending them, and the second factor."""

import io

import segno
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.shown import times_of
from bot.store.tables_console import ConsoleSessionRow, SecondFactorRow
from bot.store.unit import Unit
from bot.usecases.console_access import end_session, living_sessions
from bot.usecases.second_factor import address_of, begin_second_factor, confirm_second_factor, remove_second_factor


async def show(asked: Asked) -> Response:
    """Devices and second factor."""

    def work(unit: Unit) -> tuple[list[ConsoleSessionRow], SecondFactorRow | None]:
        return living_sessions(unit, asked.now, asked.staff.id), unit.find(SecondFactorRow, staff_id=asked.staff.id)

    sessions, factor = await asked.look(work)
    is_on = factor is not None and factor.confirmed_at is not None
    return asked.page("me.html", sessions=sessions, own=asked.session.id, factor_on=is_on, times=times_of(asked))


async def end(asked: Asked) -> Response:
    """Sign one of one's own devices out."""
    await asked.run(lambda unit: end_session(unit, asked.now, asked.staff, asked.path("session")))
    return asked.go("/me", "ended")


async def factor(asked: Asked) -> Response:
    """Set the second factor up: scan, then enter a code. The secret is shown here and nowhere else."""
    row = await asked.run(lambda unit: begin_second_factor(unit, asked.clinic, asked.now, asked.staff))
    return asked.page("factor.html", secret=row.secret)


async def factor_picture(asked: Asked) -> Response:
    """The QR code of a second factor that waits for its first code."""
    row = await asked.run(lambda unit: begin_second_factor(unit, asked.clinic, asked.now, asked.staff))
    picture = io.BytesIO()
    segno.make(address_of(asked.clinic, asked.staff, row), error="m").save(picture, kind="svg", scale=5, border=3)
    return Response(picture.getvalue(), media_type="image/svg+xml")


async def factor_on(asked: Asked) -> Response:
    """The first code: from now on each sign-in asks for one."""
    await asked.run(lambda unit: confirm_second_factor(unit, asked.now, asked.staff, asked.form.get("code")))
    return asked.go("/me", "factor_on")


async def factor_off(asked: Asked) -> Response:
    """Take one's own second factor away; it wants a code, so that an open screen is not enough."""

    def work(unit: Unit) -> None:
        confirm_second_factor(unit, asked.now, asked.staff, asked.form.get("code"))
        remove_second_factor(unit, asked.now, asked.staff, asked.staff.id)

    await asked.run(work)
    return asked.go("/me", "factor_off")
