"""The last words of a check-in: is this normal for this day, what to do, and when the next check-in comes."""

from collections.abc import Sequence

from bot.core.level import Level
from bot.core.post.message import Body
from bot.core.wording.catalog import Catalog

MOST_REASONS = 2
MOST_CARE = 2


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
) -> Body:
    """What the patient reads when all is asked. ``next_checkin`` is the words for its time, empty when none is left."""
    parts: list[str] = []
    match level:
        case Level.D1 | Level.D2:
            parts.append(ui.say("closing.emergency"))
        case Level.D3:
            parts.append(ui.say("closing.today"))
        case Level.D4:
            parts.append(ui.say("closing.soon"))
        case Level.D5:
            parts.append(ui.say("closing.normal", day=day, procedure=procedure))
    parts.extend(texts.script(f"expected.{key}") for key in expected[:MOST_REASONS])
    if self_care:
        parts.append("\n".join(f"• {texts.script(f'care.{key}')}" for key in self_care[:MOST_CARE]))
    if last and not level.is_red:
        parts.append(ui.say("closing.last"))
    elif next_checkin:
        parts.append(ui.say("closing.next", next_checkin=next_checkin))
    parts.append(ui.say("closing.standing"))
    return Body(text="\n\n".join(parts), html=True)
