"""How many seeds each planted bug takes: ``python -m tests.simulation.planted [most seeds] [hours]``, for `make simulate`."""

import json
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bot.simulation.clinic import Plant, Template, make_template
from bot.simulation.run import simulate
from bot.wiring.flows import load_flows
from tests.simulation.plants import PLANTS

MOST = 500
HOURS = 24.0


def seeds_until_found(
    template: Template, plant: Plant, invariants: frozenset[str], seeds: Iterable[int], hours: float
) -> tuple[int | None, set[str]]:
    """After how many seeds one of the invariants breaks, and what else did; None when none of them breaks."""
    seen: set[str] = set()
    for count, seed in enumerate(seeds, 1):
        seen |= {violation.invariant for violation in simulate(seed, hours, template, plant=plant).violations}
        if seen & invariants:
            return count, seen
    return None, seen


def main(most: int, hours: float, out: Path | None) -> int:
    """Print a line for each; 1 when one is not found."""
    template, found = make_template(load_flows(Path("flows"))), {}
    try:
        for plant, invariants in PLANTS:
            began = time.process_time()
            count, seen = seeds_until_found(template, plant, invariants, range(1, most + 1), hours)
            found[plant.__name__] = count
            spent = time.process_time() - began
            print(f"{plant.__name__:28} {count or 'NOT FOUND'} seeds, {spent:.0f} s, {sorted(seen)}", flush=True)
    finally:
        shutil.rmtree(template.folder)
    if out is not None:
        out.write_text(json.dumps(found, indent=1))
    return int(None in found.values())


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(
        main(
            int(given[0]) if given else MOST,
            float(given[1]) if len(given) > 1 else HOURS,
            Path(given[2]) if len(given) > 2 else None,
        )
    )
