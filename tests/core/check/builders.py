"""Small scripts for the tests of the checks: one that is sound, and ways to change it."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.core.flow.cases import Asked, Case, Expectation
from bot.core.flow.conditions import (
    AllOf,
    Always,
    AnswerIs,
    AnyOf,
    Condition,
    Days,
    HasModifier,
    HasPrevious,
    NumberIs,
    SiteIs,
)
from bot.core.flow.model import (
    CheckIn,
    Extra,
    FollowUp,
    Line,
    Phase,
    Plan,
    Question,
    QuestionKind,
    Reason,
    Rule,
    Script,
    SilencePlan,
    Texts,
)
from bot.core.level import Level


def choice(id: str, *answers: str, well: str = "", ask_when: Condition | None = None) -> Question:
    """A question with one button for each answer; a well patient gives the first."""
    return Question(id=id, kind=QuestionKind.CHOICE, answers=answers, well=well or answers[0], ask_when=ask_when)


def scale(id: str, ask_when: Condition | None = None) -> Question:
    """A question answered by a number from 0 to 10."""
    return Question(id=id, kind=QuestionKind.SCALE, well="0", ask_when=ask_when)


def screen(id: str, *lines: Line) -> Question:
    """A question with a line for each symptom."""
    return Question(id=id, kind=QuestionKind.SCREEN, lines=lines, well="none")


def answer(question: str, *codes: str) -> AnswerIs:
    """One of the codes was given."""
    return AnswerIs(question=question, any_of=codes)


def number(question: str, at_least: int = 0, at_most: int = 10) -> NumberIs:
    """The number lies in the range."""
    return NumberIs(question=question, at_least=at_least, at_most=at_most)


def both(*parts: Condition) -> AllOf:
    """Every part holds."""
    return AllOf(of=parts)


def either(*parts: Condition) -> AnyOf:
    """One of the parts holds."""
    return AnyOf(of=parts)


def rule(id: str, level: Level, when: Condition, advice: str = "", **more: Any) -> Rule:
    """A rule with the usual advice of its level."""
    return Rule(id=id, when=when, level=level, advice=advice or level.lower(), why="a reason", **more)


def questions() -> dict[str, Question]:
    """The questions of the sound script."""
    listed = (
        screen(
            "A",
            Line(code="breathing", at_once=True),
            Line(code="white_skin", detail="BL", if_silent="present"),
            Line(code="pain", detail="PA", if_silent="10"),
        ),
        choice("BL", "clear", "unsure", "present"),
        scale("PA"),
        choice("PT", "better", "same", "worse", well="same", ask_when=HasPrevious(question="PA")),
        choice("FE", "clear", "unsure", "present"),
        choice("NU", "clear", "spot", ask_when=HasModifier(any_of=("filler",))),
        choice("ACT", "going", "cannot"),
        Question(id="FT", kind=QuestionKind.TEXT, answers=("nothing", "person"), well="nothing"),
    )
    return {question.id: question for question in listed}


def rules() -> tuple[Rule, ...]:
    """The rules of the sound script."""
    return (
        rule("BR-1", Level.D1, answer("A", "breathing")),
        rule("BL-1", Level.D2, answer("BL", "present"), "d2_blood_flow"),
        rule("BL-2", Level.D3, answer("BL", "unsure")),
        rule("PA-1", Level.D2, both(number("PA", 7), Days(up_to=7))),
        rule("PA-2", Level.D3, number("PA", 7)),
        rule("PT-1", Level.D3, both(answer("PT", "worse"), number("PA", 4))),
        rule("FE-1", Level.D3, answer("FE", "present", "unsure")),
        rule("NU-1", Level.D4, both(answer("NU", "spot"), SiteIs(any_of=("cheek",)))),
        rule("FT-1", Level.D4, answer("FT", "person")),
        rule("ACT-1", Level.D2, answer("ACT", "cannot")),
    )


def check_ins() -> tuple[CheckIn, ...]:
    """The timetable of the sound script."""
    filler = Extra(when=HasModifier(any_of=("filler",)), sets=("N",))
    return (
        CheckIn(id="c1", phase=Phase.EARLY, sets=("A", "R"), after_h=2, extra=(filler,)),
        CheckIn(id="c2", phase=Phase.MIDDLE, sets=("A", "R", "I"), on_day=7),
        CheckIn(id="c3", phase=Phase.LATE, sets=("A", "I"), on_day=28, closes=True),
    )


def silence(**changes: Any) -> SilencePlan:
    """Two reminders, then a task."""
    usual = {"remind_after_s": (3600, 7200), "task_after_s": 10800, "task_due_s": 14400, "task": "phone_call"}
    return SilencePlan(**{**usual, **changes})


def plan(**changes: Any) -> Plan:
    """The plan of the sound script."""
    follow_up = FollowUp(
        question="ACT",
        act_within_s=300,
        recheck_after_s=(1800, 7200),
        recheck_next_morning=True,
        recheck_sets=("A",),
    )
    usual: dict[str, Any] = {
        "quiet_from": time(22),
        "quiet_to": time(8),
        "merge_within_h": 24,
        "still_there_after_s": 600,
        "check_ins": check_ins(),
        "silence": {phase: silence() for phase in Phase},
        "on_demand_sets": ("A",),
        "after_d2": ("A",),
        "follow_up": follow_up,
    }
    return Plan(**{**usual, **changes})


def texts_for(script: Script, language: str = "en") -> Texts:
    """A short plain text for every key that the script needs."""
    words = {"en": "Is the skin red or hot now?", "es": "¿La piel está roja o caliente?"}[language]
    keys = {f"procedure.{script.procedure}": "Face", "care.rest": words, "expected.swelling": words}
    keys |= {f"site.{site}": site for site in script.sites}
    keys |= {f"modifier.{modifier}": modifier for modifier in script.modifiers}
    for question in script.questions.values():
        keys |= {f"question.{question.id}.ask": words, f"question.{question.id}.short": question.id}
        if question.kind is not QuestionKind.SCALE:
            keys |= {f"answer.{question.id}.{code}": code for code in question.codes}
    for one in script.rules:
        keys[f"rule.{one.id}"] = one.why
        keys[f"advice.{one.advice}"] = f"{words} {{emergency_number}} {{clinic_phone}}"
    keys["advice.d5"] = words
    return Texts(language=language, by_key=keys)


def script(texts: Mapping[str, Texts] | None = None, **changes: Any) -> Script:
    """The sound script with some fields changed; its texts follow unless they are given."""
    usual: dict[str, Any] = {
        "procedure": "face",
        "parts": (),
        "sites": ("cheek", "chin"),
        "modifiers": ("filler", "diabetes"),
        "questions": questions(),
        "sets": {"A": ("A", "BL", "PA"), "R": ("PA", "PT", "FT"), "I": ("FE",), "N": ("NU",)},
        "rules": rules(),
        "expected": (Reason(id="EX-1", when=Days(up_to=3), text="swelling"),),
        "self_care": (Reason(id="SC-1", when=Always(), text="rest"),),
        "plan": plan(),
        "advice_order": ("d1", "d2_blood_flow", "d2", "d3", "d4", "d5"),
        "symptom_questions": {"FE": "FE"},
        "texts": {},
    }
    bare = Script(**{**usual, **changes})
    both_languages = {language: texts_for(bare, language) for language in ("en", "es")}
    return bare.model_copy(update={"texts": both_languages if texts is None else dict(texts)})


def with_questions(*changed: Question, **more: Any) -> Script:
    """The sound script with these questions added, or put in the place of those of the same name."""
    return script(questions={**questions(), **{question.id: question for question in changed}}, **more)


def with_rules(*changed: Rule, **more: Any) -> Script:
    """The sound script with these rules added, or put in the place of those of the same name."""
    merged = {one.id: one for one in rules()} | {one.id: one for one in changed}
    return script(rules=tuple(merged.values()), **more)


def without_rule(id: str) -> Script:
    """The sound script without one of its rules."""
    return script(rules=tuple(one for one in rules() if one.id != id))


def with_text(key: str, text: str | None, language: str = "en") -> Script:
    """The sound script with one text put in, or taken out when ``text`` is None."""
    sound = script()
    texts = {kept: value for kept, value in sound.texts[language].by_key.items() if kept != key}
    if text is not None:
        texts[key] = text
    return script(texts={**sound.texts, language: Texts(language=language, by_key=texts)})


def cases_for(one: Script) -> tuple[Case, Case]:
    """Two cases that name every rule of the script between them: in a step, and at the end."""
    names = tuple(known.id for known in one.rules)
    step = Asked(ask="A", tap=("none",), expect=Expectation(rules=names[:2]))
    first = Case(
        file="face/cases/one.yaml",
        title="one",
        procedure=one.procedure,
        sites=one.sites,
        modifiers=(),
        check_in="c1",
        hour=2,
        previous={},
        steps=(step,),
        expect=Expectation(level=Level.D5),
    )
    return first, first.model_copy(update={"expect": Expectation(rules=names[2:]), "steps": ()})
