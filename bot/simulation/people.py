"""Patients and staff: what they do with their phones when a message arrives, drawn from the seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.emulator.chats import Standing
from bot.emulator.phones import Phone
from bot.emulator.views import MessageView
from bot.emulator.world import Call
from bot.simulation.clinic import SimulatedClinic

RED_CODE = "breathing"
RED_WORDS = "I can't breathe"


class Temper(StrEnum):
    """What kind of patient this is."""

    WELL = "well"
    ILL = "ill"
    RANDOM = "random"
    WRITER = "writer"
    SILENT = "silent"
    BLOCKER = "blocker"
    LEAVER = "leaver"


@dataclass(eq=False)
class Red:
    """A red flag that a patient reported: what her phone sent, and the update that carried it."""

    patient: str
    chat: int
    update_id: int
    at: float
    words: bool
    counts: bool = False
    """Whether the press answers a question that is open now, of a patient who takes part."""


@dataclass(eq=False)
class Person:
    """Somebody with a phone who reacts to messages after a while."""

    phone: Phone
    name: str
    temper: str
    patient_id: str = ""
    busy: bool = False
    seen: set[tuple[int, int]] = field(default_factory=set)


class People:
    """All persons of a run. ``presses`` and ``reds`` are what they did, for the invariants."""

    def __init__(self, clinic: SimulatedClinic, chance: random.Random) -> None:
        self._clinic = clinic
        self._chance = chance
        self.patients: list[Person] = []
        self.staff = [Person(phone, phone.user.first_name, temper) for phone, temper in self._tempers()]
        self.reds: list[Red] = []
        self.presses: Counter[tuple[str, str]] = Counter()
        self.texts: Counter[str] = Counter()
        self.acts = 0
        self.resting = False
        self._by_chat: dict[int, list[Person]] = {}
        for person in self.staff:
            self._by_chat[person.phone.id] = [person]
        self._by_chat[clinic.group.id] = list(self.staff)

    def _tempers(self) -> list[tuple[Phone, str]]:
        kinds = ["quick", "quick", "slow", "never", "closer"]
        *others, lead = self._clinic.staff
        return [*((phone, self._chance.choice(kinds)) for phone in others), (lead, "closer")]

    def heard(self, call: Call) -> None:
        """A call of the bot ended: whoever it was for may look at the phone."""
        if call.method not in ("sendMessage", "editMessageText") or call.result is None or self.resting:
            return
        if call.method == "editMessageText" and self._chance.random() < 0.9:
            return  # a phone does not ring for an edit
        for person in self._by_chat.get(int(call.params.get("chat_id", 0)), ()):
            self._wake(person)

    def _wake(self, person: Person) -> None:
        if person.busy:
            return
        person.busy = True
        quick = self._chance.random() < 0.7
        pause = self._chance.uniform(1, 40) if quick else self._chance.uniform(60, 2400)
        task = self._clinic.loop.create_task(self._act(person, pause), context=self._clinic.outside.copy())
        task.set_name(f"person {person.name}")

    async def arrive(self, name: str, temper: Temper) -> None:
        """Somebody was treated: she opens her link."""
        sites = self._chance.choice((("cheek",), ("lips",), ("nose", "cheek"), ("forehead",)))
        modifiers = self._chance.choice(((), ("filler",), ("blood_thinner",), ("diabetes",)))
        phone, token, patient_id = await self._clinic.register(name, sites, modifiers)
        person = Person(phone, name, temper, patient_id)
        self.patients.append(person)
        self._by_chat[phone.id] = [person]
        self._did("start", person)
        phone.start(token)

    def _did(self, what: str, person: Person, detail: str = "") -> None:
        self.acts += 1
        self._clinic.trace.note(what, person.name.replace(" ", "_"), detail)

    async def _act(self, person: Person, pause: float) -> None:
        await asyncio.sleep(pause)
        person.busy = False
        if self.resting:
            return
        if person.patient_id:
            self._patient_acts(person)
        else:
            self._staff_acts(person)

    # Patients

    def _patient_acts(self, person: Person) -> None:
        phone, chance = person.phone, self._chance
        if self._clinic.world.chats[phone.id].bot_standing is not Standing.MEMBER:
            if chance.random() < 0.5:
                self._did("unblock", person)
                phone.unblock_bot()
            return
        messages = [message for message in phone.messages() if message.from_bot]
        if not messages:
            return
        joining = self._join(person, messages)
        if joining is not None:
            joining()
            return
        if person.temper == Temper.SILENT and chance.random() < 0.7:
            return
        if person.temper == Temper.BLOCKER and chance.random() < 0.15:
            self._did("block", person)
            phone.block_bot()
            return
        if person.temper == Temper.LEAVER and chance.random() < 0.05:
            self._did("type", person, "/stop")
            phone.type("/stop")
            return
        if person.temper == Temper.WRITER and chance.random() < 0.3:
            self._write(person)
            return
        asking = [message for message in messages if any(d.startswith("a|") for d in message.button_data.values())]
        if asking:
            self._answer(person, asking[-1], asking)

    def _join(self, person: Person, messages: list[MessageView]) -> Callable[[], None] | None:
        last = messages[-1]
        if "date of birth" in last.text and not last.buttons:
            return lambda: self._type(person, "23.4.1985")
        choices = [data for data in last.button_data.values() if data.startswith("j|")]
        if not choices:
            return None
        data = next((each for each in choices if each == "j|language.en"), choices[0])
        return lambda: self._press(person, last, data)

    def _write(self, person: Person) -> None:
        if self._chance.random() < 0.3:
            self._did("sticker", person)
            person.phone.send_sticker()
            return
        words = self._chance.choice(
            (RED_WORDS, "hello", "thank you", "I have a fever of 39", "3", "/stop", "/worse", "no")
        )
        self._type(person, words)

    def _type(self, person: Person, words: str) -> None:
        self._did("type", person, words)
        self.texts[person.patient_id] += 1
        if words == RED_WORDS:
            self._note_red(person, words=True)
        person.phone.type(words)

    def _note_red(self, person: Person, *, words: bool, run: str = "", question: str = "") -> None:
        number = self._clinic.world.updates._next_id
        active = self._clinic.ask("SELECT 1 FROM patient WHERE id = ? AND stage = 'active'", person.patient_id)
        asked = run and self._clinic.ask("SELECT 1 FROM run WHERE id = ? AND state = 'open'", run)
        first = asked and not self._clinic.ask("SELECT 1 FROM answer WHERE run_id = ? AND question = ?", run, question)
        # With another press on its way to the same question, the first one counts.
        counts = bool(active and first) and not self.presses[run, question]
        self.reds.append(Red(person.patient_id, person.phone.id, number, self._clinic.loop.time(), words, counts))

    def _answer(self, person: Person, message: MessageView, asking: list[MessageView]) -> None:
        chance = self._chance
        data = [each for each in message.button_data.values() if each.startswith("a|")]
        question = data[0].split("|")[2]
        known = self._clinic.flows.scripts["face"].questions.get(question)
        codes = {each.split("|")[3]: each for each in data}
        well = known.well if known is not None else None
        pick = codes.get(well or "", data[0])
        if person.temper == Temper.ILL and RED_CODE in codes and chance.random() < 0.5:
            pick = codes[RED_CODE]
        elif person.temper in (Temper.RANDOM, Temper.ILL) and chance.random() < 0.6:
            pick = chance.choice(list(message.button_data.values()))
        if pick == codes.get(RED_CODE):
            self._note_red(person, words=False, run=data[0].split("|")[1], question=question)
        self._press(person, message, pick)
        if chance.random() < 0.1:
            self._press(person, message, pick)
        if len(asking) > 1 and chance.random() < 0.2:
            old = asking[0]
            self._press(person, old, next(iter(old.button_data.values())))
        # Whoever presses looks again, also when no answer comes.
        if chance.random() < 0.5:
            self._clinic.loop.call_later(120, self._wake, person, context=self._clinic.outside)

    def _press(self, person: Person, message: MessageView, data: str, chat: int | None = None) -> None:
        self._did("press", person, data)
        if data.startswith("a|"):
            _, run, question, _ = data.split("|")
            self.presses[run, question] += 1
        person.phone.press_data(data, message, chat=chat)

    # Staff

    def _staff_acts(self, person: Person) -> None:
        chance = self._chance
        if chance.random() < (0.9 if person.temper == "never" else 0.4):
            return
        where = chance.choice((None, self._clinic.group.id))
        cards = [
            message
            for message in person.phone.messages(where)
            if message.from_bot and any(data.startswith(("s|", "t|")) for data in message.button_data.values())
        ]
        if not cards:
            return
        card = cards[-1] if chance.random() < 0.8 else chance.choice(cards)
        choices = [data for data in card.button_data.values() if data.startswith(("s|", "t|"))]
        if choices:
            last = choices[-1] if person.temper == "closer" and chance.random() < 0.8 else chance.choice(choices)
            self._press(person, card, last, where)
            if person.temper in ("quick", "closer") and chance.random() < 0.5:
                self._clinic.loop.call_later(30, self._wake, person, context=self._clinic.outside)
