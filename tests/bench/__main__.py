"""`python -m tests.bench`: run the benchmarks, print their tables, and with --write keep them in docs/benchmarks.md."""

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.wiring.flows import load_flows
from tests.bench import dispatch, engine, kill, process, red_flag, reply_path, screen, scripts, tick
from tests.bench.result import Result, Row, table
from tests.bench.settings import BenchSettings
from tests.bench.town import ROOT

BENCHMARKS: tuple[tuple[str, Callable[[BenchSettings], Result]], ...] = tuple(
    (module.NAME, module.run)
    for module in (reply_path, red_flag, tick, dispatch, kill, engine, screen, scripts, process)
)
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Run those that are wanted; 0 when every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes")
    parser.add_argument("--large", action="store_true", help="also ten million future check-ins")
    parser.add_argument("--only", action="append", choices=[name for name, _ in BENCHMARKS], default=[])
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    # Let the benchmark under way stop its bots, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    results = []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="aftercare-bench-", dir=given_folder()) as folder:
        flows = load_flows(ROOT / "flows")
        for name, run in BENCHMARKS:
            if given.only and name not in given.only:
                continue
            at = time.perf_counter()
            results.append(measured(name, run, BenchSettings(flows, Path(folder), given.quick, given.large)))
            print(table(results[-1]), f"({time.perf_counter() - at:.0f} s)\n", sep="\n", flush=True)
    took = time.perf_counter() - began
    print(f"{sum(result.met for result in results)} of {len(results)} met, in {took:.0f} s")
    if given.write:
        PAGE.write_text(page(results, took, quick=given.quick), encoding="utf-8")
    return 0 if all(result.met for result in results) else 1


def measured(name: str, run: Callable[[BenchSettings], Result], settings: BenchSettings) -> Result:
    """The result; a benchmark that fails is a goal that is not met, and the others go on."""
    try:
        return run(settings)
    except Exception as error:
        traceback.print_exc()
        return Result(name, "", [Row("the whole benchmark", f"failed: {type(error).__name__}", met=False)])


def given_folder() -> str | None:
    """A folder on a disk: /tmp may be memory, where a commit costs nothing."""
    return os.environ.get("BENCH_DIR") or ("/var/tmp" if Path("/var/tmp").is_dir() else None)


def page(results: list[Result], took: float, *, quick: bool) -> str:
    """The page of the documentation."""
    head = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {platform.system()}"
        f" {platform.machine()}, Python {platform.python_version()}; {took:.0f} s{', --quick' if quick else ''}, load"
        f" {os.getloadavg()[2]:.1f} (a load above the number of cores means that others used the machine at the same"
        " time). Do not edit by hand.",
        "",
        "The product runs in its own process as it is served; the peers run beside it in the same run, over the same",
        "emulator of the Bot API, in turns. Absolute figures are those of one machine: read the ratios.",
        "A peer's figure with a star was measured earlier with other scripts, not in this run.",
        "",
    ]
    return "\n".join(head) + "\n" + "\n".join(table(result) for result in results)


if __name__ == "__main__":
    sys.exit(main())
