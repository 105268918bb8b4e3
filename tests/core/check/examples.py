"""For each finding that the checker knows: a submission that has it."""

from bot.core.check.floor import Floor, FloorEntry
from bot.core.check.submission import Submission
from bot.core.flow.conditions import Condition, Days, HasModifier, Hours, SiteIs, Worse
from bot.core.flow.model import CheckIn, FollowUp, Line, Phase, Question, QuestionKind, Reason, Script, Silence, Wording
from bot.core.level import Level
from tests.core.check.builders import (
    answer,
    both,
    check_ins,
    choice,
    number,
    plan,
    questions,
    rule,
    rules,
    scale,
    screen,
    script,
    silence,
    with_questions,
    with_rules,
    with_text,
    without_rule,
)


def submitted(
    one: Script,
    *promises: FloorEntry,
    languages: tuple[str, ...] = ("en", "es"),
    nobody: bool = False,
    cased: frozenset[str] | None = None,
) -> Submission:
    """A script handed in with these promises; its rules have cases, and somebody is on every ladder."""
    return Submission(
        script=one,
        floor=Floor(entries=promises),
        languages=languages,
        cased=frozenset(known.id for known in one.rules) if cased is None else cased,
        uncovered=lambda level: "nobody is on call." if nobody else None,
    )


def promise(when: Condition, at_least: Level, *procedures: str) -> FloorEntry:
    """A promise of the clinic."""
    return FloorEntry(id="FL-1", when=when, at_least=at_least, procedures=procedures, why="a reason")


SOUND = submitted(
    script(),
    promise(answer("A", "breathing"), Level.D1, "face"),
    promise(both(answer("BL", "present"), number("PA", 8)), Level.D2),
    promise(answer("UR", "brown"), Level.D2, "body"),
)
"""A submission without any finding."""


def _line(**changes: object) -> Question:
    usual = {"code": "white_skin", "detail": "BL", "if_silent": "present"}
    lines = questions()["A"].lines
    return screen("A", lines[0], Line.model_validate({**usual, **changes}), lines[2])


def _check_in(place: int, **changes: object) -> tuple[CheckIn, ...]:
    entries = list(check_ins())
    entries[place] = entries[place].model_copy(update=changes)
    return tuple(entries)


def _asked_eleven_times() -> Script:
    more = {f"Q{place}": choice(f"Q{place}", "clear", "present") for place in range(9)}
    sets = {**script().sets, "R": (*script().sets["R"], *more)}
    return script(questions={**questions(), **more}, sets=sets)


def _care(count: int) -> Script:
    long = " ".join(["It is red."] * 40)
    names = [f"care-{place}" for place in range(count)]
    one = script(self_care=tuple(Reason(id=name, when=Hours(up_to=48), text=name) for name in names), texts={})
    texts = {
        language: known.model_copy(update={"by_key": {**known.by_key, **{f"care.{name}": long for name in names}}})
        for language, known in script().texts.items()
    }
    return one.model_copy(update={"texts": texts})


_LATE = choice("LATE", "clear", "present", ask_when=both(Days(after=5), Days(up_to=3)))
_REPEATED = choice("BL", "clear", "unsure", "present", "present")
LOW_SILENCE = with_questions(_line(if_silent="unsure"))
"""Silence after "white skin" counts as "not sure", which is D3; "yes" would be D2."""
_FOLLOW_UP = plan().follow_up

BROKEN: dict[str, tuple[Submission, ...]] = {
    "reference.unknown": (
        submitted(with_rules(rule("R-1", Level.D4, answer("BLX", "present")))),
        submitted(with_rules(rule("R-1", Level.D4, answer("BL", "presnet")))),
        submitted(script(sets={**script().sets, "R": ("PA", "PT", "FT", "XX")})),
        submitted(script(plan=plan(on_demand_sets=("A", "XX")))),
        submitted(script(symptom_questions={"FE": "FEVER"})),
        submitted(script(plan=plan(check_ins=_check_in(0, only_when=answer("XX", "present"))))),
        submitted(with_questions(choice("FE", "clear", "unsure", "present", ask_when=answer("XX", "some")))),
    ),
    "reference.worse_of_screen": (submitted(with_rules(rule("R-1", Level.D4, Worse(question="A")))),),
    "question.wrong_answers": (
        submitted(with_questions(Question(id="FE", kind=QuestionKind.CHOICE, well="present"))),
        submitted(with_questions(Question(id="PA", kind=QuestionKind.SCALE, answers=("low",), well="0"))),
        submitted(with_questions(screen("A"))),
    ),
    "question.repeated_answer": (submitted(with_questions(_REPEATED)),),
    "question.well_unknown": (submitted(with_questions(choice("NU", "clear", "spot", well="fine"))),),
    "question.silence_unknown": (
        submitted(
            with_questions(
                choice("NU", "clear", "spot").model_copy(update={"silence": Silence(after_s=120, counts_as="quiet")})
            )
        ),
    ),
    "floor.unknown": (submitted(script(), promise(answer("BL", "present", "presnet"), Level.D2)),),
    "floor.empty": (
        submitted(script(), promise(answer("UR", "brown"), Level.D2)),
        submitted(script(), promise(both(answer("BL", "clear"), answer("BL", "present")), Level.D2)),
    ),
    "floor.broken": (
        submitted(without_rule("BL-1"), promise(answer("BL", "present"), Level.D2)),
        submitted(script(), promise(number("PA", 7), Level.D2)),
        submitted(
            with_rules(rule("BL-1", Level.D2, both(answer("BL", "present"), SiteIs(any_of=("cheek",))))),
            promise(answer("BL", "present"), Level.D2),
        ),
    ),
    "emergency.not_first": (
        submitted(script(plan=plan(check_ins=_check_in(1, sets=("R", "A", "I"))))),
        submitted(script(plan=plan(on_demand_sets=("R",)))),
    ),
    "emergency.line_undecided": (
        submitted(with_questions(_line(if_silent=None))),
        submitted(with_questions(_line(detail=None))),
    ),
    "emergency.line_not_d1": (
        submitted(with_rules(rule("BR-1", Level.D1, both(answer("A", "breathing"), Hours(up_to=72))))),
        submitted(with_rules(rule("BR-1", Level.D2, answer("A", "breathing")))),
    ),
    "unsure.too_low": (
        submitted(without_rule("BL-2")),
        submitted(with_rules(rule("BL-2", Level.D3, both(answer("BL", "unsure"), Days(up_to=7))))),
    ),
    "wait.unnoticed": (submitted(script(plan=plan(silence={Phase.EARLY: silence()}))),),
    "wait.bad_times": (
        submitted(script(plan=plan(still_there_after_s=0))),
        submitted(script(plan=plan(silence={phase: silence(remind_after_s=(7200, 3600)) for phase in Phase}))),
        submitted(script(plan=plan(silence={phase: silence(task_after_s=60) for phase in Phase}))),
        submitted(script(plan=plan(follow_up=FollowUp(**{**dict(_FOLLOW_UP), "recheck_after_s": (60, 60)})))),
        submitted(
            with_questions(
                choice("NU", "clear", "spot").model_copy(update={"silence": Silence(after_s=0, counts_as="spot")})
            )
        ),
    ),
    "silence.answer_unknown": (submitted(with_questions(_line(if_silent="quiet"))),),
    "silence.too_low": (
        submitted(LOW_SILENCE),
        submitted(with_rules(rule("R-1", Level.D1, both(answer("BL", "unsure"), HasModifier(any_of=("filler",)))))),
        submitted(with_rules(rule("PA-1", Level.D2, both(number("PA", 7, 9), Days(up_to=7))))),
    ),
    "escalation.not_ordered": (submitted(with_rules(rule("R-1", Level.D2, answer("FE", "present"), "d2_fever"))),),
    "escalation.milder_advice": (
        submitted(with_rules(rule("R-1", Level.D1, answer("FE", "present"), "d2"))),
        submitted(with_rules(rule("R-1", Level.D1, answer("FE", "present"), "nice_words"))),
    ),
    "escalation.no_text": (submitted(with_text("advice.d2_blood_flow", None, "es")),),
    "escalation.no_number": (submitted(with_text("advice.d1", "Call us now.", "es")),),
    "escalation.nobody": (submitted(script(), nobody=True),),
    "rule.never_fires": (
        submitted(with_rules(rule("R-1", Level.D4, both(answer("BL", "clear"), answer("BL", "present"))))),
        submitted(with_rules(rule("R-1", Level.D4, both(Hours(up_to=24), Days(after=3))))),
        submitted(with_rules(rule("R-1", Level.D4, SiteIs(any_of=("scalp",))))),
        submitted(
            with_rules(rule("R-1", Level.D4, both(Hours(up_to=24), Days(after=3)), part="skin"), parts=("skin",))
        ),
    ),
    "rule.never_decides": (
        submitted(with_rules(rule("R-1", Level.D3, both(answer("BL", "present"), number("PA", 4))))),
        submitted(with_rules(rule("R-1", Level.D3, number("PA", 8)))),
    ),
    "rule.backs_up_nobody": (
        submitted(with_rules(rule("R-1", Level.D3, number("PA", 6)).model_copy(update={"backs_up": ("BL-1",)}))),
    ),
    "asked.never": (submitted(with_questions(choice("XX", "clear", "present"))),),
    "asked.of_nobody": (submitted(script(questions={**questions(), "LATE": _LATE}, symptom_questions={"LA": "LATE"})),),
    "asked.detail_elsewhere": (
        submitted(script(sets={**script().sets, "A": ("A", "PA")}, plan=plan(after_d2=("BL",)))),
    ),
    "timetable.repeated": (submitted(script(plan=plan(check_ins=_check_in(1, id="c1")))),),
    "timetable.no_time": (
        submitted(script(plan=plan(check_ins=_check_in(1, after_h=168)))),
        submitted(script(plan=plan(check_ins=_check_in(0, after_h=None)))),
    ),
    "timetable.order": (
        submitted(script(plan=plan(check_ins=_check_in(1, on_day=0)))),
        submitted(script(plan=plan(check_ins=_check_in(2, phase=Phase.EARLY)))),
    ),
    "timetable.no_end": (
        submitted(script(plan=plan(check_ins=_check_in(2, closes=False)))),
        submitted(script(plan=plan(check_ins=_check_in(1, closes=True)))),
        submitted(script(plan=plan(check_ins=()))),
    ),
    "burden.too_many": (
        submitted(_asked_eleven_times()),
        submitted(script(plan=plan(check_ins=_check_in(2, sets=("A", "R", "I", "N"))))),
    ),
    "language.none": (submitted(script(texts={}), languages=()),),
    "language.missing": (
        submitted(with_text("answer.BL.present", None, "en")),
        submitted(with_text("question.PA.ask", None, "es")),
        submitted(with_text("extra.words", "More of it.", "en")),
        submitted(script(), languages=("en", "ru")),
    ),
    "language.left_over": (submitted(with_text("question.XX.ask", "¿Qué tal?", "es")),),
    "language.no_wording": (
        submitted(
            with_questions(
                choice("FE", "clear", "unsure", "present").model_copy(
                    update={"wording": (Wording(when=HasModifier(any_of=("filler",)), use="other"),)}
                )
            )
        ),
    ),
    "language.place_holder_unknown": (
        submitted(with_text("care.rest", "Call {clinic_fone} now.")),
        submitted(with_text("question.PA.ask", "Call {clinic_phone}?")),
        submitted(with_text("care.rest", "Call {clinic_phone now.")),
    ),
    "language.place_holders_differ": (submitted(with_text("advice.d2", "{clinic_phone}", "es")),),
    "limit.button": (submitted(with_questions(choice("NU", "clear", "spot" * 12))),),
    "limit.label": (submitted(with_text("answer.BL.present", "x" * 61, "es")),),
    "limit.advice": (submitted(with_text("advice.d1", "{emergency_number}{clinic_phone}" + "x" * 468, "es")),),
    "limit.name": (submitted(with_text("question.BL.short", "x" * 61, "es")),),
    "limit.staff": (submitted(with_text("rule.BL-1", "x" * 251, "es")),),
    "limit.message": (submitted(with_text("question.PA.ask", "\N{SYRINGE}" * 2049, "es")),),
    "limit.question": (submitted(with_text("question.FE.ask", "x" * 4095, "es")),),
    "limit.closing": (submitted(_care(12)),),
    "plain.grade": (
        submitted(with_text("care.rest", "Immediately discontinue administration of inflammatory medication.")),
    ),
    "case.none": (submitted(script(), cased=frozenset(known.id for known in rules()[1:])),),
}
"""Every code with the submissions that must show it."""

KEPT: dict[str, Submission] = {
    "a shared rule for another procedure's site": submitted(
        with_rules(rule("R-1", Level.D4, SiteIs(any_of=("scalp",)), part="skin"), parts=("skin",))
    ),
    "a rule that covers another one but calls the injector": submitted(
        with_rules(rule("R-1", Level.D3, number("PA", 8), calls=("injector",)))
    ),
    "closing texts that are long together but never shown together": submitted(
        _care(12).model_copy(
            update={
                "self_care": tuple(
                    reason.model_copy(update={"when": Days(after=place, up_to=place + 1)})
                    for place, reason in enumerate(_care(12).self_care)
                )
            }
        )
    ),
    "a scale that is asked by itself and as a detail": submitted(with_questions(scale("PA"))),
}
"""Submissions that look wrong and are not."""
