"""The way into the console: one link, one device, an end that its owner sees, and nothing for strangers."""

import re
from datetime import timedelta

import pyotp
import pytest

from bot.store.tables import AuditRow, StaffRow
from bot.store.tables_console import ConsoleLinkRow, ConsoleSessionRow
from bot.usecases.console_access import MOST_LINKS, TRIES
from bot.usecases.roster import remove_staff
from tests.console.conftest import Browse
from tests.console.visits import csrf, hire_quietly, link_for, posts, sign_in

BOARD = "/console/"


async def test_the_chat_hands_out_a_link_that_opens_once(browse: Browse) -> None:
    async with browse(public_url="https://aftercare.example.org", webhook_secret="0123456789abcdef") as (
        clinic,
        browser,
    ):
        vega = clinic.staff["Dr. Vega"]
        await vega.writes("/console")
        message = vega.expects("works once, for 10 minutes", "https://aftercare.example.org/console/enter/")
        token = re.search(r"/console/enter/([\w-]+)", message.text)[1]  # type: ignore[index]
        for _ in range(2):  # a preview of the link uses nothing up
            looked = await browser.get(f"/console/enter/{token}")
            assert looked.status_code == 200
            assert "Sign in on this device" in looked.text
            assert "Vega" not in looked.text
        entered = await browser.post("/console/sign-in", data={"token": token})
        assert (entered.status_code, entered.headers["location"]) == (303, "/console/")
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-aftercare=")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        again = await browser.post("/console/sign-in", data={"token": token})
        assert again.status_code == 403
        assert "used already" in again.text
        assert "set-cookie" not in again.headers


async def test_the_group_gets_no_link(browse: Browse) -> None:
    async with browse() as (clinic, _):
        vega = clinic.in_group("Dr. Vega")
        await vega.writes("/console")
        links = await clinic.app.store.look(lambda unit: unit.count(ConsoleLinkRow))
        assert links == 0


async def test_an_old_link_opens_nothing_and_a_new_one_ends_the_one_before(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        staff = await hire_quietly(clinic, "lead")
        first, second = await link_for(clinic, staff), await link_for(clinic, staff)
        assert "used already" in (await browser.post("/console/sign-in", data={"token": first})).text
        await clinic.pass_time(minutes=10)
        assert "too old" in (await browser.post("/console/sign-in", data={"token": second})).text
        assert "opens nothing" in (await browser.post("/console/sign-in", data={"token": "x" * 32})).text
        assert (await browser.get(BOARD)).status_code == 401


async def test_links_are_not_handed_out_without_end(browse: Browse) -> None:
    async with browse() as (clinic, _):
        vega = clinic.staff["Dr. Vega"]
        for _ in range(MOST_LINKS):
            await vega.writes("/console")
            vega.expects("Open the console")
        await vega.writes("/console")
        vega.expects("several links just now")


async def test_guessing_is_stopped(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        for number in range(TRIES):
            answer = await browser.post("/console/sign-in", data={"token": f"guess-{number}"})
            assert answer.status_code == 403
        barred = await browser.post("/console/sign-in", data={"token": "guess"})
        assert barred.status_code == 429
        await clinic.pass_time(minutes=11)
        await sign_in(clinic, browser)
        assert (await browser.get(BOARD)).status_code == 200


@pytest.mark.parametrize("after", [timedelta(hours=2, minutes=1), timedelta(hours=12)])
async def test_a_session_ends(browse: Browse, after: timedelta) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser)
        for _ in range(int(after / timedelta(hours=1)) - 1 if after > timedelta(hours=3) else 0):
            clinic.clock.move_to(clinic.now + timedelta(hours=1))
            assert (await browser.get(BOARD)).status_code == 200
            after -= timedelta(hours=1)
        clinic.clock.move_to(clinic.now + after)
        ended = await browser.get(BOARD)
        assert ended.status_code == 401
        assert "Send /console" in ended.text


async def test_somebody_who_left_is_out_at_once(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        staff = await sign_in(clinic, browser)
        now = clinic.now
        await clinic.app.store.run(lambda unit: remove_staff(unit, now, "setup", staff.id))
        assert (await browser.get(BOARD)).status_code == 401


async def test_one_sees_and_ends_ones_devices(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        browser.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
        await sign_in(clinic, browser)
        lost = dict(browser.cookies)
        browser.headers["user-agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1"
        await sign_in(clinic, browser)
        page = (await browser.get("/console/me")).text
        assert "Firefox, Windows" in page
        assert "Safari, iPhone" in page
        end = re.search(r"/console(/me/sessions/\w+/end)", page)
        assert end is not None
        assert (await posts(browser, end[1])).status_code == 303
        mine = dict(browser.cookies)
        browser.cookies = lost
        assert (await browser.get(BOARD)).status_code == 401
        browser.cookies = mine
        assert (await browser.get(BOARD)).status_code == 200
        left = await posts(browser, "/sign-out")
        assert "You are signed out" in left.text
        assert (await browser.get(BOARD)).status_code == 401
        kept = await clinic.app.store.look(lambda unit: unit.many(ConsoleSessionRow))
        assert {row.state for row in kept} == {"ended"}


async def test_another_ones_device_stays(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser, "lead")
        other = (await clinic.app.store.look(lambda unit: unit.many(ConsoleSessionRow)))[0].id
        await sign_in(clinic, browser, "reception")
        await posts(browser, f"/me/sessions/{other}/end")
        rows = await clinic.app.store.look(lambda unit: unit.many(ConsoleSessionRow))
        assert {row.state for row in rows} == {"open"}


async def test_the_second_factor(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        staff = await sign_in(clinic, browser, "admin")
        page = (await browser.get("/console/me/second-factor")).text
        secret = re.search(r"<code>(\w{32})</code>", page)[1]  # type: ignore[index]
        picture = await browser.get("/console/me/second-factor.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        app = pyotp.TOTP(secret)
        assert (await posts(browser, "/me/second-factor", code="000000")).status_code == 409
        used = app.at(clinic.now)
        assert (await posts(browser, "/me/second-factor", code=used)).status_code == 303

        browser.cookies.clear()
        entered = await browser.post("/console/sign-in", data={"token": await link_for(clinic, staff)})
        assert entered.headers["location"] == "/console/sign-in/code"
        assert (await browser.get(BOARD)).status_code == 401, "half a sign-in shows nothing"
        twice = await browser.post("/console/sign-in/code", data={"code": used})
        assert twice.status_code == 403, "no code works twice"
        clinic.clock.move_to(clinic.now + timedelta(seconds=60))
        right = await browser.post("/console/sign-in/code", data={"code": app.at(clinic.now)})
        assert (right.status_code, right.headers["location"]) == (303, "/console/")
        assert (await browser.get(BOARD)).status_code == 200

        browser.cookies.clear()
        await browser.post("/console/sign-in", data={"token": await link_for(clinic, staff)})
        clinic.clock.move_to(clinic.now + timedelta(seconds=60))
        for _ in range(5):
            assert (await browser.post("/console/sign-in/code", data={"code": "000000"})).status_code == 403
        late = await browser.post("/console/sign-in/code", data={"code": app.at(clinic.now)})
        assert late.status_code == 403, "after five wrong ones the session is gone"


async def test_every_step_of_a_sign_in_is_in_the_audit_trail(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser)
        await posts(browser, "/sign-out")
        rows = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.actor == "me-lead"))
        assert [row.verb for row in rows] == ["console_link", "console_enter", "console_end"]


async def test_a_form_wants_its_token_and_its_own_page(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        await sign_in(clinic, browser)
        token = await csrf(browser)
        assert (await browser.post("/console/sign-out", data={"csrf": "0" * 64})).status_code == 403
        assert (await browser.post("/console/sign-out")).status_code == 403
        for foreign in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            answer = await browser.post("/console/sign-out", data={"csrf": token}, headers=foreign)
            assert answer.status_code == 403, foreign
        assert (await browser.get(BOARD)).status_code == 200
        big = await browser.post("/console/sign-out", data={"csrf": token, "more": "x" * 70_000})
        assert big.status_code == 413


async def test_a_hostile_name_is_text(browse: Browse) -> None:
    async with browse() as (clinic, browser):
        staff = await sign_in(clinic, browser)
        await clinic.app.store.run(lambda unit: unit.change_one(StaffRow, staff.id, name="<script>alert(1)</script>"))
        page = (await browser.get(BOARD)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(("given", "address"), [
    ({}, "http://127.0.0.1:8080"),
    ({"host": "0.0.0.0"}, ""),
    ({"public_url": "https://a.example", "webhook_secret": "0123456789abcdef"}, "https://a.example"),
    ({"console_url": "https://c.example/"}, "https://c.example"),
])  # fmt: skip
async def test_where_the_console_is(browse: Browse, given: dict[str, str], address: str) -> None:
    async with browse(**given) as (clinic, _):
        assert clinic.app.clinic.facts.console == address
        vega = clinic.staff["Dr. Vega"]
        await vega.writes("/console")
        vega.expects(f"{address}/console/enter/" if address else "no safe address")


async def test_an_open_line_is_refused(browse: Browse) -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        async with browse(console_url="http://clinic.example"):
            pass
