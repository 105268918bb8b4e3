"""What an author waits for: check, floor, diff and turns; beside them the same answers by plain enumeration."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeVar

from bot.cli.examine import examine
from bot.core.check.difference import diff
from bot.core.check.floor import Floor, FloorEntry
from bot.core.check.floor_proof import CHECK as FLOOR_CHECK
from bot.core.check.floor_reading import read_floor
from bot.core.check.patient import Patient, level_of
from bot.core.check.submission import Submission
from bot.core.crowd.course import course
from bot.core.flow.conditions import Given, holds, questions_in
from bot.core.flow.model import Script
from bot.core.level import Level, worst
from bot.wiring.flows import FLOOR
from tests.bench.result import Result, Row, ms, p50, times, us
from tests.bench.seed import PROCEDURE
from tests.bench.settings import BenchSettings
from tests.bench.town import ROOT

NAME = "scripts"
T = TypeVar("T")
COLD_S = 3.0
DIFF_S = 1.0
TURN_S = 0.001
FEW = ("BL", "SK", "NU", "PR")
"""Enumeration ends before the author does only for a handful of questions: with a scale it takes minutes."""
MOMENTS = tuple((24.0 * day + 1, day) for day in (0, 3, 7, 8, 14, 15, 60))


def run(settings: BenchSettings) -> Result:
    """In this process, but for the cold check."""
    scripts = settings.flows.scripts
    face = scripts[PROCEDURE]
    floor = read_floor(settings.flows.files[FLOOR], FLOOR, scripts.values())
    rounds = settings.pick(2, 5)
    rows = [*_checks(len(scripts), rounds), _floor(face, floor, rounds), _small_floor(face, floor)]
    rows += [*_diff(face, rounds), _small_diff(face), *_turns(face, settings.pick(5, 40))]
    return Result(
        NAME,
        "All scripts load and check in under 3 s cold; a proof and a diff take less than a breath; a turn under 1 ms.",
        rows,
        (
            f"Enumeration: every answer to {', '.join(FEW)}, with and without each modifier, at {len(MOMENTS)} moments, by"
            " the conditions themselves, on the rules about these questions. The whole script has"
            f" {_combinations(face):.0e} combinations of answers: enumeration is not possible there.",
            "Both must come to the same answer, or the benchmark fails.",
        ),
    )


def _checks(scripts: int, rounds: int) -> Iterator[Row]:
    command = [sys.executable, "-m", "bot", "check", "--quiet", "--flows", str(ROOT / "flows")]
    fresh = [*command, "--no-cache"]
    cold = p50(
        [_timed(lambda: subprocess.run(fresh, cwd=ROOT, check=True, capture_output=True)) for _ in range(rounds)]
    )
    yield Row(
        f"check of {scripts} scripts with cases, cold", ms(cold), goal=f"at most {ms(COLD_S)}", met=cold <= COLD_S
    )
    yield Row(
        "the same in a process that runs", ms(p50([_timed(lambda: examine(ROOT / "flows")) for _ in range(rounds)]))
    )
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    warm = p50(
        [_timed(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)) for _ in range(rounds)]
    )
    yield Row("the same again, nothing changed", ms(warm))


def _floor(face: Script, floor: Floor, rounds: int) -> Row:
    def prove() -> None:
        if list(FLOOR_CHECK.run(Submission(face, floor, languages=()))):
            raise AssertionError("the floor does not hold")

    took = p50([_timed(prove) for _ in range(rounds)])
    return Row(f"proof of {len(floor.binding(PROCEDURE))} promises of the floor for {PROCEDURE}", ms(took))


def _small_floor(face: Script, floor: Floor) -> Row:
    small = _only(face, FEW)
    entries = tuple(entry for entry in floor.binding(PROCEDURE) if questions_in(entry.when) <= set(FEW))
    few = Floor(entries=entries)
    proof, proved = _result(lambda: {f.place.id for f in FLOOR_CHECK.run(Submission(small, few, languages=()))})
    plain, listed = _result(lambda: {entry.id for entry in entries if _is_broken(small, entry)})
    if proved != listed:
        raise AssertionError(f"proof: {sorted(proved)}, enumeration: {sorted(listed)}")
    return Row(f"{len(entries)} promises about {len(FEW)} questions", ms(proof), ms(plain), f"1/{plain / proof:,.0f}")


def _diff(face: Script, rounds: int) -> Iterator[Row]:
    draft = _lowered(face)
    took = p50([_timed(lambda: diff(face, draft)) for _ in range(rounds)])
    yield Row(f"diff of two revisions of {PROCEDURE}", ms(took), goal=f"at most {ms(DIFF_S)}", met=took <= DIFF_S)


def _small_diff(face: Script) -> Row:
    old = _only(face, FEW)
    new = _lowered(old)
    proof, found = _result(lambda: bool(diff(old, new).falls))
    plain, listed = _result(lambda: sum(_falls(old, new, patient) for patient in _everybody(old)) > 0)
    if found != listed:
        raise AssertionError("diff and enumeration disagree")
    return Row(f"diff about {len(FEW)} questions", ms(proof), ms(plain), f"1/{plain / proof:,.0f}")


def _turns(face: Script, patients: int) -> Iterator[Row]:
    took, turns = _result(lambda: sum(v.turns for n in range(patients) for v in course(face, random.Random(n)).visits))
    each = took / turns
    yield Row(f"turns a second, random patients ({turns:,} turns)", f"{turns / took:,.0f}")
    yield Row("a turn without JSON", us(each), goal=f"at most {us(TURN_S)}", met=each <= TURN_S)
    sample = [patient for number, patient in enumerate(_everybody(_only(face, FEW))) if number % 101 == 0]
    facts = [patient.facts(face) for patient in sample]
    by_answer, levels = _result(
        lambda: [
            worst(rule.level for rule in face.rules_for(each.answers.items()) if holds(rule.when, each))
            for each in facts
        ]
    )
    by_all, all_levels = _result(lambda: [worst(r.level for r in face.rules if holds(r.when, each)) for each in facts])
    if levels != all_levels:
        raise AssertionError("the rules by answer and all rules disagree")
    yield Row(
        f"judging by the rules that the answers touch (peer: all {len(face.rules)} rules)",
        us(by_answer / len(facts)),
        us(by_all / len(facts)),
        times(by_answer / by_all),
    )


def _only(script: Script, questions: tuple[str, ...]) -> Script:
    """The script with these questions alone, and the rules about nothing else."""
    kept = {name: script.questions[name] for name in questions}
    rules = tuple(rule for rule in script.rules if questions_in(rule.when) <= set(questions))
    return script.model_copy(update={"questions": kept, "rules": rules})


def _lowered(script: Script) -> Script:
    """The script with its first D2 rule one level lower."""
    first = next(rule for rule in script.rules if rule.level is Level.D2)
    lower = first.model_copy(update={"level": Level.D3, "advice": "d3"})
    return script.model_copy(update={"rules": tuple(lower if rule is first else rule for rule in script.rules)})


def _everybody(script: Script) -> Iterator[Patient]:
    """Each patient, one after the other."""
    choices = [[None, *question.codes] for question in script.questions.values()]
    for codes in product(*choices):
        answers = {name: Given(codes=(code,)) for name, code in zip(script.questions, codes, strict=True) if code}
        for (hour, day), modifier in product(MOMENTS, (None, *script.modifiers)):
            yield Patient(
                procedure=script.procedure,
                sites=script.sites[:1],
                modifiers=(modifier,) if modifier else (),
                hour=hour,
                day=day,
                answers=answers,
            )


def _is_broken(script: Script, entry: FloorEntry) -> bool:
    return any(
        holds(entry.when, patient.facts(script)) and not level_of(script, patient).at_least(entry.at_least)
        for patient in _everybody(script)
    )


def _falls(old: Script, new: Script, patient: Patient) -> bool:
    return level_of(old, patient).severity > level_of(new, patient).severity


def _combinations(script: Script) -> float:
    found = 1.0
    for question in script.questions.values():
        found *= 2.0 ** len(question.lines) + 1 if question.lines else len(question.codes) + 1
    return found


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _result(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
