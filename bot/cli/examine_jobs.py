"""The jobs of an examination, each for a process of its own: to prove one script, to read and replay some cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.cli.replays import Hearing, problems_in
from bot.core.alert.ladder_proof import missing_in
from bot.core.alert.policy import Policy
from bot.core.check.case_coverage import rules_named
from bot.core.check.checking import findings_of, submission_of
from bot.core.check.finding import Finding
from bot.core.check.floor import Floor
from bot.core.check.shared_rules import Judged, judge_shared
from bot.core.engine.replay import Hear
from bot.core.errors import Problem, ScriptError
from bot.core.flow.cases import read_case_files
from bot.core.flow.layout import Layout
from bot.core.flow.model import Script
from bot.core.screen.screening import Screen
from bot.wiring.flows import Flows


@dataclass(frozen=True, slots=True)
class Proved:
    """What the checks found in one script, as if it had no cases, and what its shared rules do there."""

    findings: tuple[Finding, ...]
    judged: Judged | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A case that goes another way than it says."""

    file: str
    title: str
    procedure: str
    problem: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """Some cases of one procedure: what is wrong with their files, or else the rules that they name and what broke."""

    procedure: str
    problems: tuple[Problem, ...] = ()
    named: frozenset[str] = frozenset()
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What the word lists do: the phrases of their floor that they lose, and the cases in which a patient writes."""

    lost: tuple[Problem, ...]
    parts: tuple[Replayed, ...]


def prove(script: Script, floor: Floor, policy: Policy, shared: bool) -> Proved:
    """All checks of one script; with ``shared`` also what its shared rules do."""
    submission = submission_of(script, floor, uncovered=lambda level: missing_in(policy, level))
    findings = findings_of(submission)
    return Proved(findings, judge_shared(submission) if shared else None)


def hear_words(flows: Flows, layout: Layout, spoken: Mapping[str, Sequence[str]]) -> Heard:
    """The screen of free text built once, its floor, and the ``spoken`` case files of each script, replayed with it."""
    screen = Screen(flows.lexicons)
    hear = Hearing(flows.lexicons, screen)
    parts = tuple(read_and_replay(flows.scripts[name], layout, paths, hear) for name, paths in spoken.items() if paths)
    return Heard(flows.words_lost(screen), parts)


def read_and_replay(script: Script, layout: Layout, paths: Sequence[str], hear: Hear) -> Replayed:
    """Some case files of a script, read and replayed. Where a patient writes, ``hear`` reads her words."""
    try:
        cases = read_case_files(script, layout, paths)
    except ScriptError as error:
        return Replayed(script.procedure, problems=tuple(error.problems))
    problems = problems_in({script.procedure: script}, cases, hear)
    broken = (
        Broken(case.file, case.title, case.procedure, problem)
        for case, found in zip(cases, problems, strict=True)
        for problem in found
    )
    return Replayed(script.procedure, named=rules_named(cases), broken=tuple(broken))


def problems_of_files(parts: Iterable[Replayed]) -> tuple[Problem, ...]:
    """What is wrong with the case files of the first procedure for which something is, in the order of the files."""
    found: dict[str, list[Problem]] = {}
    for part in parts:
        if part.problems:
            found.setdefault(part.procedure, []).extend(part.problems)
    first = next(iter(found.values()), [])
    return tuple(sorted(first, key=lambda one: (one.file, one.line, one.column)))
