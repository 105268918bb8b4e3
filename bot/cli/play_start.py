"""The start of a played conversation: whom it is about, which check-in, and at which hour after the session."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console

from bot.cli.play_game import Game
from bot.cli.play_view import View
from bot.core.care.plan import Due, sets_of, timetable
from bot.core.check.space import due_hour
from bot.core.engine.replay import SESSION, ZONE
from bot.core.engine.run import Run, RunKind, Subject
from bot.core.errors import Refused
from bot.core.flow.cases import FREE_TEXT, ON_DEMAND
from bot.core.flow.conditions import Facts, holds
from bot.core.flow.model import CheckIn, Phase, Script
from bot.core.wording.catalog import FIRST_LANGUAGE, Catalog
from bot.wiring.flows import Flows

HOLDERS = ("clinic_name", "clinic_phone", "emergency_number", "crisis_line")
CHECK_IN_HOUR = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line; ``hour`` None is the hour of the check-in."""

    procedure: str
    language: str
    hour: float | None
    sites: tuple[str, ...]
    modifiers: tuple[str, ...]
    check_in: str


def begin(flows: Flows, wanted: Wanted, out: Console) -> Game:
    """A game whose first question is not asked yet. Errors: Refused for what the script does not know."""
    script = flows.scripts[wanted.procedure]
    _known("language", [wanted.language], script.texts)
    _known("site", wanted.sites, script.sites)
    _known("modifier", wanted.modifiers, script.modifiers)
    _known("check-in", [wanted.check_in] if wanted.check_in else [], (*_ids(script), ON_DEMAND, FREE_TEXT))
    sites = wanted.sites or script.sites[:1]
    facts = Facts(
        answers={},
        hour=0,
        day=0,
        procedure=script.procedure,
        sites=frozenset(sites),
        modifiers=frozenset(wanted.modifiers),
    )
    check_in = wanted.check_in or _due_by(script, wanted.hour, facts)
    entry = script.plan.check_in(check_in)
    if entry is not None and entry.only_when is not None and not holds(entry.only_when, facts):
        raise Refused(f"This patient has no check-in {check_in}: it is only for some. Try another --modifier.")
    hour = wanted.hour if wanted.hour is not None else due_hour(entry) if entry else 0.0
    run = Run(
        id="play",
        revision=script.revision,
        kind={ON_DEMAND: RunKind.ON_DEMAND, FREE_TEXT: RunKind.FREE_TEXT}.get(check_in, RunKind.PLANNED),
        step=check_in,
        phase=entry.phase if entry else Phase.EARLY,
        sets=_sets(script, check_in, entry, facts),
        subjects=(
            Subject(
                session_id="play",
                procedure=script.procedure,
                t0=SESSION,
                zone=ZONE,
                sites=sites,
                modifiers=wanted.modifiers,
            ),
        ),
        opened_at=SESSION + timedelta(hours=hour),
    )
    dues = timetable(script.plan, SESSION, ZONE, CHECK_IN_HOUR, facts)
    return Game(script, run, flows.screen, _view(flows, script, wanted.language, dues, out))


def _view(flows: Flows, script: Script, language: str, dues: tuple[Due, ...], out: Console) -> View:
    holders = {name: f"[{name.replace('_', ' ')}]" for name in HOLDERS}
    ui = flows.messages.get(language) or flows.messages[FIRST_LANGUAGE]
    texts = Catalog(language, script.texts[language].by_key, holders)
    return View(script, texts, Catalog(language, ui, holders), dues, out)


def _known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = tuple(known)
    for name in names:
        if name not in known:
            raise Refused(f"There is no {what} {name!r}. There is: {', '.join(known)}.")


def _ids(script: Script) -> tuple[str, ...]:
    return tuple(entry.id for entry in script.plan.check_ins)


def _due_by(script: Script, hour: float | None, facts: Facts) -> str:
    """The last check-in that is planned by this hour; the first one when none is, or when no hour is given."""
    dues = [entry for entry in script.plan.check_ins if entry.only_when is None or holds(entry.only_when, facts)]
    by_then = [entry for entry in dues if hour is not None and due_hour(entry) <= hour]
    return (by_then or dues[:1])[-1].id


def _sets(script: Script, check_in: str, entry: CheckIn | None, facts: Facts) -> tuple[str, ...]:
    if entry is not None:
        return sets_of(entry, facts)
    on_demand = script.plan.on_demand_sets
    return on_demand if check_in == ON_DEMAND else on_demand[:1]
