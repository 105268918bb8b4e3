"""The proof of a ladder: whoever is missing, it goes on without end, and a D1 has a second person within 5 minutes.

It asks the very function that climbs, for every set of people who cannot be reached.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

from bot.core.alert.escalate import Alert, AlertState, escalate
from bot.core.alert.policy import Hours, Ladder, Policy, Tell
from bot.core.level import Level

SLOWEST_SECOND_PERSON_MIN = 5
"""A D1 reaches a second person within 5 minutes, whatever a clinic writes (clinical brief, section 1)."""
PERSONS = tuple(who for who in Tell if who is not Tell.GROUP)
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ENDLESS = 20
"""After so many rounds a ladder only repeats itself."""


def waits_for_a_second_person(ladder: Ladder) -> str | None:
    """When a D1 may wait longer for a second person, in words; None when it never does.

    Only ``second`` (never the one who is called first) and ``everyone`` are surely somebody else: the injector and the
    lead may be the person on call herself. Where somebody cannot be reached, the time counts from the first alarm.
    """
    for empty in _missing():
        told: set[Tell] = set()
        for minutes, tell in _climb(ladder, Level.D1, empty):
            if minutes <= SLOWEST_SECOND_PERSON_MIN:
                told |= set(tell)
        reached = told - empty
        if Tell.EVERYONE not in told and not {Tell.ON_CALL, Tell.SECOND} <= reached:
            missing = " and ".join(who.value for who in PERSONS if who in empty)
            return f"also when nobody is reached as {missing}" if missing else "even when everybody is there"
    return None


def missing_in(policy: Policy, level: Level) -> str | None:
    """What is missing in the ladder of a level, or None when it reaches persons without end, whoever is missing."""
    ladder = policy.ladders.get(level)
    if ladder is None:
        return "there is no ladder."
    if not any(who is not Tell.GROUP for who in ladder.steps[0].tell):
        return "its first step tells no person, only the group."
    if Tell.EVERYONE not in ladder.steps[-1].tell:
        return "its last step, which is repeated without end, does not tell everyone."
    for empty in _missing():
        if not any(Tell.EVERYONE in tell for _, tell in _climb(ladder, level, empty)):
            return f"everyone is never told when nobody is reached as {', '.join(sorted(empty)) or 'nobody'}."
    if level is Level.D1 and (waits := waits_for_a_second_person(ladder)) is not None:
        return f"a D1 may wait more than {SLOWEST_SECOND_PERSON_MIN} minutes for a second person, {waits}."
    return None


def _missing() -> Iterator[frozenset[Tell]]:
    """Every set of people who cannot be reached, the smallest first."""
    for count in range(len(PERSONS) + 1):
        yield from (frozenset(each) for each in combinations(PERSONS, count))


def _climb(ladder: Ladder, level: Level, empty: frozenset[Tell]) -> Iterator[tuple[float, tuple[Tell, ...]]]:
    """Who is told after how many minutes, when nobody ever takes it. Errors: ``ValueError`` for one that stands still."""
    policy = _of(ladder, level)
    alert = Alert(level=level, state=AlertState.SENT, level_at=BEGINS, next_at=BEGINS)
    for _ in range(len(ladder.steps) + ENDLESS):
        now = alert.next_at
        decision = escalate(alert, policy, now, empty)
        if decision.next_at <= now:
            raise ValueError(f"the ladder of {level} stands still")
        yield (now - BEGINS) / timedelta(minutes=1), (*decision.tell, *decision.ahead)
        alert = alert.model_copy(update={"step": decision.step, "rounds": decision.rounds, "next_at": decision.next_at})


def _of(ladder: Ladder, level: Level) -> Policy:
    staffed = Hours(days=(0,), opens=BEGINS.time(), closes=BEGINS.time())
    return Policy(
        ladders={level: ladder},
        taken_again_min=1,
        unanswered_again_min=1,
        unanswered_tries=1,
        contacted_close_min=1,
        out_of_hours_contact=True,
        staffed=(staffed,),
    )
