"""D3 and D4: how a check-in goes on, and how it ends."""

from tests.support.clinic import Clinic, Person


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def test_today(clinic: Clinic) -> None:
    """D3: the text and the alert at once, the questions go on, and the end repeats that staff will call."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana")
    await ana.taps("Chest pain", "Done")
    ana.expects("Do you have chest pain?")
    await ana.taps("Had it, now gone")
    ana.expects("WE NEED TO CHECK THIS TODAY", "We will call you within 1 hour", "+34 910 000 000", "call 112")
    ana.expects("2 of", "Look at the treated skin")
    clinic.staff["Dr. Vega"].expects("TODAY (D3)", "Chest pain or fast heart, now gone")
    _group(clinic).expects("TODAY (D3)")
    await ana.is_well()
    closing = ana.expects("Our team has your answers and will call you today")
    assert "normal" not in closing.text
    assert "last check-in" not in closing.text
    clinic.staff_skim()
    await clinic.the_end()
    # While the alert is open, a good check-in is not called normal: only a person lowers a level.
    await clinic.to_check_in("c2")
    ana.expects("Hello Ana")
    await ana.is_well()
    closing = ana.expects("is still looking after what you told us before")
    assert "normal" not in closing.text


async def test_soon(clinic: Clinic) -> None:
    """D4: all questions are asked first; the text with the day comes at the end, the alert with it."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.is_well(until="PA")
    ana.skims()
    await ana.says("4")
    assert not await clinic.alerts()
    assert all("bit outside" not in message.text for message in ana.unread)
    await ana.is_well()
    soon = ana.expects("WE WILL CONTACT YOU SOON", "A team member will contact you by Tuesday 3 March", "Write HELP")
    closing = ana.expects("Our team has your answers", "Next check-in: Mon 2 March, 16:00")
    assert soon.id < closing.id
    _group(clinic).expects("SOON (D4)", "Pain 4 or more")
    for person in clinic.staff.values():
        person.expects_nothing()
    ana.expects_nothing()


async def test_it_gets_worse_on_the_way(clinic: Clinic) -> None:
    """First a D3, then a D2 in the same check-in: each text once, one alert, raised."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("Chest pain", "Done", "Had it, now gone")
    ana.skims()
    await ana.taps("White, grey, blue or purple lace-like", "Done")
    await ana.taps("0")
    await ana.taps("Yes")
    ana.expects("GO TO THE EMERGENCY ROOM", "Do not put ice on it")
    ana.expects("Show this card")
    (alert,) = await clinic.alerts()
    assert alert.level == "D2"
    assert {"CP-4", "BL-1"} <= set(alert.rules.split())


async def test_the_longest_emergency_texts_fit(clinic: Clinic) -> None:
    """Every red text is below 500 characters, filled in."""
    texts = clinic.app.clinic.texts(clinic.script, "en")
    for advice in clinic.script.advice_order:
        if advice.startswith(("d1", "d2", "d3")):
            assert len(texts.script(f"advice.{advice}", next_day="Wednesday 30 September", next_checkin="")) < 500
