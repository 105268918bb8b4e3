"""The doctor's look at the days ahead: who would be called, and what is lacking."""

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.doctor_data import RELEASE, is_missing
from bot.cli.doctor_line import Line, line, skipped
from bot.cli.doctor_settings import Partly
from bot.core.cover.gaps import Gap
from bot.core.errors import AftercareError
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.usecases.cover import AHEAD_DAYS, gap_words, gaps, hole_out_of_hours
from bot.wiring.app import build_clinic
from bot.wiring.flows import load_flows
from bot.wiring.sources import utc_now

TODO = "/shifts and /holiday fill the plan, /testalert tests a phone; or: aftercare roster import FILE"
NEEDED = ("DATABASE_URL", "ENCRYPTION_KEYS", "CLINIC_TIMEZONE", "CLINIC_NAME", "CLINIC_PHONE", "EMERGENCY_NUMBER")


async def look_at_cover(partly: Partly) -> tuple[Line, ...]:
    """Is every hour of the next 14 days covered at each step, by people who are reached and tested?"""
    if not partly.has(*NEEDED):
        return (skipped("cover", "one of " + ", ".join(NEEDED)),)
    if is_missing(partly):
        return (line(False, "cover", "not looked at: there is no database yet", RELEASE),)
    settings = partly.settings
    try:
        clinic = build_clinic(settings, load_flows(Path(settings.flows_dir)))
    except AftercareError:
        return (line(False, "cover", "not looked at: the scripts do not load", "Run: aftercare check"),)
    now = utc_now()

    def look(unit: Unit) -> tuple[Gap | None, list[str], int]:
        found = gaps(unit, clinic, now)
        words = gap_words(unit, clinic, "en", found, most=3)
        return hole_out_of_hours(unit, clinic, now), words, len(found)

    store = Store(
        settings.database_url.get_secret_value(), Keyring.from_text(settings.encryption_keys.get_secret_value())
    )
    try:
        hole, words, count = await store.look(look)
    except AftercareError as error:
        return (line(False, "cover", str(error), "Put the key that sealed the data behind the new one."),)
    except SQLAlchemyError as error:
        return (line(False, "cover", f"cannot be read ({type(error).__name__})", RELEASE),)
    finally:
        await store.close()
    plain = "; ".join(words).replace("<b>", "").replace("</b>", "")
    if clinic.policy.out_of_hours_contact:
        found = "somebody is called first at every hour of the week" if hole is None else "there are hours with nobody"
    else:
        found = "none, by the clinic's own choice: a D3 out of hours is given the D2 text"
    return (
        line(hole is None, "cover out of hours", found, TODO),
        line(not count, f"cover, {AHEAD_DAYS} days", f"{count} gaps: {plain}" if count else "no gaps", TODO),
    )
