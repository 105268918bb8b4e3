"""The doctor's look at the other channels: is there one, does each URL name a service, and, when asked, does it ring?"""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.doctor_data import is_missing
from bot.cli.doctor_line import Line, line, skipped
from bot.cli.doctor_settings import Partly
from bot.core.errors import AftercareError, SettingsError
from bot.cycle.ring_channels import LONGEST_CALL_S
from bot.cycle.threads import BoundedThreads
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.tables import StaffChannelRow
from bot.store.unit import Unit
from bot.usecases.people import active_staff

AT_ONCE = 8
TITLE = "Aftercare: test"
WORDS = "This is a test of {clinic}: alerts will also come this way. Nothing has to be done."
MEND = "Set it anew: ALERT_URLS for the clinic, aftercare channel NAME URL for a person."


@dataclass(frozen=True, slots=True)
class Way:
    """One channel: whose it is, and its URL."""

    whose: str
    url: str = field(repr=False)


async def look_at_channels(partly: Partly, send_test: bool) -> tuple[Line, ...]:
    """A line for each channel, and one when there is none."""
    if not partly.has("ALERT_URLS", "DATABASE_URL", "ENCRYPTION_KEYS"):
        return (skipped("other channels", "ALERT_URLS, DATABASE_URL or ENCRYPTION_KEYS"),)
    ways = [Way("the clinic", url) for url in partly.settings.alert_urls.get_secret_value().split()]
    if not is_missing(partly):
        try:
            ways += await _of_staff(partly)
        except (AftercareError, SQLAlchemyError) as error:
            return (line(False, "other channels", f"cannot be read ({type(error).__name__})", "Mend what is above."),)
    if not ways:
        todo = "When Telegram is down nobody hears of an alert. Set ALERT_URLS, or: aftercare channel NAME URL"
        return (line(False, "other channels", "none: alerts leave by Telegram only", todo),)
    threads = BoundedThreads(AT_ONCE, LONGEST_CALL_S)
    lines: list[Line] = []
    for start in range(0, len(ways), AT_ONCE):
        some = ways[start : start + AT_ONCE]
        looks = (_look(partly, threads, str(start + n), way, send_test) for n, way in enumerate(some))
        lines += await asyncio.gather(*looks)
    return tuple(lines)


async def _look(partly: Partly, threads: BoundedThreads, key: str, way: Way, send_test: bool) -> Line:
    from bot.wiring.bells import kind_of, ring_by_apprise

    what = f"channel of {way.whose}"
    try:
        kind = kind_of(way.url)
    except SettingsError as error:
        return line(False, what, str(error), MEND)
    if not send_test:
        return line(True, what, f"{kind} (not tried; aftercare doctor --send-test does)")
    words = WORDS.format(clinic=partly.settings.clinic_name)
    try:
        taken = await threads.run(key, lambda: ring_by_apprise(way.url, TITLE, words))
    except TimeoutError:
        return line(False, what, f"{kind}: no answer within {LONGEST_CALL_S:.0f} s", MEND)
    return line(taken, what, f"{kind}: {'the test was accepted' if taken else 'the test was not accepted'}", MEND)


async def _of_staff(partly: Partly) -> list[Way]:
    settings = partly.settings
    keyring = Keyring.from_text(settings.encryption_keys.get_secret_value())
    store = Store(settings.database_url.get_secret_value(), keyring)

    def read(unit: Unit) -> list[Way]:
        names = {each.id: each.name for each in active_staff(unit)}
        rows = unit.find_all(StaffChannelRow, by="id")
        return [Way(names[row.staff_id], row.url) for row in rows if row.staff_id in names]

    try:
        return await store.look(read)
    finally:
        await store.close()
