"""Rules and reasons from YAML; a rule about infection becomes two, the second one level higher for patients at risk."""

from collections.abc import Collection, Sequence

from bot.core.flow.condition_reading import ConditionReader
from bot.core.flow.conditions import AllOf
from bot.core.flow.model import Reason, Rule
from bot.core.flow.reader import Fields, Reader
from bot.core.flow.section import FirstPlaces, Section
from bot.core.level import Level

RISK = "infection_risk"
"""The named condition of patients for whom a rule with ``infection: true`` counts one level higher."""

RAISED = "+"
"""What is added to the id of a rule to name its raised sister."""

_REQUIRED = ("id", "when", "level", "why")
_OPTIONAL = ("advice", "source", "sign_off", "infection", "raised_advice", "calls", "note", "backs_up")


def read_rules(
    sections: Sequence[Section], conditions: ConditionReader, advice: Collection[str], places: FirstPlaces
) -> tuple[Rule, ...]:
    """The rules of all these files. ``advice`` are the texts that the script puts in order."""
    rules: list[Rule] = []
    for section in sections:
        for at in section.fields["rules"].items():
            rules.extend(_read_rule(at, section, conditions, advice, places))
    return tuple(rules)


def read_reasons(
    key: str, sections: Sequence[Section], conditions: ConditionReader, places: FirstPlaces
) -> tuple[Reason, ...]:
    """The reasons under this key (``expected`` or ``self_care``) of all these files."""
    reasons = []
    for section in sections:
        for at in section.fields[key].items():
            fields = at.mapping(("id", "when", "text"), ("source", "sign_off"))
            places.define(fields["id"], fields["id"].name())
            reasons.append(
                Reason(
                    id=fields["id"].text(),
                    when=conditions.read(fields["when"], section.vocabulary),
                    text=fields["text"].name(),
                    source=fields["source"].texts(),
                    sign_off=fields["sign_off"].text(),
                )
            )
    return tuple(reasons)


def _read_rule(
    at: Reader,
    section: Section,
    conditions: ConditionReader,
    advice: Collection[str],
    places: FirstPlaces,
) -> tuple[Rule, ...]:
    fields = at.mapping(_REQUIRED, _OPTIONAL)
    places.define(fields["id"], fields["id"].name())
    level = fields["level"].member(Level, "level")
    rule = Rule(
        id=fields["id"].text(),
        when=conditions.read(fields["when"], section.vocabulary),
        level=level,
        advice=_advice(fields, "advice", level, advice),
        why=fields["why"].text(),
        source=fields["source"].texts(),
        sign_off=fields["sign_off"].text(),
        calls=fields["calls"].names(),
        note=fields["note"].name(),
        backs_up=fields["backs_up"].names(),
        part=section.part,
    )
    if fields["infection"].flag():
        return (rule, _raised(rule, fields, conditions, advice))
    if "raised_advice" in fields:
        message = "Only a rule with 'infection: true' is raised."
        fields["raised_advice"].report("rule", message, "Add 'infection: true', or delete 'raised_advice'.")
    return (rule,)


def _raised(rule: Rule, fields: Fields, conditions: ConditionReader, advice: Collection[str]) -> Rule:
    level = rule.level.raised()
    if level is rule.level and fields["level"].says(rule.level):
        message = f"A rule of level {rule.level} is not raised for patients at risk: only D4 and D3 are."
        fields["infection"].report("rule", message, "Delete 'infection'.")
    if RISK not in conditions.definitions:
        message = f"'infection: true' needs a condition named {RISK!r}, and the script has none."
        fields["infection"].report("unknown-name", message, f"Define {RISK!r} under 'conditions'.")
        return rule
    return rule.model_copy(
        update={
            "id": rule.id + RAISED,
            "when": AllOf(of=(rule.when, conditions.named(RISK))),
            "level": level,
            "raised_from": rule.level,
            "advice": _advice(fields, "raised_advice", level, advice),
        }
    )


def _advice(fields: Fields, key: str, level: Level, known: Collection[str]) -> str:
    if key in fields:
        return fields[key].refer(known, "advice in 'advice_order':")
    name = level.value.lower()
    if name not in known and not fields["level"].is_absent:
        message = f"The advice of this level, {name!r}, is not in 'advice_order'."
        fields["level"].report("unknown-name", message, "Add it there, or name another advice here.")
    return name
