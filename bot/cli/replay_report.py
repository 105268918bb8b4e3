"""How a look back is printed: the cases that break, then the past red flags."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.cli.replay_past import Past
from bot.core.flow.cases import Case


def show_cases(count: int, broken: Sequence[tuple[Case, str]], folder: Path, out: Console) -> None:
    """The cases that go another way than they say, and how many do not."""
    for case, problem in broken:
        out.print(
            Text.assemble((f"{folder / case.file}: ", "bold"), ("broken", "bold red"), f": {case.title}: {problem}"),
            soft_wrap=True,
        )
    failed = len({case.file for case, _ in broken})
    line = f"{count} cases: {count - failed} go as they say, {failed} break"
    out.print(Text(line, "bold red" if failed else "bold green"))


def show_past(found: Past, most: int, out: Console) -> None:
    """The red flags of the past: kept, lost and new; patients without anything that names them."""
    out.print(f"{found.conversations:,} past conversations of {len(found.patients):,} patients", soft_wrap=True)
    if found.not_in_draft:
        out.print(f"{found.not_in_draft:,} more are of procedures that were not asked for", soft_wrap=True)
    if found.unreadable:
        out.print(f"{found.unreadable:,} more cannot be read: the patient is forgotten, or the version too old")
    _patients("▼ lost", found.lost, most, "bold red", out)
    _patients("▼ escalate less", found.lower, most, "bold red", out)
    _patients("▲ new", found.new, most, "bold", out)
    lost = found.lost.total()
    patients = len(found.patients)
    share = 100 * found.new.total() / patients if patients else 0.0
    lower = f" ({found.lower.total()} at a lower level)" if found.lower else ""
    verdict = (
        f"{found.red:,} past red flags: {found.still:,} still escalate{lower}, {lost:,} lost, "
        f"{share:.2g} new a hundred patients"
    )
    out.print(Text(verdict, "bold red" if found.is_less_safe else "bold green"), soft_wrap=True)


def _patients(title: str, found: Counter[str], most: int, style: str, out: Console) -> None:
    if not found:
        return
    out.print(Text(f"{title}: {found.total():,}", style))
    for line, count in sorted(found.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[:most]:
        out.print(f"  {count} x {line}", soft_wrap=True)
    if len(found) > most:
        out.print(Text(f"  and {len(found) - most} other sorts: --most shows more", "dim"))
