"""docs/reliability.md, made from a run and never typed."""

from collections.abc import Mapping

from bot.simulation.campaign import Totals
from bot.simulation.chaos import KINDS

PROMISES = {
    "I1": "A due check-in is delivered, or stands in a state with a reason and a person is told; sent means in the chat",
    "I2": "No message more than twice; the second only for advice and alerts, and never after a known success",
    "I3": "Nothing is confirmed before it is kept; each red flag has its alert; advice is delivered or a person phones; "
    "each is begun within 5 s unless a fault that lasts explains it",
    "I4": "An open alert has a next step, within the hour for an untaken emergency; none is told again once closed",
    "I5": "An alert is taken once, by a named person, and the record says who and when",
    "I6": "Each press counts once, whatever its update_id; no question twice in a run",
    "I7": "A run holds only what its script allows and keeps its revision",
    "I8": "Nothing to who left, was deleted or blocked the bot but answers and advice; no name in another chat",
    "I9": "Never more than 30 messages begun in one second",
    "I10": "No check-in before it is due; none of the timetable is opened in the patient's night",
    "I11": "Audit lines never change; each opening, raise, join, take and close has exactly one",
    "I12": "Hours after the last fault nothing is under way",
    "I13": "Recovering twice is recovering once",
    "I14": "While anything is overdue the heart does not beat",
}


def reliability_page(totals: Totals, first: int, command: str, planted: Mapping[str, int | None]) -> str:
    """The whole page. ``planted`` is how many seeds each planted bug took, None for one that was not found."""
    violations = sum(len(report.violations) for report in totals.broken)
    lines = [
        "# Reliability: what the simulation found",
        "",
        f"Made by `{command}`; nothing on this page is typed. What is and is not simulated:",
        "[decision 0014](decisions/0014-what-is-simulated.md).",
        "",
        "| | |",
        "|---|---|",
        f"| Seeds | {totals.seeds:,} (from {first}) |",
        f"| Simulated hours | {totals.hours:,.0f} |",
        f"| Processes started | {totals.lives:,} |",
        f"| Acts of patients and staff | {totals.acts:,} |",
        f"| Callbacks run | {totals.steps:,} |",
        f"| Faults | {sum(totals.faults.values()):,} |",
        f"| Checks | {sum(totals.checks.values()):,} |",
        f"| **Violations** | **{violations}** in {len(totals.broken)} seeds |",
        f"| Worst red-flag delay while nothing was wrong | {totals.worst_delay:.2f} s |",
        f"| Simulated hours a CPU second | {totals.hours / max(totals.cpu_s, 0.001):.1f} |",
        "",
        "## Promises",
        "",
        "| | | Checks | Violations |",
        "|---|---|---|---|",
    ]
    for name, promise in PROMISES.items():
        broken = sum(violation.invariant == name for report in totals.broken for violation in report.violations)
        lines.append(f"| {name} | {promise} | {totals.checks[name]:,} | {broken} |")
    lines += ["", "## Faults that happened", "", "| Kind | Times |", "|---|---|"]
    lines += [f"| `{kind}` | {times:,} |" for kind, times in sorted(totals.faults.items())]
    never = [kind for kind in KINDS if not totals.faults[kind]]
    if never:
        lines += ["", "Did not happen in this run: " + ", ".join(f"`{kind}`" for kind in never) + "."]
    if planted:
        lines += ["", "## Planted bugs", "", "| Bug | Found after seeds |", "|---|---|"]
        lines += [f"| {name.replace('_', ' ')} | {count or '**not found**'} |" for name, count in planted.items()]
    if totals.broken:
        lines += ["", "## Violations", ""]
        lines += [f"- seed {each.seed}: {each.violations[0]}" for each in totals.broken]
    return "\n".join(lines) + "\n"
