"""Emergency words, times and re-checks that a new revision changes need a second person, though no level falls."""

from datetime import time

import pytest

from bot.core.check.difference import diff
from bot.core.check.less_care import less_care
from bot.core.flow.model import Plan, Rule, Script
from tests.core.check.builders import plan, script
from tests.flows.loaded import live

FACE = live().scripts["face"]


def _with_plan(**changed: object) -> Script:
    return FACE.model_copy(update={"plan": FACE.plan.model_copy(update=changed)})


def _with_check_in(name: str, **changed: object) -> Script:
    entries = tuple(entry.model_copy(update=changed) if entry.id == name else entry for entry in FACE.plan.check_ins)
    return _with_plan(check_ins=entries)


def _with_text(language: str, key: str, text: str | None) -> Script:
    texts = FACE.texts[language]
    by_key = {name: words for name, words in {**texts.by_key, key: text}.items() if words is not None}
    return FACE.model_copy(update={"texts": {**FACE.texts, language: texts.model_copy(update={"by_key": by_key})}})


def _with_rule(name: str, **changed: object) -> Script:
    rules: tuple[Rule, ...] = tuple(rule.model_copy(update=changed) if rule.id == name else rule for rule in FACE.rules)
    return FACE.model_copy(update={"rules": rules})


def _follow_up(**changed: object) -> Script:
    return _with_plan(follow_up=FACE.plan.follow_up.model_copy(update=changed))


def _silence(**changed: object) -> Script:
    phase = next(iter(FACE.plan.silence))
    later = FACE.plan.silence[phase].model_copy(update=changed)
    return _with_plan(silence={**FACE.plan.silence, phase: later})


SPECIFIC = next(rule for rule in FACE.rules if rule.level.is_red and rule.advice not in ("d1", "d2", "d3"))
CALLING = next(rule for rule in FACE.rules if rule.level.is_red and rule.calls)
LESS = {
    "en: the advice d1 says: Rest. (before: ": _with_text("en", "advice.d1", "Rest."),
    "ru: the advice d2 is gone: ": _with_text("ru", "advice.d2", None),
    f"en: the advice {SPECIFIC.advice} says: Rest.": _with_text("en", f"advice.{SPECIFIC.advice}", "Rest."),
    "the language es is gone": FACE.model_copy(update={"texts": {"en": FACE.texts["en"], "ru": FACE.texts["ru"]}}),
    f"rule {SPECIFIC.id} gives the advice d3 (before: {SPECIFIC.advice})": _with_rule(SPECIFIC.id, advice="d3"),
    f"rule {CALLING.id} no longer calls {CALLING.calls[0]}": _with_rule(CALLING.id, calls=()),
    "of several advice texts another comes first": FACE.model_copy(
        update={"advice_order": tuple(reversed(FACE.advice_order))}
    ),
    "check-in c3 (day 1) is gone": _with_plan(check_ins=(*FACE.plan.check_ins[:2], *FACE.plan.check_ins[3:])),
    "check-in c3 comes later: day 2 (before: day 1)": _with_check_in("c3", on_day=2),
    "check-in c1 comes later: 3 h (before: 2 h)": _with_check_in("c1", after_h=3.0),
    "check-in c1 may come later in the evening than 21:30": _with_check_in("c1", at_latest=time(22)),
    "check-in c2 may wait for the next morning, 09:00": _with_check_in("c2", then_at=time(9)),
    "check-in c3 is for other patients than before": _with_check_in("c3", only_when=FACE.rules[0].when),
    "a tapped line and then silence counts after: 10 min (before: 2 min)": _with_plan(line_silent_after_s=600),
    "half-way silence is asked about after: 1 d": _with_plan(still_there_after_s=86400),
    "after a D1 or D2 staff phone when nothing came for: 1 h": _follow_up(act_within_s=3600),
    "0 re-checks after a D1 or D2": _follow_up(recheck_after_s=()),
    "re-check 1 after: 3 h (before: 30 min)": _follow_up(recheck_after_s=(10800, 14400)),
    "no re-check on the next morning after a D1 or D2": _follow_up(recheck_next_morning=False),
    "A is no longer asked at a re-check": _follow_up(recheck_sets=("ACT",)),
    "staff hear of a silent patient after": _silence(task_after_s=30 * 86400),
    "staff must phone a silent patient within": _silence(task_due_s=30 * 86400),
    "a silent patient is reminded": _silence(remind_after_s=()),
    "A is no longer asked when the patient says that she is worse": _with_plan(on_demand_sets=("FT",)),
    "is no longer asked before a next session": _with_plan(gate=()),
    "is no longer asked after a D2": _with_plan(after_d2=()),
}


@pytest.mark.parametrize("line", LESS)
def test_each_loss_is_named_and_needs_a_second_person(line: str) -> None:
    assert any(line in found for found in less_care(FACE, LESS[line]))


def test_the_same_script_and_a_sooner_one_lose_nothing() -> None:
    assert less_care(FACE, FACE) == ()
    assert less_care(_with_check_in("c3", on_day=2), FACE) == ()
    calm = _with_text("en", "advice.d4", "Another calm text.")
    assert less_care(FACE, calm) == ()


def test_it_makes_a_difference_that_waits_for_a_second_person() -> None:
    slower: Plan = plan(still_there_after_s=90000)
    found = diff(script(), script(plan=slower))
    assert found.needs_second_person
    assert found.falls == ()
