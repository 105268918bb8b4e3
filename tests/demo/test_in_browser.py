"""The demo's page in a real browser: both stories, on a phone and on a laptop."""

import pytest
from playwright.async_api import Locator, Page, expect

from bot.demo.page import Role
from bot.emulator import Phone
from tests.demo.conftest import OpenPage
from tests.demo.fake_clinic import Stage

pytestmark = pytest.mark.browser

HAND = (390, 844)
LAPTOP = (1440, 900)


def phone(page: Page, role: Role) -> Locator:
    """The phone of a role."""
    return page.locator(f'.phone[data-role="{role}"]')


def tab(page: Page, role: Role) -> Locator:
    """The button that shows a phone, of those that the width has."""
    return page.locator(f'#tabs [data-role="{role}"]:visible, #strip [data-role="{role}"]:visible')


async def show(page: Page, role: Role) -> Locator:
    """Put a phone in front, if it is not there already."""
    if await tab(page, role).count():
        await tab(page, role).click()
    await expect(phone(page, role)).to_be_visible()
    return phone(page, role)


async def press(at: Locator, label: str) -> None:
    """Press the newest key with this label."""
    await at.locator(".key", has_text=label).last.click()


async def registered(page: Page) -> Locator:
    """Begin, and agree as the patient."""
    await page.get_by_role("button", name="Register a patient").click()
    patient = phone(page, Role.PATIENT)
    await press(patient, "I have read this and I agree")
    await expect(patient.get_by_text("Your first questions come")).to_be_visible()
    return patient


async def fits(page: Page) -> None:
    """Nothing is wider than the window, and what is tapped is large enough."""
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    small = """[...document.querySelectorAll('.key, .moves button, .tool, .primary, .icon-button, #tabs button')]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44).length"""
    assert await page.evaluate(small) == 0


@pytest.mark.parametrize("size", [HAND, LAPTOP, (768, 1024), (1180, 820)])
async def test_the_white_patch(size: tuple[int, int], open_page: OpenPage) -> None:
    page = await open_page(*size)
    await expect(page.get_by_role("heading", name="Play a white patch on the cheek").first).to_be_visible()
    await fits(page)
    patient = await registered(page)
    await page.get_by_role("button", name="To the next check-in").click()
    await expect(patient.get_by_text("1 of 6")).to_be_visible()
    await expect(page.locator("#clock-since")).to_have_text("Day 0, hour 2 after the session")
    await fits(page)
    await press(patient, "White, grey, blue")
    await press(patient, "Done (1)")
    # What she must do is in sight without scrolling.
    await expect(patient.get_by_text("Go to the emergency room now.")).to_be_in_viewport()
    await expect(tab(page, Role.SECOND).locator(".badge")).to_be_empty()

    group = await show(page, Role.GROUP)
    await expect(group.get_by_text("GO TO ER NOW")).to_be_in_viewport()
    await expect(group.locator("img.picture")).to_have_js_property("complete", True)
    await page.get_by_role("button", name="+15 min").click()
    await expect(tab(page, Role.SECOND).locator(".badge")).to_have_text("1")
    second = await show(page, Role.SECOND)
    await expect(tab(page, Role.SECOND).locator(".badge")).to_be_empty()
    await expect(second.get_by_text("Not taken for 5 minutes")).to_be_in_viewport()
    await press(second, "I take it")
    await expect(second.locator(".toast")).to_have_text("Noted")
    await press(second, "Called, sent to ER")
    await press(second, "Close: in care")
    await expect(second.get_by_text("Closed by Dr Leo")).to_be_in_viewport()
    await expect(second.locator(".edited")).to_be_visible()
    await expect(second.locator(".key")).to_have_count(0)
    await fits(page)


async def test_a_well_patient_and_the_end(open_page: OpenPage) -> None:
    page = await open_page(*HAND)
    patient = await registered(page)
    await page.get_by_role("button", name="To the next check-in").click()
    await press(patient, "None of these")
    for answer in ("2", "No", "Better", "No", "No"):
        await patient.locator(".key:not([aria-busy=true])").get_by_text(answer, exact=True).last.click()
    await expect(patient.get_by_text("What you feel is expected today.")).to_be_in_viewport()
    await page.get_by_role("button", name="To week 6").click()
    await expect(page.locator("#clock-since")).to_contain_text("Day 42")
    await expect(page.get_by_role("button", name="To week 6")).to_be_disabled()
    assert await patient.locator(".day").count() > 3
    await page.get_by_role("button", name="Start again").click()
    await page.get_by_role("dialog").get_by_role("button", name="Start again").click()
    await expect(page.get_by_role("button", name="Register a patient")).to_be_visible()
    await expect(patient).to_have_count(0)
    await registered(page)


async def test_what_a_patient_can_send(open_page: OpenPage, stage: Stage) -> None:
    page = await open_page(*LAPTOP)
    patient = await registered(page)
    for what in ("sample", "voice", "sticker"):
        await patient.get_by_label("Attach").click()
        await patient.locator(f'[data-send="{what}"]').click()
    await expect(patient.locator(".own img.picture")).to_be_visible()
    await expect(patient.get_by_text("Voice message, 0:04")).to_be_visible()
    await expect(patient.locator(".sticker")).to_have_text("🙂")
    words = patient.get_by_label("Message as Ana Bell")
    await words.fill("<img src=x onerror=alert(1)> & <b>not bold</b>")
    await words.press("Enter")
    await expect(patient.locator(".own .words").last).to_have_text("<img src=x onerror=alert(1)> & <b>not bold</b>")
    await expect(patient.locator(".own .words b")).to_have_count(0)
    await expect(phone(page, Role.GROUP).get_by_text("Forwarded")).to_be_visible()

    await patient.locator(".own .act").last.click()
    await words.fill("I wrote that better")
    await words.press("Enter")
    await expect(patient.locator(".own .edited")).to_be_visible()

    group = phone(page, Role.GROUP)
    await group.locator(".act").last.click()
    await group.locator("textarea").fill("We call you")
    await group.locator(".send").click()
    await expect(group.locator(".own .quote")).to_be_visible()

    await patient.get_by_label("More").click()
    await patient.get_by_role("button", name="Block the bot").click()
    await expect(words).to_be_hidden()
    await patient.get_by_role("button", name="Unblock the bot").click()
    await expect(words).to_be_visible()


def ana_of(stage: Stage) -> Phone:
    """The patient's phone in the emulator."""
    return next(each for each in stage.world.phones.values() if each.user.first_name == "Ana Bell")


async def test_formatted_edited_and_deleted_messages(open_page: OpenPage, stage: Stage) -> None:
    page = await open_page(*LAPTOP)
    patient = await registered(page)
    chat = stage.world.chats[ana_of(stage).id]
    text = "🟥🔶 bold both code link spoiler"
    entities = [
        {"type": "bold", "offset": 5, "length": 9},
        {"type": "italic", "offset": 10, "length": 4},
        {"type": "code", "offset": 15, "length": 4},
        {"type": "text_link", "offset": 20, "length": 4, "url": "javascript:alert(1)"},
        {"type": "spoiler", "offset": 25, "length": 7},
    ]
    message = stage.world.add_message(chat, stage.world.bot, {"text": text, "entities": entities})
    shown = patient.locator(f'[data-id="{message.id}"] .words')
    await expect(shown).to_have_text(text)
    await expect(shown.locator("b")).to_have_text("bold both")
    await expect(shown.locator("b i")).to_have_text("both")
    await expect(shown.locator("code")).to_have_text("code")
    await expect(shown.locator("a")).to_have_count(0)
    await shown.get_by_role("button", name="spoiler").click()
    await expect(shown.locator(".spoiler")).to_have_attribute("aria-expanded", "true")
    assert "🟥🔶 bold" in await page.locator("#announcer").inner_text()

    message.content = {"text": "changed"}
    message.edited_at = message.date
    stage.world.touch(message)
    await expect(shown).to_have_text("changed")
    stage.world.delete(message)
    await expect(patient.locator(".gone")).to_have_text("Deleted message")


async def test_errors_and_alerts_are_shown(open_page: OpenPage, stage: Stage) -> None:
    page = await open_page(*HAND, reduced=True)
    await page.get_by_role("button", name="Register a patient").click()
    patient = phone(page, Role.PATIENT)
    await press(patient, "No, thank you")
    await expect(page.get_by_role("dialog")).to_contain_text("Without your consent I ask nothing.")
    await page.get_by_role("dialog").get_by_role("button", name="OK").click()

    ana = stage.world.chats[ana_of(stage).id]
    stage.world.say(ana, ana_of(stage).user, {"text": "one"})
    await expect(patient.get_by_text("one", exact=True)).to_be_visible()
    stage.world.phones[ana.id].deactivate()
    await patient.locator("textarea").fill("two")
    await patient.locator(".send").click()
    await expect(page.get_by_role("alert")).to_contain_text("deleted the account")
    # What could not be sent is not lost.
    await expect(patient.locator("textarea")).to_have_value("two")
    await page.get_by_label("Close this note").click()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_without_a_mouse(open_page: OpenPage) -> None:
    page = await open_page(*LAPTOP)
    await page.get_by_role("button", name="Register a patient").press("Enter")
    patient = phone(page, Role.PATIENT)
    agree = patient.get_by_role("button", name="I have read this and I agree")
    await agree.press("Enter")
    await expect(patient.get_by_text("Your first questions come")).to_be_visible()
    await page.get_by_role("button", name="To the next check-in").press("Enter")
    line = patient.get_by_role("button", name="Chest pain")
    await line.press("Space")
    # The keyboard was drawn anew, and the focus is still on its line.
    await expect(patient.get_by_role("button", name="☑ Chest pain")).to_be_focused()
    await page.get_by_label("More").first.press("Enter")
    await page.keyboard.press("Escape")
    await expect(patient.get_by_role("button", name="Block the bot")).to_be_hidden()


async def test_two_windows_show_the_same(open_page: OpenPage) -> None:
    one, other = await open_page(*LAPTOP), await open_page(*HAND)
    await registered(one)
    await expect(phone(other, Role.PATIENT).get_by_text("Your first questions come")).to_be_visible()
    await one.get_by_role("button", name="+1 day").click()
    await expect(other.locator("#clock-since")).to_contain_text("Day 1")
    await expect(other.locator("#progress")).to_be_hidden()
