"""In what a new escalation policy is slower than another, or reaches fewer persons: one line each."""

from collections.abc import Iterator

from bot.core.alert.policy import Ladder, Policy, Tell


def slower(old: Policy, new: Policy) -> tuple[str, ...]:
    """Everything that keeps a patient waiting longer for a person, in words; nothing for the same or a quicker policy."""
    return tuple(_slower(old, new))


def _slower(old: Policy, new: Policy) -> Iterator[str]:
    for level, ladder in old.ladders.items():
        other = new.ladders.get(level)
        if other is None:
            yield f"{level}: there is no ladder any more"
        else:
            yield from (f"{level}: {line}" for line in _of_ladder(ladder, other))
    for what, was, becomes in (
        ("taken without a contact fires again after", old.taken_again_min, new.taken_again_min),
        ("a patient who did not answer is tried again after", old.unanswered_again_min, new.unanswered_again_min),
        ("contacted and not closed fires again after", old.contacted_close_min, new.contacted_close_min),
    ):
        if becomes > was:
            yield f"{what} {becomes} min (before: {was} min)"
    if new.unanswered_tries != old.unanswered_tries:
        yield f"{new.unanswered_tries} calls to a patient who does not answer (before: {old.unanswered_tries})"
    if new.out_of_hours_contact and not old.out_of_hours_contact:
        yield "at night a D3 waits for a clinician, and is no longer sent to the ER"
    if not new.out_of_hours_contact and old.staffed != new.staffed:
        yield "other staffed hours decide who is sent to the ER at night"


def _of_ladder(old: Ladder, new: Ladder) -> Iterator[str]:
    for what, was, becomes in (
        ("to be taken within", old.acknowledge_min, new.acknowledge_min),
        ("to be contacted within", old.contact_min, new.contact_min),
        ("the last step is repeated every", old.then_every_min, new.then_every_min),
    ):
        if becomes > was:
            yield f"{what} {becomes} min (before: {was} min)"
    reached = _first_told(new)
    for who, minute in _first_told(old).items():
        if who not in reached:
            yield f"{who} is no longer told"
        elif reached[who] > minute:
            yield f"{who} is told after {reached[who]} min (before: {minute} min)"
    lost = [who for who in old.steps[-1].tell if who not in new.steps[-1].tell]
    if lost:
        yield f"what is repeated without end no longer tells {', '.join(lost)}"


def _first_told(ladder: Ladder) -> dict[Tell, int]:
    """The minute at which each is told first."""
    found: dict[Tell, int] = {}
    for step in ladder.steps:
        for who in step.tell:
            found.setdefault(who, step.after_min)
    return found
