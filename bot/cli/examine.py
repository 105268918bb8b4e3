"""Examines scripts: reads them, proves them, and replays their cases; what came of it is data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cli.finding_places import FloorPlaces, place_of
from bot.cli.replays import Hearing, Replays
from bot.core.alert.policy import Policy, Tell
from bot.core.check.burden import MOST_TAPS, taps, well_answers
from bot.core.check.checking import CHECKS, check
from bot.core.check.finding import Finding, Severity
from bot.core.check.floor import Floor
from bot.core.check.floor_reading import read_floor
from bot.core.check.shared_rules import check_shared_rules
from bot.core.errors import Problem, ScriptError
from bot.core.flow.cases import Case
from bot.core.flow.layout import Layout
from bot.core.flow.model import CheckIn, Script
from bot.core.flow.nodes import Place
from bot.core.flow.sign_off import Lapsed
from bot.core.level import Level
from bot.wiring.flows import FLOOR, Flows, load_flows
from bot.wiring.folder import read_files


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found: of the reading, of a check, or of a case."""

    place: Place
    severity: Severity
    about: str
    message: str
    todo: str
    code: str
    procedure: str = ""
    language: str = ""
    patient: str = ""


@dataclass(frozen=True, slots=True)
class Burden:
    """What a check-in asks of a well patient: taps without and with the one modifier that adds most."""

    check_in: CheckIn
    taps: int
    most: int
    most_with: str
    limit: int


@dataclass(frozen=True, slots=True)
class Examined:
    """One procedure: how much was looked at, and the burden of its check-ins."""

    script: Script
    cases: int
    promises: int
    burdens: tuple[Burden, ...]


@dataclass(frozen=True, slots=True)
class Exam:
    """The whole examination; ``flows`` is None when the files could not be read."""

    flows: Flows | None
    examined: tuple[Examined, ...]
    found: tuple[Found, ...]
    checks: int = len(CHECKS)
    floor: Floor | None = None

    @property
    def failed(self) -> bool:
        """Is there anything that must be mended before these scripts may be used?"""
        return any(one.severity is Severity.ERROR for one in self.found)


def examine(folder: Path, procedures: tuple[str, ...] = ()) -> Exam:
    """Examine these procedures, or all live ones. Problems of the files are part of what is found, never raised."""
    try:
        # The floor may speak of every live procedure, so that all of them are read.
        live = Layout(read_files(folder)).procedures
        flows = load_flows(folder, tuple(dict.fromkeys((*live, *procedures))))
        floor = read_floor(flows.files[FLOOR], FLOOR, flows.scripts.values())
        cases = {name: flows.cases(name) for name in procedures or live}
    except ScriptError as error:
        return Exam(None, (), tuple(_of_reading(problem) for problem in error.problems))
    found: list[Found] = []
    floor_places = FloorPlaces(flows.files[FLOOR], FLOOR)
    every_case = [case for own in cases.values() for case in own]
    with Replays(flows.scripts, every_case, Hearing(flows.lexicons)) as replays:
        for name, own in cases.items():
            script = flows.scripts[name]
            findings = check(script, floor, cases=own, uncovered=lambda level: uncovered(flows.policy, level))
            found += (_of_check(finding, script, flows, floor_places) for finding in findings)
        if set(live) <= cases.keys():
            shared = check_shared_rules(flows.scripts[name] for name in live)
            found += (_of_check(finding, flows.scripts[live[0]], flows, floor_places) for finding in shared)
        examined = tuple(_examined(flows.scripts[name], own, floor) for name, own in cases.items())
        found += (_of_case(case, problem) for case, problem in replays.problems())
    found += (_of_signature(lapsed) for lapsed in flows.standing.lapsed)
    return Exam(flows, examined, tuple(found), floor=floor)


def uncovered(policy: Policy, level: Level) -> str | None:
    """What is missing in the ladder of a level, or None when it reaches persons without end."""
    ladder = policy.ladders.get(level)
    if ladder is None:
        return "there is no ladder."
    if not any(who is not Tell.GROUP for who in ladder.steps[0].tell):
        return "its first step tells no person, only the group."
    if Tell.EVERYONE not in ladder.steps[-1].tell:
        return "its last step, which is repeated without end, does not tell everyone."
    return None


def _of_reading(problem: Problem) -> Found:
    place = Place(problem.file, problem.line, problem.column)
    return Found(place, Severity.ERROR, "", problem.message, problem.todo, problem.code)


def _of_check(finding: Finding, script: Script, flows: Flows, floor_places: FloorPlaces) -> Found:
    place = place_of(finding, script, flows.positions[script.procedure], floor_places)
    patient = str(finding.patient) if finding.patient else ""
    return Found(
        place=place,
        severity=finding.severity,
        about=str(finding.place),
        message=finding.message,
        todo=finding.todo,
        code=finding.code,
        procedure=script.procedure,
        language=finding.language,
        patient="" if patient in finding.message else patient,
    )


def _of_signature(lapsed: Lapsed) -> Found:
    signature = lapsed.signature
    message = f"The signature of {signature.name} for {signature.of} clears nothing: {lapsed.why}."
    todo = "Read what changed, then: aftercare sign. Or delete this signature."
    return Found(signature.place, Severity.WARNING, "", message, todo, "sign-off.lapsed")


def _of_case(case: Case, problem: str) -> Found:
    todo = "Look who is right, the case or the script, and mend the other."
    return Found(Place(case.file), Severity.ERROR, case.title, problem, todo, "case.broken", case.procedure)


def _examined(script: Script, cases: tuple[Case, ...], floor: Floor) -> Examined:
    well = well_answers(script)
    variants: Mapping[str, frozenset[str]] = {mark: frozenset({mark}) for mark in script.modifiers}
    burdens = []
    for entry in script.plan.check_ins:
        plain = len(taps(script, entry, frozenset(), well))
        each = {mark: len(taps(script, entry, marks, well)) for mark, marks in variants.items()}
        worst = max(each, key=lambda mark: each[mark], default="")
        more = bool(worst) and each[worst] > plain
        burdens.append(
            Burden(entry, plain, each[worst] if more else plain, worst if more else "", MOST_TAPS[entry.phase])
        )
    return Examined(script, len(cases), len(floor.binding(script.procedure)), tuple(burdens))
