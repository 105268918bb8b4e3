"""A comparison as one page of HTML: no scripts, nothing from elsewhere, readable on a phone, in the light and the dark."""

from collections.abc import Iterable
from html import escape

from bot.cli import diff_words as say
from bot.cli.diff_sides import Compared, Comparison
from bot.core.check.changes import Change
from bot.core.check.difference import Shift
from bot.core.level import Level

STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --paper: #ffffff; --card: #f4f6f9; --line: #d5dbe3;
  --fall: #a31515; --rise: #0a5c2d; --old: #fdeaea; --new: #e7f6ec; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa7b8; --paper: #12161d; --card: #1b212b;
  --line: #323c4a; --fall: #ff9a94; --rise: #7fdca4; --old: #3a1f22; --new: #14301f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 60rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; } p { margin: .25rem 0; }
code { font: .9em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.soft { color: var(--soft); font-size: .9rem; }
.verdict { margin: 1rem 0; padding: .75rem 1rem; border-left: .35rem solid var(--rise); background: var(--card);
  border-radius: .25rem; font-weight: 600; }
.verdict.fall { border-color: var(--fall); color: var(--fall); }
h3.fall { color: var(--fall); } h3.rise { color: var(--rise); }
ul { list-style: none; margin: 0; padding: 0; }
li { margin: .5rem 0; padding: .6rem .8rem; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
.levels { font-weight: 700; white-space: nowrap; }
dl { margin: .35rem 0 0; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0 0 .35rem; }
del, ins { display: block; text-decoration: none; padding: .15rem .5rem; border-radius: .2rem; white-space: pre-wrap; }
del { background: var(--old); } ins { background: var(--new); }
del::before { content: "\\2212\\a0\\a0"; font-weight: 700; } ins::before { content: "+\\a0\\a0"; font-weight: 700; }
details > summary { cursor: pointer; font-weight: 600; margin: 1.25rem 0 .5rem; }
@media print { details > summary { list-style: none; } li { break-inside: avoid; } }
"""
WORDS = {Level.D1: "emergency", Level.D2: "ER now", Level.D3: "today", Level.D4: "soon", Level.D5: "expected"}


def page(found: Comparison) -> str:
    """The whole page."""
    by_procedure = say.first_seen(found)
    body = "".join(_procedure(one, *by_procedure[one.procedure]) for one in found.procedures)
    if found.slower:
        body += f"<section>\n<h2>escalation</h2>\n{_lines(say.SLOWER, found.slower)}</section>\n"
    fall = " fall" if found.is_less_safe else ""
    mark = say.FALL if found.is_less_safe else "✓"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Aftercare: what changed</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        "<h1>What changed, and for whom</h1>\n"
        f'<p class="soft">Old: {escape(found.old)}<br>New: {escape(found.new)}</p>\n'
        f'<p class="verdict{fall}">{mark} {escape(say.verdict(found))}</p>\n{body}</main>\n</body>\n</html>\n'
    )


def _procedure(one: Compared, fresh: tuple[Change, ...], shared: int) -> str:
    head = f'<section>\n<h2>{escape(one.procedure)}</h2>\n<p class="soft">{escape(say.revisions(one))}</p>\n'
    found = one.difference
    if found is None:
        return f"{head}<p>{f'{say.FALL} It is gone.' if one.is_gone else '+ It is new.'}</p>\n</section>\n"
    if one.is_same:
        return f"{head}<p>It is the same.</p>\n</section>\n"
    parts = [
        head,
        f"<p>{escape(say.regions(one))}; {len(found.changes)} things changed.</p>\n",
        _shifts(one, f"{say.FALL} These patients get a lower level", "fall", found.falls, found.more_falls),
        _shifts(one, f"{say.RISE} These patients get a higher level", "rise", found.rises, found.more_rises),
    ]
    if found.no_longer_asked:
        lines = (f"{question} in {entry}" for entry, question in found.no_longer_asked)
        parts.append(f'<h3 class="fall">{say.FALL} No longer asked</h3>\n<p>{escape(", ".join(lines))}</p>\n')
    parts.append(_lines(say.LESS_CARE, found.less_care))
    parts += (_section(one, title, changes) for title, changes in say.sections(fresh))
    parts.append(f'<p class="soft">{escape(say.repeated(shared))}</p>\n' if shared else "")
    return f"{''.join(parts)}</section>\n"


def _lines(title: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    return f'<h3 class="fall">{say.FALL} {escape(title.capitalize())}</h3>\n<ul>\n{items}</ul>\n'


def _shifts(one: Compared, title: str, kind: str, shifts: Iterable[Shift], more: bool) -> str:
    items = "".join(_shift(shift, one) for shift in shifts)
    if not items:
        return ""
    rest = '<p class="soft">And others; <code>--most</code> shows more.</p>\n' if more else ""
    return f'<h3 class="{kind}">{title}</h3>\n<ul>\n{items}</ul>\n{rest}'


def _shift(shift: Shift, one: Compared) -> str:
    first, said = say.who(shift)
    known = f"<br>Only one side knows {escape(', '.join(shift.one_sided))}." if shift.one_sided else ""
    levels = f"{shift.before} {WORDS[shift.before]} → {shift.after} {WORDS[shift.after]}"
    return (
        f'<li><span class="levels">{levels}</span><br>{escape(say.in_words(shift, one))}<br>'
        f'<span class="soft"><code>{escape(said)}</code><br>{escape(first)}<br>'
        f"rules: {escape(say.rules(shift))}{known}</span></li>\n"
    )


def _section(one: Compared, title: str, changes: tuple[Change, ...]) -> str:
    items = "".join(_change(change, one) for change in changes)
    return f"<details open>\n<summary>{escape(title)} ({len(changes)})</summary>\n<ul>\n{items}</ul>\n</details>\n"


def _change(change: Change, one: Compared) -> str:
    fields = []
    for detail in change.details:
        before = f"<del><code>{escape(detail.before)}</code></del>" if detail.before else ""
        after = f"<ins><code>{escape(detail.after)}</code></ins>" if detail.after else ""
        fields.append(f"<dt>{escape(detail.field)}</dt><dd>{before}{after}</dd>")
    return (
        f'<li><strong>{escape(say.named(change, one))}</strong> <span class="soft">{change.verb}</span>'
        f"<dl>{''.join(fields)}</dl></li>\n"
    )
