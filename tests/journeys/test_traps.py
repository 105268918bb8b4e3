"""The trap table of the clinical brief, section 6.2, row by row in three languages, through the whole product."""

from typing import NamedTuple

import pytest

from bot.store.tables import AlertLogRow, AlertRow
from tests.support.clinic import Clinic, Person

ALARM, ASKED, ANSWER, TEAM = "alarm", "asked", "answer", "team"


class Trap(NamedTuple):
    """One trap: what comes of it, and its words in English, Spanish and Russian."""

    comes: str
    english: str
    spanish: str
    russian: str


TRAPS = {
    "true negation": Trap(TEAM, "I have no fever at all", "no tengo fiebre", "температуры нет"),
    "the negation is the symptom": Trap(ALARM, "cant breathe", "no puedo respirar", "не могу дышать"),
    "not getting better": Trap(ASKED, "fever not going down", "no me baja la fiebre", "температура не спадает"),
    "half negation": Trap(ASKED, "no fever but chills", "no es fiebre pero tiemblo", "не температура, а жар"),
    "history": Trap(ASKED, "I had a fever last year", "tuve fiebre el año pasado", "в прошлом году была температура"),
    "recent past": Trap(ASKED, "had a fever this morning, gone now", "tuve fiebre anoche", "ночью была температура"),
    "another person": Trap(ASKED, "my son has a fever", "mi hija tiene fiebre", "у ребенка температура"),
    "question": Trap(ANSWER, "what if I get a fever?", "¿y si me da fiebre?", "а если поднимется температура?"),
    "figure of speech": Trap(ASKED, "this swelling is killing me lol", "me muero de risa", "умираю со смеху"),
    # "intoxicada" may mean a bad allergy: the emergency number is told with the question.
    "false friends": Trap(f"{ASKED} or {ALARM}", "there is puss in it", "estoy intoxicada", "рожа красная"),
    "layout and spelling": Trap(ASKED, "i have a feever", "tengo fievre", "ntvgthfnehf"),
    "numbers": Trap(ASKED, "my temp is 101F", "tengo 38,5", "39 с половиной"),
}


async def _comes(clinic: Clinic, ana: Person, words: str) -> str:
    before = await _alarms(clinic)
    await ana.writes(words)
    said = "\n".join(message.text for message in ana.unread)
    after = await _alarms(clinic)
    if "If this is happening now" in said:
        assert after > before, f"she is told to call, and staff are not: {words}"
        return ALARM
    assert after == before, f"an alarm for {words!r}"
    if any(data.startswith("a|") for message in ana.unread for data in message.button_data.values()):
        return ASKED
    return ANSWER if "If that happens" in said else TEAM if "Our team will read this" in said else said


async def _alarms(clinic: Clinic) -> int:
    return await clinic.app.store.look(lambda unit: unit.count(AlertLogRow) + unit.count(AlertRow))


async def _is_over(clinic: Clinic, ana: Person) -> None:
    ana.skims()
    clinic.staff_skim()
    await ana.is_well()
    ana.skims()
    clinic.staff_skim()


@pytest.mark.parametrize("language", ["english", "spanish", "russian"])
async def test_each_trap(clinic: Clinic, language: str) -> None:
    """None is turned into silence: she is asked, answered or passed on, and staff see each word of it."""
    ana = await clinic.treat()
    assert clinic.group is not None
    for name, trap in TRAPS.items():
        words = getattr(trap, language)
        assert await _comes(clinic, ana, words) in trap.comes.split(" or "), f"{name}: {words}"
        await clinic.pass_time(seconds=45)
        clinic.group.expects(words)
        await _is_over(clinic, ana)
