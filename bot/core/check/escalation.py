"""Every level that a rule can give reaches the patient as a text and the staff through a ladder."""

from collections.abc import Iterator

from bot.core.check.finding import Finding, Place, error
from bot.core.check.submission import Check, Submission
from bot.core.flow.model import Rule
from bot.core.level import Level

NUMBERS_TO_CALL = {
    Level.D1: ("emergency_number",),
    Level.D2: ("emergency_number", "clinic_phone"),
    Level.D3: ("clinic_phone",),
}
"""What the text of a level must let the patient call: one of these."""


def _run(submission: Submission) -> Iterator[Finding]:
    script = submission.script
    for rule in script.rules:
        yield from _has_advice(submission, rule)
    if submission.uncovered is not None:
        for level in sorted({rule.level for rule in script.rules if rule.level.is_red}):
            missing = submission.uncovered(level)
            if missing is not None:
                yield error(
                    "escalation.nobody",
                    Place("procedure", script.procedure),
                    f"An alert of level {level} may reach nobody: {missing}",
                    "Complete the ladder of this level in the clinic's escalation policy.",
                )


def _has_advice(submission: Submission, rule: Rule) -> Iterator[Finding]:
    place, key = Place("rule", rule.id), f"advice.{rule.advice}"
    if rule.advice not in submission.script.advice_order:
        yield error(
            "escalation.not_ordered",
            place,
            f"Its advice {rule.advice} has no place in advice_order, so another text might win.",
            "Add it to advice_order.",
        )
    if _level_of_advice(rule.advice).severity < rule.level.severity:
        yield error(
            "escalation.milder_advice",
            place,
            f"It gives {rule.level}, but {rule.advice} is the text of a milder level.",
            f"Choose an advice whose name begins with {rule.level.lower()}, or a more severe one.",
        )
    for language in submission.languages:
        known = submission.script.texts.get(language)
        text = known.by_key.get(key) if known else None
        if text is None:
            yield error(
                "escalation.no_text",
                place,
                f"There is no text {key} for the patient.",
                "Write it.",
                language=language,
            )
        elif not _can_call(rule.level, text):
            wanted = " or ".join(f"{{{name}}}" for name in NUMBERS_TO_CALL[rule.level])
            yield error(
                "escalation.no_number",
                place,
                f"The text {key} does not say whom to call.",
                f"Put {wanted} into it.",
                language=language,
            )


def _level_of_advice(advice: str) -> Level:
    """The level that an advice is named after (``d2_blood_flow``: D2); D5 when it is named after none."""
    return next((level for level in Level if level == advice[:2].upper()), Level.D5)


def _can_call(level: Level, text: str) -> bool:
    wanted = NUMBERS_TO_CALL.get(level, ())
    return not wanted or any(f"{{{name}}}" in text for name in wanted)


CHECK = Check(
    name="escalation",
    promise="Every rule has its text for the patient in every language, and every red level a ladder.",
    codes=(
        "escalation.not_ordered",
        "escalation.milder_advice",
        "escalation.no_text",
        "escalation.no_number",
        "escalation.nobody",
    ),
    run=_run,
)
