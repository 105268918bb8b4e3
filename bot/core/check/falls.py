"""What somebody loses when a set of scripts and a floor take the place of those in force: each fall by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bot.core.alert.policy import Policy
from bot.core.alert.slower import slower
from bot.core.check.difference import diff
from bot.core.check.floor import Floor
from bot.core.check.floor_difference import loosened
from bot.core.flow.model import Script

FLOOR = "floor"
ESCALATION = "escalation"


class InForce(BaseModel):
    """What is published now: the scripts by procedure, each with the name of its revision, and the floor.

    ``floor`` is None where only its hash was kept; an empty ``floor_hash`` means that none was ever published.
    """

    model_config = ConfigDict(frozen=True)

    scripts: Mapping[str, tuple[str, Script]] = {}
    floor: Floor | None = None
    floor_hash: str = ""
    policy: Policy | None = None
    """The escalation policy; None when none was ever published."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A revision, a floor, or a ladder, that gives somebody less than the one in force (``against``); ``lines`` say what."""

    subject: str
    revision: str
    against: str
    lines: tuple[str, ...]


def find_falls(
    before: InForce, scripts: Mapping[str, Script], floor: Floor, floor_hash: str, policy: Policy
) -> tuple[Fall, ...]:
    """Everything that needs a second person's approval. What is published for the first time lowers nothing."""
    falls = (*_of_scripts(before, scripts), *_of_floor(before, scripts, floor, floor_hash))
    lines = slower(before.policy, policy) if before.policy is not None else ()
    if before.policy is None or not lines:
        return falls
    return (*falls, Fall(ESCALATION, policy.revision, before.policy.revision, lines))


def _of_scripts(before: InForce, scripts: Mapping[str, Script]) -> Iterator[Fall]:
    for procedure, script in scripts.items():
        if procedure not in before.scripts:
            continue
        name, old = before.scripts[procedure]
        if name == script.revision:
            continue
        difference = diff(old, script)
        if difference.needs_second_person:
            more = ("and others",) if difference.more_falls else ()
            gone = tuple(
                f"{check_in}: {question} is no longer asked" for check_in, question in difference.no_longer_asked
            )
            lines = (*(str(shift) for shift in difference.falls), *more, *gone, *difference.less_care)
            yield Fall(procedure, script.revision, name, lines)


def _of_floor(before: InForce, scripts: Mapping[str, Script], floor: Floor, floor_hash: str) -> Iterator[Fall]:
    if before.floor_hash in ("", floor_hash):
        return
    if before.floor is None:
        line = "the floor in force was published by an older version and cannot be compared"
        yield Fall(FLOOR, floor_hash, before.floor_hash, (line,))
        return
    lines: dict[str, None] = {}
    for procedure, script in scripts.items():
        old = before.scripts.get(procedure)
        pair = (old[1], script) if old else (script,)
        lines.update((str(each), None) for each in loosened(before.floor, floor, pair))
    if lines:
        yield Fall(FLOOR, floor_hash, before.floor_hash, tuple(lines))
