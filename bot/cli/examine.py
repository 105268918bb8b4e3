"""Examines scripts: reads them, proves them, and replays their cases; what came of it is data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bot.cli.examine_jobs import (
    Broken,
    Heard,
    Proved,
    Replayed,
    hear_words,
    problems_of_files,
    prove,
    read_and_replay,
)
from bot.cli.finding_places import FloorPlaces, place_of
from bot.cli.replays import Hearing, slices
from bot.cli.report import Burden, Examined, Found, Report, Signing
from bot.cli.spreading import spread
from bot.core.check.burden import MOST_TAPS, taps, well_answers
from bot.core.check.case_coverage import without_pinned
from bot.core.check.checking import CHECKS
from bot.core.check.finding import Finding, Severity
from bot.core.check.floor import Floor
from bot.core.check.floor_reading import read_floor
from bot.core.check.shared_rules import shared_findings
from bot.core.check.space import due_hour
from bot.core.errors import Problem, ScriptError
from bot.core.flow.layout import Layout
from bot.core.flow.model import Script
from bot.core.flow.nodes import Place
from bot.core.flow.sign_off import Lapsed, Standing, counted
from bot.wiring.flows import FLOOR, Flows, flows_of
from bot.wiring.folder import read_files


@dataclass(frozen=True, slots=True)
class Exam:
    """The whole examination; ``flows`` is None when the files could not be read."""

    flows: Flows | None
    examined: tuple[Examined, ...]
    found: tuple[Found, ...]
    checks: int = len(CHECKS)
    floor: Floor | None = None

    @property
    def report(self) -> Report:
        """What is shown of it."""
        signing = None if self.flows is None else _signing(self.flows.standing)
        return Report(self.examined, self.found, self.checks, signing)

    @property
    def failed(self) -> bool:
        """Is there anything that must be mended before these scripts may be used?"""
        return any(one.severity is Severity.ERROR for one in self.found)


def examine(folder: Path, procedures: tuple[str, ...] = ()) -> Exam:
    """Examine these procedures, or all live ones. Problems of the files are part of what is found, never raised."""
    try:
        files = read_files(folder)
        # The floor may speak of every live procedure, so that all of them are read.
        live = Layout(files).procedures
        flows = flows_of(files, tuple(dict.fromkeys((*live, *procedures))))
        floor = read_floor(flows.files[FLOOR], FLOOR, flows.scripts.values())
    except ScriptError as error:
        return _unread(error.problems)
    names = tuple(dict.fromkeys(procedures or live))
    layout = Layout(flows.files)
    whole = set(live) <= set(names)
    proofs, heard, parts = _done(flows, floor, layout, names, shared=whole)
    if problems := problems_of_files(parts):
        return _unread(problems)
    found = [_of_reading(problem) for problem in heard.lost]
    places = FloorPlaces(flows.files[FLOOR], FLOOR)
    for name in names:
        named = frozenset[str]().union(*(part.named for part in parts if part.procedure == name))
        findings = without_pinned(proofs[name].findings, named)
        found += (_of_check(finding, flows.scripts[name], flows, places) for finding in findings)
    if whole:
        judged = (one.judged for name in live for one in [proofs[name]] if one.judged)
        shared = shared_findings([flows.scripts[name] for name in live], judged)
        found += (_of_check(finding, flows.scripts[live[0]], flows, places) for finding in shared)
    examined = tuple(_examined(flows.scripts[name], len(layout.cases(name)), floor) for name in names)
    found += map(_of_case, sorted((one for part in parts for one in part.broken), key=lambda one: one.file))
    found += (_of_signature(lapsed) for lapsed in flows.standing.lapsed)
    return Exam(flows, examined, tuple(found), floor=floor)


def _done(
    flows: Flows, floor: Floor, layout: Layout, names: tuple[str, ...], *, shared: bool
) -> tuple[dict[str, Proved], Heard, list[Replayed]]:
    """The proofs by procedure, the words, and the cases by procedure: all jobs done, the long ones begun first."""
    spoken = {name: [path for path in layout.cases(name) if "say:" in flows.files[path]] for name in names}
    silent = {name: [path for path in layout.cases(name) if path not in spoken[name]] for name in names}
    # Builds a screen of its own only for a case that writes "say" in a way that the line above does not see.
    hear = Hearing(flows.lexicons)
    jobs: list[Callable[[], Proved | Heard | Replayed]] = [partial(hear_words, flows, layout, spoken)]
    jobs += [partial(prove, flows.scripts[name], floor, flows.policy, shared) for name in names]
    jobs += [
        partial(read_and_replay, flows.scripts[name], layout, part, hear)
        for name in names
        for part in slices(silent[name])
    ]
    done = spread(jobs)
    (heard,) = (one for one in done if isinstance(one, Heard))
    proofs = dict(zip(names, (one for one in done if isinstance(one, Proved)), strict=True))
    parts = [*heard.parts, *(one for one in done if isinstance(one, Replayed))]
    return proofs, heard, sorted(parts, key=lambda part: names.index(part.procedure))


def _unread(problems: Iterable[Problem]) -> Exam:
    return Exam(None, (), tuple(_of_reading(problem) for problem in problems))


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


def _signing(standing: Standing) -> Signing:
    points = tuple(asdict(point) for point in standing.open)
    return Signing(open=points, counted=dict(counted(standing.open)), signers=tuple(standing.signers))


def _of_signature(lapsed: Lapsed) -> Found:
    signature = lapsed.signature
    message = f"The signature of {signature.name} for {signature.of} clears nothing: {lapsed.why}."
    todo = "Read what changed, then: aftercare sign. Or delete this signature."
    return Found(signature.place, Severity.WARNING, "", message, todo, "sign-off.lapsed")


def _of_case(broken: Broken) -> Found:
    todo = "Look who is right, the case or the script, and mend the other."
    place = Place(broken.file)
    return Found(place, Severity.ERROR, broken.title, broken.problem, todo, "case.broken", broken.procedure)


def _examined(script: Script, cases: int, floor: Floor) -> Examined:
    well = well_answers(script)
    variants: Mapping[str, frozenset[str]] = {mark: frozenset({mark}) for mark in script.modifiers}
    burdens = []
    for entry in script.plan.check_ins:
        plain = len(taps(script, entry, frozenset(), well))
        each = {mark: len(taps(script, entry, marks, well)) for mark, marks in variants.items()}
        worst = max(each, key=lambda mark: each[mark], default="")
        more = bool(worst) and each[worst] > plain
        burdens.append(
            Burden(
                check_in=entry.id,
                due=f"day {entry.on_day}" if entry.on_day is not None else f"{due_hour(entry):g} h",
                phase=entry.phase.value,
                sets=" ".join(entry.sets) + "".join(f" (+{' '.join(extra.sets)})" for extra in entry.extra),
                taps=plain,
                most=each[worst] if more else plain,
                most_with=worst if more else "",
                limit=MOST_TAPS[entry.phase],
            )
        )
    return Examined(
        procedure=script.procedure,
        revision=script.revision,
        questions=len(script.questions),
        rules=len(script.rules),
        promises=len(floor.binding(script.procedure)),
        cases=cases,
        languages=tuple(sorted(script.texts)),
        burdens=tuple(burdens),
    )
