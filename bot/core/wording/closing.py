"""The last words of a check-in: is this normal for this day, what to do, and when the next check-in comes."""

from collections.abc import Sequence

from bot.core.level import Level
from bot.core.post.message import Body
from bot.core.wording.catalog import Catalog

MOST_REASONS = 2
MOST_CARE = 8
"""More than one script gives to one patient: a bound for the questions about several treatments at once."""


def closing(
    texts: Catalog,
    ui: Catalog,
    *,
    level: Level,
    day: int,
    procedure: str,
    expected: Sequence[str],
    self_care: Sequence[str],
    next_checkin: str,
    last: bool,
    watched: bool = False,
    several: Sequence[tuple[str, int, Sequence[str]]] = (),
) -> Body:
    """What the patient reads when all is asked. ``next_checkin`` is the words for its time, empty when none is left.

    ``several`` are the treatments (name, day, expected) when the questions were about more than one procedure: then
    each is named with its own day and its own reasons, instead of ``day``, ``procedure`` and ``expected``.

    While staff still look after an earlier red flag (``watched``), good answers are never called normal: only a
    person lowers a level.
    """
    calm = not level.is_red and not watched
    each = len(several) > 1 and calm
    all_normal = each and level is Level.D5
    parts = [ui.say("closing.normal_all") if all_normal else _first(ui, level, day, procedure, watched=watched)]
    if each:
        parts.extend(_of_one(texts, ui, *treatment) for treatment in several)
    elif calm:
        parts.extend(texts.script(f"expected.{key}") for key in dict.fromkeys(expected[:MOST_REASONS]))
    if calm and self_care:
        cares = tuple(dict.fromkeys(self_care))[:MOST_CARE]
        parts.append("\n".join(f"• {texts.script(f'care.{key}')}" for key in cares))
    if last and calm:
        parts.append(ui.say("closing.last"))
    elif next_checkin:
        parts.append(ui.say("closing.next", next_checkin=next_checkin))
    parts.append(ui.say("closing.standing"))
    return Body(text="\n\n".join(parts), html=True)


def _of_one(texts: Catalog, ui: Catalog, procedure: str, day: int, expected: Sequence[str]) -> str:
    """One treatment of several: its name and day, and what is expected of it."""
    head = ui.say("closing.day_of", procedure=procedure, day=day)
    return "\n".join((head, *(texts.script(f"expected.{key}") for key in expected[:MOST_REASONS])))


def _first(ui: Catalog, level: Level, day: int, procedure: str, *, watched: bool) -> str:
    match level:
        case Level.D1 | Level.D2:
            return ui.say("closing.emergency")
        case Level.D3:
            return ui.say("closing.today")
        case _ if watched:
            return ui.say("closing.watched")
        case Level.D4:
            return ui.say("closing.soon")
        case Level.D5:
            return ui.say("closing.normal", day=day, procedure=procedure)
