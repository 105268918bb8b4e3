"""Reads the clinic's escalation policy from YAML."""

from bot.core.alert.ladder_proof import SLOWEST_SECOND_PERSON_MIN, waits_for_a_second_person
from bot.core.alert.policy import Hours, Ladder, Policy, Step, Tell
from bot.core.flow.problems import Problems
from bot.core.flow.reader import Reader
from bot.core.flow.yaml_source import parse
from bot.core.level import Level

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALERTED = (Level.D1, Level.D2, Level.D3, Level.D4)


def read_policy(text: str, file: str) -> Policy:
    """The policy written in ``text``. Errors: ScriptError with every problem by line and what to do."""
    problems = Problems()
    fields = Reader(parse(text, file), problems, "the file").mapping(
        (
            "ladders", "taken_again", "unanswered_again", "unanswered_tries", "contacted_close",
            "out_of_hours_contact", "staffed",
        ),
        ("sign_off", "test_alert_within"),
    )  # fmt: skip
    ladders_at = fields["ladders"].mapping([level.value for level in ALERTED])
    ladders = {level: _ladder(ladders_at[level.value], level) for level in ALERTED if level.value in ladders_at}
    staffed = tuple(_hours(at) for at in fields["staffed"].items())
    out_of_hours = fields["out_of_hours_contact"].flag()
    if not out_of_hours and not staffed:
        fields["staffed"].report(
            "no-cover",
            "Nobody covers the clinic at any hour.",
            "Write the staffed hours, or out_of_hours_contact: true when a clinician can always be reached.",
        )
    again = {name: _minutes(fields[name]) for name in ("taken_again", "unanswered_again", "contacted_close")}
    tries = fields["unanswered_tries"].integer(1, 10)
    test_days = _days(fields["test_alert_within"])
    problems.raise_if_any()
    return Policy(
        ladders=ladders,
        taken_again_min=again["taken_again"],
        unanswered_again_min=again["unanswered_again"],
        unanswered_tries=tries,
        contacted_close_min=again["contacted_close"],
        out_of_hours_contact=out_of_hours,
        staffed=staffed,
        test_alert_days=test_days,
    )


def _days(at: Reader) -> int:
    """Whole days, 1 to 365; 30 where nothing is written."""
    if at.is_absent:
        return 30
    seconds = at.duration()
    if seconds % 86_400 or not 1 <= seconds // 86_400 <= 365:
        at.report("range", "Test alerts count in whole days, 1 to 365.", "Write it like 30 d.")
    return max(1, seconds // 86_400)


def _minutes(at: Reader) -> int:
    seconds = at.duration()
    if not at.is_absent and (seconds < 60 or seconds % 60):
        at.report("range", "The ladder counts in whole minutes, at least one.", "Write it like 5 min.")
    return max(1, seconds // 60)


def _ladder(at: Reader, level: Level) -> Ladder:
    fields = at.mapping(("acknowledge", "contact", "steps", "then_every"))
    steps: list[Step] = []
    for item in fields["steps"].items(least=1):
        step = item.mapping(("after", "tell"))
        after = step["after"].duration() // 60
        if steps and after <= steps[-1].after_min:
            step["after"].report("order", "The steps must come one after the other.", "Write a later time.")
        if not steps and after != 0:
            step["after"].report("order", "The first step must be at once.", "Write after: 0 min.")
        tell = tuple(Tell(name) for name in step["tell"].references([who.value for who in Tell], "person", least=1)
                     if name in {who.value for who in Tell})  # fmt: skip
        steps.append(Step(after_min=after, tell=tell))
    rising, then_every = _rising(steps), _minutes(fields["then_every"])
    if level is Level.D1 and rising and rising[0].after_min == 0:
        missing = waits_for_a_second_person(
            Ladder(acknowledge_min=1, contact_min=1, steps=rising, then_every_min=then_every)
        )
        if missing is not None:
            fields["steps"].report(
                "second-person",
                f"A D1 must reach a second person within {SLOWEST_SECOND_PERSON_MIN} minutes, {missing}.",
                "Add a step at 5 min that tells second or everyone, and leave no longer pause after it.",
            )
    if not steps or steps[0].after_min != 0:
        rising = (Step(after_min=0, tell=(Tell.EVERYONE,)),)
    return Ladder(
        acknowledge_min=_minutes(fields["acknowledge"]),
        contact_min=_minutes(fields["contact"]),
        steps=rising,
        then_every_min=then_every,
    )


def _rising(steps: list[Step]) -> tuple[Step, ...]:
    """Only what a ladder can hold; what is left out here has been reported."""
    kept: list[Step] = []
    for step in steps:
        if not kept or step.after_min > kept[-1].after_min:
            kept.append(step)
    return tuple(kept)


def _hours(at: Reader) -> Hours:
    fields = at.mapping(("days", "opens", "closes"))
    days = tuple(DAYS.index(day) for day in fields["days"].references(DAYS, "day", least=1) if day in DAYS)
    opens, closes = fields["opens"].clock(), fields["closes"].clock()
    if opens >= closes:
        at.report("order", "The clinic closes before it opens.", "Write two lines for hours that cross midnight.")
    return Hours(days=days, opens=opens, closes=closes)
