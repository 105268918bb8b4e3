"""Scenes that many journeys begin with: a patient reports a red flag and reads what she is told."""

from bot.emulator import MessageView
from tests.support.clinic import Clinic, Person


async def white_patch(clinic: Clinic, patient: Person) -> None:
    """At her first check-in the patient reports a white patch: D2, up to the question that could make it a D1."""
    await clinic.to_check_in("c1", patient)
    patient.expects("this is your check-in", "Right now")
    await patient.taps("White, grey", "Done")
    patient.expects("Is any patch white")
    await patient.taps("Yes")
    patient.expects("GO TO THE EMERGENCY ROOM", "Your skin may not be getting enough blood")
    patient.expects("Show this card")
    patient.expects("One more check")


async def hard_to_breathe(clinic: Clinic, patient: Person, step: str = "c1") -> None:
    """At a check-in the patient reports that it is hard to breathe: D1, up to "what are you doing now?"."""
    await clinic.to_check_in(step, patient)
    patient.expects("Hard to breathe")
    await patient.taps("Hard to breathe")
    patient.expects("EMERGENCY", "Call 112 now")
    patient.expects("Show this card")
    patient.expects("What are you doing now?")


def cards(clinic: Clinic, *names: str, words: tuple[str, ...] = ()) -> dict[str, MessageView]:
    """The alert card that each of these reads, and the group; nobody else has got one."""
    found = {name: clinic.staff[name].expects("case", *words) for name in names}
    assert clinic.group is not None
    found["group"] = clinic.group.expects("case", *words)
    return found


def told(clinic: Clinic, *names: str, words: str = "Nobody has taken this yet") -> None:
    """Exactly these (and the group) are told of the alert again."""
    cards(clinic, *names, words=(words,))
    for name, person in clinic.staff.items():
        if name not in names:
            person.expects_nothing()
