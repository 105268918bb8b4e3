"""The list of patients: search by code or name, or narrow it by procedure, day and state."""

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.shown import SHAPES, times_of
from bot.store.unit import Unit
from bot.usecases.find_patients import DAYS, SPECIAL, STAGES, FoundPage, Wanted, find_patients
from bot.usecases.posting import audit


async def show(asked: Asked) -> Response:
    """The list of those being followed, narrowed as the address says."""
    given = asked.arg("page")
    wanted = Wanted(
        procedure=asked.arg("procedure"),
        days=asked.arg("days"),
        state=asked.arg("state"),
        page=int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 1,
    )
    return _answer(asked, wanted, await asked.look(lambda unit: find_patients(unit, asked.now, wanted)))


async def search(asked: Asked) -> Response:
    """A search by words: sent as a form, because an address is kept in histories. That one searched is noted."""
    wanted = Wanted(words=asked.form.get("q")[:80])
    found = await asked.look(lambda unit: find_patients(unit, asked.now, wanted))
    if wanted.words:
        await asked.run(lambda unit: _noted(unit, asked, found))
    return _answer(asked, wanted, found)


def _answer(asked: Asked, wanted: Wanted, found: FoundPage) -> Response:
    names = {name: asked.clinic.texts(script, asked.language).raw(f"procedure.{name}")
             for name, script in asked.clinic.scripts.items()}  # fmt: skip
    return asked.page(
        "parts/patients.html" if asked.is_enhanced else "patients.html",
        found=found,
        wanted=wanted,
        procedures=names,
        day_ranges=tuple(DAYS),
        stages=STAGES,
        special=SPECIAL,
        shapes=SHAPES,
        times=times_of(asked),
        sites=lambda session: _sites(asked, session.procedure, session.sites),
    )


def _noted(unit: Unit, asked: Asked, found: FoundPage) -> None:
    audit(unit, asked.now, asked.staff.id, "search_patients", "patients", str(len(found.patients)))


def _sites(asked: Asked, procedure: str, sites: str) -> str:
    script = asked.clinic.scripts.get(procedure)
    if script is None:
        return sites
    texts = asked.clinic.texts(script, asked.language)
    return ", ".join(texts.raw(key) if texts.has(key := f"site.{site}") else site for site in sites.split())
