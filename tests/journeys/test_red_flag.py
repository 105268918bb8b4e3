"""A white patch on the cheek: advice first, the alert at once, the ladder, and the way to a closed case."""

from tests.support.clinic import Clinic


async def test_white_patch(clinic: Clinic) -> None:
    ana = await clinic.treat()
    vega, marin, lola = (clinic.staff[name] for name in ("Dr. Vega", "Dr. Marín", "Lola"))
    assert clinic.group is not None
    await clinic.to_check_in("c1")
    ana.expects("check-in", "1 of", "Hard to breathe")
    await ana.taps("White, grey")
    await ana.taps("Done")
    print([m.text for m in ana.unread], clinic.now)
    for m in vega.unread: print(m.text, m.buttons)
