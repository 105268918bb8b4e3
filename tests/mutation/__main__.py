"""`python -m tests.mutation [PROCEDURE ...]`: mutate the rules of the scripts and list what nothing notices."""

import argparse
import random
import sys
import time
from pathlib import Path

from bot.core.check.floor_reading import read_floor
from bot.core.engine.replay import replay
from bot.core.flow.cases import Case
from bot.core.flow.layout import TEMPLATE
from bot.core.flow.model import Script
from bot.wiring.flows import FLOOR
from tests.flows.loaded import cases, live, scripts
from tests.mutation.campaign import GOAL, Campaign, Score
from tests.mutation.mutants import mutants
from tests.mutation.pins import as_yaml, pin


def main() -> int:
    """Run; 0 when at least 99 % of the mutants of every procedure are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("procedures", nargs="*", help="all live ones if none")
    parser.add_argument("--sample", type=int, help="so many mutants of each, drawn by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pin", type=Path, metavar="FOLDER", help="write a case for each survivor; read it first!")
    given = parser.parse_args()
    wanted = given.procedures or [name for name in scripts() if name != TEMPLATE]
    unknown = [name for name in wanted if name not in scripts()]
    if unknown:
        parser.error(f"there is no procedure {', '.join(unknown)}; there is: {', '.join(scripts())}")
    floor = read_floor(live().files[FLOOR], FLOOR, scripts().values())
    good = True
    for name in wanted:
        began = time.perf_counter()
        found = list(mutants(scripts()[name]))
        if given.sample is not None and given.sample < len(found):
            found = random.Random(given.seed).sample(found, given.sample)
        campaign = Campaign(scripts()[name], cases(name), floor)
        score = campaign.run(found)
        show(name, score, time.perf_counter() - began)
        if given.pin is not None:
            write_pins(given.pin, scripts()[name], campaign, score)
        good = good and score.rate >= GOAL
    return 0 if good else 1


def write_pins(folder: Path, script: Script, campaign: Campaign, score: Score) -> None:
    """A case for each survivor that a conversation can tell; a case that tells several is written once."""
    pinned: list[Case] = []
    for mutant in score.survivors:
        spoilt = mutant.apply(script)
        if any(replay(spoilt, case).problems for case in pinned):
            continue
        case = pin(script, campaign.proofs, mutant)
        if case is None:
            print(f"no conversation was found for: {mutant}")
            continue
        pinned.append(case)
        name = f"pin_{next(iter(mutant.rules)).lower().replace('-', '_').replace('+', '_up')}_{len(pinned)}.yaml"
        (folder / name).write_text(as_yaml(case, mutant), encoding="utf-8")
    print(f"{len(pinned)} cases were written into {folder}")


def show(name: str, score: Score, seconds: float) -> None:
    """One procedure: the survivors, then the count of each verdict and the rate."""
    for mutant in score.survivors:
        print(f"{name}: survived: {mutant}")
    print(f"{name}: {score.verdicts.total()} mutants in {seconds:.0f} s")
    for verdict, number in score.verdicts.most_common():
        print(f"{number:6}  {verdict}")
    print(f"{score.rate:7.2%} of the {score.counted} that change something are killed (goal {GOAL:.0%})\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
