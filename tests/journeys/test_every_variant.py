"""Every procedure in every language: a well patient from her first check-in to the last, and a red flag to its end."""

from dataclasses import dataclass

import pytest

from bot.core.level import Level
from tests.support.clinic import Clinic
from tests.support.languages import LANGUAGES, NAMES, Reader, on_phone

DAYS = {"c1": 0, "c2": 0, "c3": 1, "c4": 2, "c5": 3, "c6": 5, "c7": 7, "c8": 10, "c9": 14, "c10": 21, "c11": 28,
        "c12": 42, "c13": 56, "c14": 84}  # fmt: skip
"""The timetable of the clinical brief, 3.2, without old filler: on which day each check-in comes."""
CLOCK = {"c1": "12:00", "c2": "16:00"}
"""Two and six hours after the treatment; every later one comes at the hour that she chose."""
LATE = ("c10", "c11", "c12", "c13", "c14")


@dataclass(frozen=True)
class Flag:
    """A red flag that belongs to a procedure: in which check-in, which answers, and what follows.

    ``answers`` are (question, code) in their order, all others being well. ``then`` is the first question after the advice.
    """

    vignette: str
    check_in: str
    answers: tuple[tuple[str, str], ...]
    rule: str
    level: Level
    advice: str
    day: int
    hour: int
    then: str


@dataclass(frozen=True)
class Variant:
    """A procedure: the treated places, its check-ins, and the care that fits its day (from day 0, 1, 3 and 7 on)."""

    sites: tuple[str, ...]
    steps: tuple[str, ...]
    care: tuple[tuple[int, tuple[str, ...]], ...]
    flag: Flag

    def care_on(self, day: int) -> tuple[str, ...]:
        """The keys of the care texts of a day."""
        return next(keys for first, keys in reversed(self.care) if first <= day)


def steps_but(*without: str) -> tuple[str, ...]:
    return tuple(step for step in DAYS if step not in without)


FACE_CARE = ((0, ("today", "first_48", "sleep")), (1, ("first_48", "sleep")), (2, ("sleep",)), (3, ()), (7, ("later",)))
BODY_CARE = ((0, ("today", "first_48")), (1, ("first_48",)), (2, ()), (7, ("later",)))
VARIANTS = {
    "face": Variant(
        ("cheek",), steps_but("c8"), FACE_CARE,
        Flag("1: a white patch after six hours", "c2", (("A", "white_skin"), ("BL", "present")),
             "BL-1", Level.D2, "d2_blood_flow", 0, 6, "EM"),
    ),
    "body_fat": Variant(
        ("stomach", "thigh"), steps_but(), BODY_CARE,
        Flag("15: brown pee on day 1", "c3", (("HB", "urine"), ("UR", "brown")), "UR-2", Level.D2, "d2", 1, 24, "EM"),
    ),
    "cellulite": Variant(
        ("thigh",), steps_but(), BODY_CARE,
        Flag("19: one calf swollen, and short of breath", "c6", (("HB", "limb"), ("CA", "breath")),
             "CA-1", Level.D1, "d1", 5, 120, "ACT"),
    ),
    "scalp": Variant(
        ("crown",), steps_but("c8"),
        ((0, ("today", "first_48", "gentle_scalp")), (1, ("first_48", "gentle_scalp")), (2, ("gentle_scalp",)),
         (4, ()), (7, ("later",))),
        Flag("23: sight, after injections in the scalp", "c1", (("A", "sight"),),
             "VI-1", Level.D1, "d1_stroke_sight", 0, 2, "ACT"),
    ),
    "contour": Variant(
        ("under_chin",), steps_but(),
        ((0, ("today", "first_48", "sleep", "no_massage")), (1, ("first_48", "sleep", "no_massage")),
         (2, ("sleep", "no_massage")), (3, ("no_massage",)), (7, ("no_massage", "later")), (15, ("later",))),
        Flag("11: cannot swallow on day 2", "c4", (("N", "swallow"), ("SL", "cannot")),
             "SL-1", Level.D1, "d1_allergy", 2, 48, "ACT"),
    ),
    "texture": Variant(
        ("mouth",), steps_but("c6", "c8"), FACE_CARE,
        Flag("3: blisters by the lip", "c3", (("V", "broken"), ("SK", "blisters")),
             "SK-2", Level.D2, "d2_blood_flow", 1, 24, "EM"),
    ),
}  # fmt: skip
EACH = pytest.mark.parametrize("language", LANGUAGES)


async def treated(clinic: Clinic, procedure: str, language: str, *modifiers: str) -> Reader:
    """A patient of this procedure has just been treated, opens her link and chooses her language."""
    name = NAMES[language]
    patient = Reader(clinic, clinic.newcomer(name), procedure, language)
    sites = VARIANTS[procedure].sites
    await patient.enrols(await clinic.register(name, procedure=procedure, sites=sites, modifiers=modifiers))
    return patient


@EACH
@pytest.mark.parametrize("procedure", VARIANTS)
async def test_a_well_patient_to_week_12(clinic: Clinic, procedure: str, language: str) -> None:
    """Each check-in at its hour and day, in few taps; each closing says "normal for this day" and the care that fits."""
    variant = VARIANTS[procedure]
    patient = await treated(clinic, procedure, language)
    planned = [(row.step, row.local_due) for row in await clinic.check_ins()]
    assert [step for step, _ in planned] == list(variant.steps)
    assert [due[11:] for _, due in planned] == [CLOCK.get(step, "10:00") for step in variant.steps]
    for step in variant.steps:
        await clinic.to_check_in(step)
        patient.is_greeted()
        asked = await patient.is_well()
        assert len(asked) <= (4 if step in LATE else 10), f"{step} asks {asked}"
        assert (asked[0], asked[-1]) == ("A", "FT")
        patient.closing(DAYS[step], care=variant.care_on(DAYS[step]), last=step == variant.steps[-1])
        patient.person.expects_nothing()
    await clinic.pass_time(days=30)
    assert not await clinic.alerts()
    # The one task, a link that is not opened, ended by itself when she opened it.
    assert [task.done_by for task in await clinic.tasks()] == ["bot"]
    assert {row.state for row in await clinic.check_ins()} == {"done"}
    await clinic.the_end()


@EACH
@pytest.mark.parametrize("procedure", VARIANTS)
async def test_a_red_flag_from_the_answer_to_the_closed_alert(clinic: Clinic, procedure: str, language: str) -> None:
    """Her own language from the emergency text to the follow-up; the staff's card, taken, contacted and closed."""
    flag = VARIANTS[procedure].flag
    patient = await treated(clinic, procedure, language)
    for step in VARIANTS[procedure].steps:
        await clinic.to_check_in(step)
        patient.is_greeted()
        if step == flag.check_in:
            break
        await patient.is_well()
    await patient.reports(*flag.answers)

    advice = patient.reads(patient.texts.script(f"advice.{flag.advice}"))
    assert advice.text.startswith(on_phone(patient.ui.say(f"advice.mark.{flag.level.value}")))
    assert not advice.buttons
    patient.reads_card()
    patient.person.expects(on_phone(patient.texts.script(f"question.{flag.then}.ask")))

    english = clinic.app.clinic.texts(patient.script, "en")
    words = {Level.D1: ("EMERGENCY (D1)", "call the emergency number now"),
             Level.D2: ("ER NOW (D2)", "go to the emergency room now")}[flag.level]  # fmt: skip
    vega = clinic.staff["Dr. Vega"]
    site = english.raw(f"site.{VARIANTS[procedure].sites[0]}")
    question, code = flag.answers[-1]
    card = vega.expects(
        *words, f"{flag.rule}: {english.raw(f'rule.{flag.rule}')}", english.raw(f"procedure.{procedure}"), site,
        f"day {flag.day}, hour {flag.hour}", "+34600123456", english.raw(f"answer.{question}.{code}"), "delivered at",
    )  # fmt: skip
    assert NAMES[language] not in card.text
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.state, flag.rule in alert.rules.split()) == (flag.level.value, "sent", True)

    while patient.asked() != "ACT":
        await patient.person.says("none", patient.asked())
    await patient.person.says("on_way", "ACT")
    vega.sees(card, "She says: on the way")
    patient.person.skims()
    await vega.taps("I take it", on=card)
    patient.reads(
        patient.ui.say("truth.seen_red", name="Dr. Vega", at=clinic.app.clinic.local(clinic.now).strftime("%H:%M"))
    )
    await vega.taps("Contacted", "Reached, sent to the ER", "Close", "In medical care", on=card)
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.outcome) == ("closed", "sent_to_er")
    assert not [row for row in await clinic.check_ins() if row.kind == "recheck" and row.state == "planned"]
    assert not await clinic.open_tasks()
    clinic.staff_skim()
    await clinic.the_end()
