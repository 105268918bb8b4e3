"""How large a condition may grow once its names are replaced by what they stand for."""

from bot.core.flow.conditions import AllOf, AnyOf, Condition, HasPrevious, Twice, Worse
from bot.core.flow.yaml_source import MAX_DEPTH

MAX_PARTS = 1000
"""No condition has more parts than this."""


def _children(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case AllOf() | AnyOf():
            return condition.of
        case Twice():
            return (condition.of,)
        case _:
            return ()


def looks_back(condition: Condition) -> bool:
    """Does it, or a part of it, look at the check-in before?"""
    if isinstance(condition, (Worse, HasPrevious, Twice)):
        return True
    return any(looks_back(child) for child in _children(condition))


def is_too_large(condition: Condition) -> bool:
    """Has it more than :data:`MAX_PARTS` parts, or is it nested more than :data:`MAX_DEPTH` deep?

    A few names that stand for each other several times make billions of parts: counting stops when it is clear.
    """
    seen = 0
    waiting = [(condition, 1)]
    while waiting:
        one, depth = waiting.pop()
        seen += 1
        if seen > MAX_PARTS or depth > MAX_DEPTH:
            return True
        waiting.extend((child, depth + 1) for child in _children(one))
    return False
