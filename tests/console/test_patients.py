"""Patients in the console: found without a name in an address, looked at with a line in the trail, acted on as in chat."""

import re

import pytest

from bot.store.tables import AlertRow, AuditRow, OutboxRow, PatientRow, PhotoRow, PictureRow
from bot.usecases.find_patients import FoundPage, Wanted, find_patients
from tests.console.conftest import Browse
from tests.console.town import fill
from tests.console.visits import posts, sign_in
from tests.support.clinic import Clinic


async def found(clinic: Clinic, **wanted: str) -> FoundPage:
    """What the list shows for this."""
    return await clinic.app.store.look(lambda unit: find_patients(unit, clinic.now, Wanted(**wanted)))  # type: ignore[arg-type]


async def test_the_list_is_narrowed(browse: Browse) -> None:
    async with browse() as (clinic, _):
        await fill(clinic, 24)
        assert len((await found(clinic)).patients) == 24
        alerts = (await found(clinic, state="alert")).patients
        assert {each.patient.id for each in alerts} == {f"p{number:05d}" for number in range(5)}
        assert all(each.alert is not None for each in alerts)
        today = (await found(clinic, days="0")).patients
        assert {each.day for each in today} <= {0, 1}
        assert today
        assert {each.patient.stage for each in (await found(clinic, state="stopped")).patients} <= {"stopped"}
        assert (await found(clinic, procedure="scalp")).patients == ()
        assert (await found(clinic, state="nonsense")).patients == ()


async def test_each_patient_stands_once_with_the_newest_session(browse: Browse) -> None:
    async with browse() as (clinic, _):
        await fill(clinic, 12)
        people = (await found(clinic)).patients
        assert len({each.patient.id for each in people}) == len(people) == 12
        first = next(each for each in people if each.patient.id == "p00000")
        assert first.session is not None
        assert first.session.number == 2


async def test_a_search_has_no_name_in_its_address(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 12)
        await sign_in(clinic, browser)
        page = await posts(browser, "/patients/search", q="marta")
        assert page.status_code == 200
        assert "Marta Gil" in page.text
        assert "Ana Ruiz" not in page.text
        assert "?" not in str(page.url)
        assert "K0003" in (await posts(browser, "/patients/search", q="k0003")).text
        assert "Nobody fits" in (await posts(browser, "/patients/search", q="zzz")).text
        form = re.search(r'<form class="find"[^>]*>', (await browser.get("/console/patients")).text)
        assert form is not None
        assert 'method="post"' in form[0]


async def test_a_look_is_a_line_in_the_trail(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 12)
        staff = await sign_in(clinic, browser, "clinician")
        page = await browser.get("/console/patients/p00000")
        assert page.status_code == 200
        assert "Ana" not in page.text.partition("<title>")[2].partition("</title>")[0], "no name in a title"
        await browser.get("/console/photos/f000000")
        rows = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.actor == staff.id))
        looks = [(row.verb, row.subject) for row in rows if row.verb.startswith("look")]
        assert looks == [("look", "patient:p00000"), ("look_photo", "photo:f000000")]


async def test_the_page_says_what_is_known_and_what_is_not(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 12)
        await sign_in(clinic, browser)
        page = (await browser.get("/console/patients/p00008")).text
        assert "EX-PA-1" in page, "the band names its rule"
        assert "[S12]" in page
        assert "No band" in page, "the script says nothing of the temperature"
        assert 'class="silence"' in page, "a check-in without an answer is a hatched gap"
        assert "NO ANSWER" in page
        assert "penicillin" in page
        assert "Expected by the script" in page


async def test_a_line_never_crosses_a_silence(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 12)
        await sign_in(clinic, browser)
        page = (await browser.get("/console/patients/p00008")).text
        first = page.partition('<g class="newest">')[2].partition("</g>")[0]
        gap = re.search(r'class="silence" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', page)
        assert gap is not None
        begins, ends = float(gap[1]), float(gap[1]) + float(gap[2])
        lines = re.findall(r'<polyline points="([^"]+)"', first)
        assert len(lines) == 2
        for line in lines:
            places = [float(each.split(",")[0]) for each in line.split()]
            assert max(places) <= begins or min(places) >= ends - 1


async def test_photos_are_for_those_who_care(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 1)
        await sign_in(clinic, browser, "reception")
        assert "/console/photos/" not in (await browser.get("/console/patients/p00000")).text
        assert (await browser.get("/console/photos/f000000")).status_code == 403
        await sign_in(clinic, browser, "injector")
        answer = await browser.get("/console/photos/f000000")
        kept = await clinic.app.store.look(lambda unit: unit.find(PictureRow, photo_id="f000000"))
        assert kept is not None
        assert (answer.headers["content-type"], answer.content) == ("image/jpeg", kept.image)
        assert answer.headers["cache-control"] == "no-store"
        photo = await clinic.app.store.look(lambda unit: unit.find(PhotoRow, id="f000000"))
        assert photo is not None


async def test_acts_are_those_of_the_chat(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        ana = await clinic.treat()
        clinic.staff_skim()
        row = await clinic.row_of(ana)
        await sign_in(clinic, browser, "lead")
        assert (await posts(browser, f"/patients/{row.id}/write", words="How <b>are</b> you?")).status_code == 303
        await clinic.settle()
        ana.expects("Robin lead", "How <b>are</b> you?")
        assert (await posts(browser, f"/patients/{row.id}/write", words=" ")).status_code == 409
        assert (await posts(browser, f"/patients/{row.id}/mark", stage="paused")).status_code == 303
        assert (await clinic.row_of(ana)).stage == "paused"
        assert (await posts(browser, f"/patients/{row.id}/mark", stage="active")).status_code == 303
        unsure = await posts(browser, f"/patients/{row.id}/mark", stage="deceased")
        assert unsure.status_code == 409
        assert (await clinic.row_of(ana)).stage == "active"
        past = await posts(browser, f"/patients/{row.id}/next", on_day="2020-01-01")
        assert "not to come" in past.text
        assert (await posts(browser, f"/patients/{row.id}/next", on_day="2026-04-01")).status_code == 303
        assert "Next session" in (await browser.get(f"/console/patients/{row.id}")).text


async def test_reception_marks_nobody_deceased(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 8)
        await sign_in(clinic, browser, "reception")
        answer = await posts(browser, "/patients/p00007/mark", stage="deceased", really="yes")
        assert answer.status_code == 409
        row = await clinic.app.store.look(lambda unit: unit.get(PatientRow, "p00007"))
        assert row.stage == "active"


@pytest.mark.parametrize("role", ["reception", "lead"])
async def test_an_alert_is_taken_contacted_and_closed_from_here(browse: Browse, role: str) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 5)
        await sign_in(clinic, browser, role)
        taken = await posts(browser, "/alerts/a00000/take", back="patient")
        assert taken.headers["location"] == "/console/patients/p00000?said=taken"
        again = await posts(browser, "/alerts/a00001/take")
        assert again.status_code == 409
        assert "Dr. Vega" in again.text, "who was first is named"
        assert (await posts(browser, "/alerts/a00000/close", reason="resolved")).status_code == 409
        assert (await posts(browser, "/alerts/a00000/contact", outcome="nonsense")).status_code == 409
        assert (await posts(browser, "/alerts/a00000/contact", outcome="fine")).status_code == 303
        closed = await posts(browser, "/alerts/a00000/close", reason="resolved")
        assert closed.status_code == (303 if role == "lead" else 409)
        alert = await clinic.app.store.look(lambda unit: unit.get(AlertRow, "a00000"))
        assert alert.state == ("closed" if role == "lead" else "contacted")


async def test_words_of_patients_are_text(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await fill(clinic, 1)
        name = '"><img src=x onerror=alert(1)>'

        def spoil(unit: object) -> None:
            unit.change_one(PatientRow, "p00000", name=name, allergies=name)  # type: ignore[attr-defined]
            unit.change(OutboxRow, OutboxRow.patient_id == "p00000", body='{"text": "&lt;img src=x&gt;"}')  # type: ignore[attr-defined]

        await clinic.app.store.run(spoil)
        await sign_in(clinic, browser)
        for path in ("/console/patients", "/console/patients/p00000"):
            page = (await browser.get(path)).text
            assert "<img src=x" not in page, path
            assert "&lt;img src=x" in page, path
