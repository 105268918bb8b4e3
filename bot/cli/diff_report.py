"""How a comparison is printed in the terminal, and as JSON."""

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.cli import diff_words as say
from bot.cli.diff_sides import Compared, Comparison
from bot.cli.play_view import LEVELS
from bot.core.check.changes import Change
from bot.core.check.difference import Shift

_STYLES = {"added": "green", "removed": "red", "changed": "yellow"}


def show(found: Comparison, out: Console) -> None:
    """Print everything: by procedure patients first, then what changed, and the verdict last."""
    out.print(Text.assemble(("Old: ", "dim"), found.old, ("\nNew: ", "dim"), found.new), soft_wrap=True)
    by_procedure = say.first_seen(found)
    for one in found.procedures:
        out.print()
        _procedure(one, *by_procedure[one.procedure], out)
    if found.slower:
        out.print(Text(f"\nescalation\n  {say.FALL} {say.SLOWER}", "bold red"))
        for line in found.slower:
            out.print(Text(f"    {line}"), soft_wrap=True)
    out.print()
    out.print(Text(say.verdict(found), "bold red" if found.is_less_safe else "bold green"), soft_wrap=True)


def _procedure(one: Compared, fresh: tuple[Change, ...], shared: int, out: Console) -> None:
    out.print(Text.assemble((one.procedure, "bold"), (f"  {say.revisions(one)}", "dim")), soft_wrap=True)
    if one.difference is None:
        out.print("  is gone" if one.is_gone else "  is new", style="red" if one.is_gone else "green")
        return
    if one.is_same:
        out.print("  is the same", style="dim")
        return
    found = one.difference
    out.print(f"  {say.regions(one)}; {len(found.changes)} things changed")
    _shifts(f"{say.FALL} lower level", found.falls, found.more_falls, "bold red", one, out)
    _shifts(f"{say.RISE} higher level", found.rises, found.more_rises, "bold", one, out)
    if found.no_longer_asked:
        out.print(Text(f"  {say.FALL} no longer asked", "bold red"))
        for check_in, question in found.no_longer_asked:
            out.print(f"    {question} in {check_in}")
    if found.less_care:
        out.print(Text(f"  {say.FALL} {say.LESS_CARE}", "bold red"))
        for line in found.less_care:
            out.print(Text(f"    {line}"), soft_wrap=True)
    for title, changes in say.sections(fresh):
        out.print(Text(f"  {title}", "bold"))
        for change in changes:
            _change(change, one, out)
    if shared:
        out.print(Text(f"  {say.repeated(shared)}", "dim"))


def _shifts(title: str, shifts: tuple[Shift, ...], more: bool, style: str, one: Compared, out: Console) -> None:
    if not shifts:
        return
    out.print(Text(f"  {title}", style))
    for shift in shifts:
        first, said = say.who(shift)
        levels = Text.assemble(
            "    ",
            (shift.before, LEVELS[shift.before]),
            " → ",
            (shift.after, LEVELS[shift.after]),
            f"  {first}: {said}",
        )
        out.print(levels, soft_wrap=True)
        out.print(Text(f"             {say.in_words(shift, one)}", "italic"), soft_wrap=True)
        known = f"; only one side knows {', '.join(shift.one_sided)}" if shift.one_sided else ""
        out.print(Text(f"             rules: {say.rules(shift)}{known}", "dim"), soft_wrap=True)
    if more:
        out.print(Text("    and others: --most shows more", "dim"))


def _change(change: Change, one: Compared, out: Console) -> None:
    sign = say.SIGNS[change.verb]
    out.print(Text(f"    {sign} {say.named(change, one)}", _STYLES[change.verb]), soft_wrap=True)
    for detail in change.details:
        field = (
            f"{detail.field}: "
            if len(change.details) > 1 or change.kind in ("rule", "question", "check_in", "reason")
            else ""
        )
        if change.verb != "changed":
            out.print(Text(f"        {field}{detail.before or detail.after}"), soft_wrap=True)
            continue
        for mark, style, text in (("-", "red", detail.before), ("+", "green", detail.after)):
            out.print(Text.assemble(f"        {field}", (mark, style), f" {text or '(nothing)'}"), soft_wrap=True)


def as_json(found: Comparison) -> str:
    """The comparison for other programs."""
    document = {
        "old": found.old,
        "new": found.new,
        "less_safe": found.is_less_safe,
        "verdict": say.verdict(found),
        "slower": list(found.slower),
        "procedures": {one.procedure: _document(one) for one in found.procedures},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(one: Compared) -> dict[str, Any]:
    found = one.difference
    revisions = {"old": one.old.revision if one.old else None, "new": one.new.revision if one.new else None}
    if found is None:
        return {**revisions, "state": "gone" if one.is_gone else "new"}
    return {
        **revisions,
        "state": "same" if one.is_same else "changed",
        "less_safe": one.is_less_safe,
        "regions": {"lower": found.fall_regions, "higher": found.rise_regions},
        "lower": [_patient(shift) for shift in found.falls],
        "higher": [_patient(shift) for shift in found.rises],
        "no_longer_asked": [{"check_in": entry, "question": question} for entry, question in found.no_longer_asked],
        "less_care": list(found.less_care),
        "changes": [
            {
                "kind": change.kind,
                "id": change.id,
                "what": change.verb,
                "fields": {detail.field: {"old": detail.before, "new": detail.after} for detail in change.details},
            }
            for change in found.changes
        ],
    }


def _patient(shift: Shift) -> dict[str, Any]:
    return {
        "before": shift.before,
        "after": shift.after,
        "rules_before": shift.rules_before,
        "rules_after": shift.rules_after,
        "patient": shift.patient.model_dump(mode="json"),
        "in_words": str(shift.patient),
        "one_sided": shift.one_sided,
    }
