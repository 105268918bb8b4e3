"""A scripted clinic for the page alone: a real bot with invented texts. Try it: `python -m tests.demo.fake_clinic`."""

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import segno
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.request import HTTPXRequest

from bot.demo.page import DemoError, DemoNext, DemoPerson, DemoSession, DemoState, Role, routes
from bot.emulator import Clock, EmulatorServer, Phone, World

ZONE = "Europe/Madrid"
MORNING = datetime(2026, 3, 3, 9, 20, tzinfo=UTC).timestamp()
HOUR = 3600.0
DAY = 24 * HOUR

SIGNS = {
    "breath": "Hard to breathe, or lips, tongue or throat swelling",
    "chest": "Chest pain, or a very fast or uneven heartbeat",
    "sight": "Sight dark, blurred, double or lost (also if gone), eye pain",
    "white": "White, grey, blue, lace-like or cold skin",
    "pain": "Very bad pain, 8 to 10 out of 10",
}
QUESTIONS: list[tuple[str, list[list[str]]]] = [
    (
        "How bad is the pain now, from 0 to 10? 0 is no pain. 10 is the worst.",
        [list("012345"), ["6", "7", "8", "9", "10"]],
    ),
    ("Is the skin red, or darker than usual, and hot?", [["No"], ["Yes, getting smaller"], ["Yes, spreading"]]),
    ("Is the pain better, the same or worse than last time?", [["Better", "Same"], ["Worse"]]),
    ("Is anything leaking from the skin?", [["No"], ["Clear or a bit of blood"], ["Yellow, green or smelly"]]),
    ("Are you worried? Do you want to talk to a person?", [["No"], ["Yes, please call me"]]),
]
WELCOME = (
    "<b>Hello Ana.</b> I am the aftercare bot of Clinic Nova.\n\n"
    "I ask short questions after your treatment. If an answer worries us, I tell you what to do at once, "
    "and a person of the clinic calls you.\n\n<i>I am not a doctor. In an emergency call 112.</i>"
)
EXPECTED = (
    "<b>What you feel is expected today.</b>\n\nKeep the skin clean and dry. Do not touch, rub or scratch it.\n\n"
    "Something changed? Write /worse at any time."
)
GO_TO_ER = (
    "🔶 <b>Go to the emergency room now. Someone else should drive.</b>\n\n"
    "Call the clinic on the way: <b>+34 600 000 000</b>.\n"
    "Say: “White skin after hyaluronic acid in the cheek. Possible blocked vessel.”\n"
    "<blockquote>Do not massage, cool or warm the skin.\nDo not wait for our call.</blockquote>\n"
    "We have told our team."
)
CARD = (
    "🔶 <b>GO TO ER NOW · case AB-17</b>\nBL-1 White, grey or lace-like skin\n\n"
    "A. B., face treatment, cheek · day {day}, hour {hour}\nPhone: +34 611 222 333\n\n"
    "Emergency signs: White, grey, blue, lace-like or cold skin\n\n"
    "Told to the patient: go to the emergency room\nDelivered at {at}\n\n{status}"
)

Rows = list[list[tuple[str, str]]]


@dataclass
class _Alert:
    raised: float
    cards: dict[int, int] = field(default_factory=dict)
    status: str = ""
    taken: bool = False


@dataclass
class _Play:
    """One patient's story so far."""

    ana: Phone
    t0: float
    due: list[tuple[float, str, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)
    alert: _Alert | None = None


class FakeClinic:
    """Plays the clinic: answers what the phones do, and lets check-ins and calls come when the clock moves."""

    def __init__(self, world: World, clock: Clock, bot: telegram.Bot) -> None:
        self._world = world
        self._clock = clock
        self._bot = bot
        self.moved: list[float | str] = []
        self.hold: asyncio.Event | None = None
        self.is_moving = asyncio.Event()
        self._begin()

    def _begin(self) -> None:
        self._play: _Play | None = None
        self._nino = self._world.user(first_name="Dr Nino", started=True)
        self._leo = self._world.user(first_name="Dr Leo", started=True)
        self._mara = self._world.user(first_name="Mara", started=True)
        self._group = self._world.group("Clinic Nova staff", members=[self._nino, self._leo, self._mara])

    async def state(self) -> DemoState:
        staff = [(self._nino, Role.ON_CALL), (self._leo, Role.SECOND), (self._mara, Role.LEAD)]
        people = [
            DemoPerson(user_id=phone.id, chat_id=phone.id, role=role, name=phone.user.first_name, viewer=phone.id)
            for phone, role in staff
        ]
        nino = self._nino.id
        people.append(
            DemoPerson(user_id=nino, chat_id=self._group.id, role=Role.GROUP, name="Clinic Nova staff", viewer=nino)
        )
        now = _moment(self._clock())
        if self._play is None:
            return DemoState(now=now, zone=ZONE, people=tuple(people))
        ana = self._play.ana.id
        people.append(DemoPerson(user_id=ana, chat_id=ana, role=Role.PATIENT, name="Ana Bell", viewer=ana))
        coming = [DemoNext(at=_moment(at), what=what) for at, what, _ in self._play.due if what == "Check-in"]
        return DemoState(
            now=now,
            zone=ZONE,
            people=tuple(people),
            session=DemoSession(t0=_moment(self._play.t0), procedure="Face treatment", sites=("cheek", "lips")),
            next=coming[0] if coming else None,
            tips=("Her birth date, when the bot asks: 14.06.1988",),
        )

    async def register(self) -> DemoState:
        if self._play is not None:
            raise DemoError("There is a patient already. Start again first.")
        ana = self._world.user(first_name="Ana Bell")
        self._play = _Play(ana, t0=self._clock() - HOUR / 6)
        picture = io.BytesIO()
        segno.make("https://t.me/aftercare_bot?start=demo", error="m").save(picture, kind="png", scale=6)
        link = "Case <b>AB-17</b> is registered. The patient scans this, or opens https://t.me/aftercare_bot?start=demo"
        await self._bot.send_photo(self._group.id, picture.getvalue(), link, parse_mode="HTML")
        ana.start("demo")
        await self._world.until(lambda: ana.last)
        for day in (HOUR * 2, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 42 * DAY):
            self._play.due.append((self._play.t0 + day, "Check-in", self._open_check_in))
        return await self.state()

    async def advance(self, seconds: float) -> DemoState:
        self.moved.append(seconds)
        return await self._move_to(self._clock() + seconds)

    async def advance_to(self, goal: str) -> DemoState:
        self.moved.append(goal)
        play = self._playing()
        if goal == "week6":
            return await self._move_to(play.t0 + 42 * DAY)
        return await self._move_to(next(at for at, what, _ in play.due if what == "Check-in"))

    async def reset(self) -> DemoState:
        for phone in list(self._world.phones.values()):
            for view in phone.messages():
                self._world.delete(view.message)
        self._clock.ahead = 0.0
        self._begin()
        self._world.tell()
        return await self.state()

    async def run(self) -> None:
        """Answer updates until cancelled."""
        offset = 0
        while True:
            for update in await self._bot.get_updates(offset=offset, timeout=20, read_timeout=25):
                offset = update.update_id + 1
                if update.callback_query is not None:
                    await self._pressed(update.callback_query)
                elif update.message is not None:
                    await self._said(update.message)

    async def _move_to(self, end: float) -> DemoState:
        self.is_moving.set()
        if self.hold is not None:
            await self.hold.wait()
        play = self._playing()
        while play.due and play.due[0][0] <= end:
            at, _, happens = play.due.pop(0)
            self._clock.advance(max(0.0, at - self._clock()))
            await happens()
        self._clock.advance(max(0.0, end - self._clock()))
        return await self.state()

    def _playing(self) -> _Play:
        if self._play is None:
            raise DemoError("There is no patient yet.")
        return self._play

    async def _said(self, message: Message) -> None:
        if self._play is None or message.chat_id != self._play.ana.id:
            return
        if (message.text or "").startswith("/start"):
            await self._send(
                message.chat_id, WELCOME, [[("I have read this and I agree", "agree")], [("No, thank you", "no")]]
            )
        elif message.text:
            await self._send(message.chat_id, "Thank you. Our team reads this. In an emergency call 112.")
            await message.forward(self._group.id)
        else:
            await self._send(message.chat_id, "Thank you, I gave this to our team.")

    async def _pressed(self, query: telegram.CallbackQuery) -> None:
        data = query.data or ""
        kind, _, rest = data.partition("|")
        message = query.message
        assert isinstance(message, Message)
        toast = "Noted"
        match kind:
            case "agree":
                await message.edit_text("You agreed to the aftercare. ✓")
                await self._send(message.chat_id, "Thank you. Your first questions come <b>today at 12:10</b>.")
            case "no":
                await query.answer("Without your consent I ask nothing. You can agree at any time.", show_alert=True)
                return
            case "line":
                toast = await self._tapped_line(message, rest)
            case "answer":
                number, _, words = rest.partition("|")
                await message.edit_text(f"{QUESTIONS[int(number)][0]}\n<b>✓ {words}</b>", parse_mode="HTML")
                await self._ask(int(number) + 1)
            case "act":
                await message.edit_text(f"What are you doing now?\n<b>✓ {rest}</b>", parse_mode="HTML")
            case "alert":
                toast = await self._handle(query.from_user.first_name, rest)
        await query.answer(toast)

    async def _tapped_line(self, message: Message, code: str) -> str:
        play = self._playing()
        if code == "done":
            await message.edit_text(
                "Emergency signs\n<b>✓ " + ", ".join(SIGNS[c] for c in play.picked) + "</b>", parse_mode="HTML"
            )
            await self._raise_alert()
        elif code == "none":
            await message.edit_text("Emergency signs\n<b>✓ None of these</b>", parse_mode="HTML")
            await self._ask(0)
        else:
            play.picked = [each for each in play.picked if each != code] or []
            play.picked.append(code)
            await message.edit_reply_markup(_keyboard(self._lines()))
        return "Noted"

    async def _open_check_in(self) -> None:
        play = self._playing()
        play.picked = []
        text = (
            "1 of 6\n<b>Right now, do you have any of these? Tap each line that fits. Not sure? Tap it too.</b>\n"
            "<i>You can tap several lines.</i>"
        )
        await self._send(play.ana.id, text, self._lines())

    def _lines(self) -> Rows:
        picked = self._playing().picked
        rows = [[(("☑ " if code in picked else "☐ ") + words, f"line|{code}")] for code, words in SIGNS.items()]
        return [*rows, [(f"Done ({len(picked)})", "line|done")] if picked else [("✓ None of these", "line|none")]]

    async def _ask(self, number: int) -> None:
        ana = self._playing().ana.id
        if number == len(QUESTIONS):
            await self._send(ana, EXPECTED)
            return
        words, rows = QUESTIONS[number]
        buttons = [[(label, f"answer|{number}|{label}") for label in row] for row in rows]
        await self._send(ana, f"{number + 2} of 6\n<b>{words}</b>", buttons)

    async def _raise_alert(self) -> None:
        play = self._playing()
        doing = ["Calling now", "On my way", "Already there", "I cannot"]
        await self._send(play.ana.id, GO_TO_ER)
        await self._send(play.ana.id, "What are you doing now?", [[(words, f"act|{words}")] for words in doing])
        play.alert = _Alert(self._clock(), status=f"<b>Take it by {_clock(self._clock() + 600)}</b>")
        for chat in (self._group.id, self._nino.id):
            await self._card(chat)
        for minutes, phone in ((5, self._leo), (10, self._mara)):
            play.due.append((play.alert.raised + minutes * 60, "Call", self._calling(play.alert, phone)))
        play.due.sort(key=lambda due: due[0])

    def _calling(self, alert: _Alert, phone: Phone) -> Callable[[], Awaitable[None]]:
        async def call() -> None:
            if not alert.taken:
                late = int((self._clock() - alert.raised) // 60)
                await self._card(phone.id, f"‼ Not taken for {late} minutes. You are next.\n")
                await self._send(self._group.id, f"Not taken for {late} minutes. {phone.user.first_name} was called.")

        return call

    async def _card(self, chat: int, headline: str = "") -> None:
        alert = self._playing().alert
        assert alert is not None
        alert.cards[chat] = (
            await self._send(chat, headline + self._card_text(alert), [[("I take it", "alert|take")]])
        ).id

    def _card_text(self, alert: _Alert) -> str:
        hours = int((self._clock() - self._playing().t0) // 3600)
        return CARD.format(day=hours // 24, hour=hours, at=_clock(alert.raised), status=alert.status)

    async def _handle(self, name: str, verb: str) -> str:
        alert = self._playing().alert
        if alert is None or (verb == "take" and alert.taken):
            return "Somebody was faster."
        at = _clock(self._clock())
        buttons: Rows = []
        if verb == "take":
            alert.taken, alert.status = True, f"Taken by {name} at {at}"
            buttons = [
                [("Called, fine", "alert|fine"), ("Called, sent to ER", "alert|er")],
                [("No answer", "alert|none")],
            ]
        elif verb == "close":
            alert.status += f"\n<b>Closed by {name} at {at}: in care</b>"
        else:
            alert.status += f"\nCalled by {name} at {at}"
            buttons = [[("Close: in care", "alert|close")]]
        for chat, message_id in alert.cards.items():
            await self._bot.edit_message_text(
                self._card_text(alert), chat, message_id, parse_mode="HTML", reply_markup=_keyboard(buttons)
            )
        return "Noted"

    async def _send(self, chat: int, text: str, rows: Rows | None = None) -> Message:
        return await self._bot.send_message(chat, text, parse_mode="HTML", reply_markup=_keyboard(rows or []))


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    keys = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    return InlineKeyboardMarkup(keys) if keys else None


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _clock(at: float) -> str:
    return (_moment(at) + timedelta(hours=1)).strftime("%H:%M")


@dataclass
class Stage:
    """A served page with its clinic."""

    url: str
    world: World
    clock: Clock
    clinic: FakeClinic


class _Later:
    """The clinic of an emulator that must be running before its bot can be made."""

    clinic: FakeClinic

    async def state(self) -> DemoState:
        return await self.clinic.state()

    async def register(self) -> DemoState:
        return await self.clinic.register()

    async def advance(self, seconds: float) -> DemoState:
        return await self.clinic.advance(seconds)

    async def advance_to(self, goal: str) -> DemoState:
        return await self.clinic.advance_to(goal)

    async def reset(self) -> DemoState:
        return await self.clinic.reset()


@contextlib.asynccontextmanager
async def on_stage(port: int = 0, read: Callable[[], float] = lambda: MORNING) -> AsyncIterator[Stage]:
    """Serve the page with a scripted clinic; the clock stands still unless `read` moves."""
    clock = Clock(read)
    world = World(now=clock)
    later = _Later()
    async with EmulatorServer(world, port=port, routes=routes(later)) as emulator:
        request = HTTPXRequest(connection_pool_size=8, pool_timeout=30)
        async with telegram.Bot(world.token, base_url=emulator.base_url, request=request) as bot:
            later.clinic = FakeClinic(world, clock, bot)
            answering = asyncio.create_task(later.clinic.run())
            try:
                yield Stage(emulator.url, world, clock, later.clinic)
            finally:
                answering.cancel()
                # What the clinic stumbled over is the story, not what a page waited for in vain.
                with contextlib.suppress(asyncio.CancelledError):
                    await answering


async def _serve() -> None:
    began = time.monotonic()
    async with on_stage(8099, lambda: MORNING + time.monotonic() - began) as stage:
        print(stage.url)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
