"""A patient who is well, or is not: which button she presses under the question that is open."""

from bot.core.flow.model import Script
from bot.emulator import MessageView, Phone, Press
from tests.bench.town import Town

RED = ("A", "breathing")


def question_of(phone: Phone) -> tuple[MessageView, str] | None:
    """The newest message with answer buttons and the run and question that it asks; None when nothing is open."""
    last = phone.last
    for view in [last] if last else []:
        for data in view.button_data.values():
            if data.startswith("a|"):
                return view, data.rpartition("|")[0]
    return None


def press_well(script: Script, phone: Phone) -> Press | None:
    """Press what a well patient answers; None when no question is open."""
    found = question_of(phone)
    if found is None:
        return None
    view, prefix = found
    return phone.press(f"{prefix}|{script.questions[prefix.rpartition('|')[2]].well}", view)


def leads_on(script: Script, phone: Phone) -> bool:
    """Whether another question follows the one that is open (the last of a check-in takes free text)."""
    found = question_of(phone)
    return found is not None and script.questions[found[1].rpartition("|")[2]].kind.value != "text"


async def all_asked(place: Town, phones: list[Phone], within: float = 60) -> None:
    """Wait until every one of them has a question open."""
    left = list(phones)

    def everybody() -> bool:
        while left and question_of(left[-1]) is not None:
            left.pop()
        return not left

    await place.world.until(everybody, within)


def press_red(phone: Phone) -> Press:
    """Tap the red line of the open question, which is the first one of a check-in."""
    found = question_of(phone)
    assert found is not None
    view, prefix = found
    question, code = RED
    assert prefix.endswith(f"|{question}")
    return phone.press(f"{prefix}|{code}", view)
