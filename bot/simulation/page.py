"""docs/reliability.md, made from a run and never typed."""

from bot.simulation.campaign import Totals

PROMISES = {
    "I1": "A due check-in is delivered, or staff see why not; what counts as sent is in the chat",
    "I2": "No message more than twice; the second only after an unknown outcome, and only advice and alerts",
    "I3": "No update is confirmed before it is kept; each red flag has its alert and its advice; the first attempt "
    "comes within 5 s when nothing is wrong",
    "I4": "An open alert always has a next step, and it is not overdue",
    "I5": "An alert is taken once, by a named person",
    "I6": "Each press counts once, whatever its update_id",
    "I8": "No patient's name in another chat",
    "I10": "No check-in before it is due",
    "I12": "Hours after the last fault nothing is under way",
}


def reliability_page(totals: Totals, first: int, command: str) -> str:
    """The whole page."""
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
    if totals.broken:
        lines += ["", "## Violations", ""]
        lines += [f"- seed {each.seed}: {each.violations[0]}" for each in totals.broken]
    return "\n".join(lines) + "\n"
