"""A patient's own language in a journey: her texts by key as a phone shows them, and no word of another language."""

import re
from collections.abc import Iterator
from html import unescape

from bot.core.flow.model import QuestionKind
from bot.core.flow.together_names import plain
from bot.core.wording.catalog import Catalog
from bot.core.wording.question_card import label
from bot.emulator import MessageView
from tests.support.clinic import LANGUAGE_QUESTION, Clinic, Person

LANGUAGES = ("en", "es", "ru")
NAMES = {"en": "Ana Ruiz", "es": "Ana Ruiz", "ru": "Анна Орлова"}
BUTTONS = {"en": "English", "es": "Español", "ru": "Русский"}
MOST_QUESTIONS = 40
FIRST = "A"
"""The screen that begins every check-in."""

_ENGLISH = re.compile(
    r"\b(the|you|your|and|with|none|next|yes|please|patient|call|day|hour|of|not|send|back|done|open|now|by|is|are|for)\b",
    re.IGNORECASE,
)
_SPANISH = re.compile(r"[¿¡ñ]|\b(el|la|los|usted|para|con|está|sí|ahora|piel|hoy|llame)\b", re.IGNORECASE)
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN = re.compile(r"[A-Za-z]{3,}")
_NAMES = {"Clinic", "Sol", "Telegram", "Vega", "Marín", "Luis", "Ruiz", "Ana", "lot", "mg"}
_NO_WORDS = re.compile(r"/\w+|https?://\S+")


def foreign(language: str, text: str) -> list[str]:
    """Words of another language in a text of this one; commands, names and the products on the card apart."""
    shown = _NO_WORDS.sub("", text)
    match language:
        case "en":
            return [*_CYRILLIC.findall(shown), *_SPANISH.findall(shown)]
        case "es":
            return [*_CYRILLIC.findall(shown), *_ENGLISH.findall(shown)]
        case _:
            return [word for word in _LATIN.findall(shown) if word not in _NAMES]


def on_phone(html: str) -> str:
    """A text of the catalog as a phone shows it: without tags."""
    return unescape(re.sub(r"</?[bi]>", "", html))


def whole(message: MessageView) -> str:
    """A message with its buttons."""
    return "\n".join([message.text, *(each for row in message.buttons for each in row)])


def from_bot(person: Person) -> Iterator[MessageView]:
    """What the bot wrote to her, but for the question which language she wants."""
    yield from (m for m in person.phone.messages() if m.from_bot and LANGUAGE_QUESTION not in m.text)


class Reader:
    """A patient who reads one language; ``sees`` looks for texts by their keys, so that no other words will do."""

    def __init__(self, clinic: Clinic, person: Person, procedure: str, language: str) -> None:
        self.clinic = clinic
        self.person = person
        self.language = language
        self.procedure = procedure
        self.ui: Catalog = clinic.app.clinic.ui(language)
        self.script = clinic.app.clinic.current(procedure)
        self.texts: Catalog = clinic.app.clinic.texts(self.script, language)
        self._place = 0

    async def enrols(self, token: str) -> None:
        """Opens the link, chooses her language, and answers the enrolment by its buttons."""
        person, ui = self.person, self.ui
        await person.does(lambda: person.phone.start(token))
        person.expects(LANGUAGE_QUESTION)
        await person.taps(BUTTONS[self.language])
        self.reads(ui.say("join.ask.consent"))
        await person.taps(ui.plain("join.agree"))
        await person.writes("23.4.1985")
        await person.taps(
            ui.plain("join.name_right"), ui.plain("join.zone_right"), "10:00", ui.plain("join.test_works")
        )
        person.skims()

    def reads(self, *texts: str) -> MessageView:
        """The oldest unread message with these texts of the catalog; all of it is in her language."""
        message = self.person.expects(*(on_phone(text) for text in texts))
        assert not foreign(self.language, whole(message)), (foreign(self.language, whole(message)), whole(message))
        return message

    def is_greeted(self) -> None:
        """The check-in begins with her name, and with the first question."""
        self._place = 0
        self.reads(self.ui.say("checkin.greeting", name=self.person.name.split()[0]))

    def reads_card(self) -> None:
        """The card for the hospital: in her language, and in the clinic's where that is another."""
        for language in dict.fromkeys((self.language, self.clinic.app.clinic.facts.language)):
            ui, texts = self.clinic.app.clinic.ui(language), self.clinic.app.clinic.texts(self.script, language)
            head, *_ = ui.raw("card.text").splitlines()
            card = self.person.expects(on_phone(head), texts.raw(f"procedure.{self.procedure}"), self.person.name)
            others = [word for word in foreign(language, card.text) if word not in self.person.name]
            assert not others or language == "en", (others, card.text)

    async def is_well(self, *, until: str = "") -> list[str]:
        """Answers the open check-in with the shortest taps; returns the questions. Each is in her words, in its place.

        Stops before the question ``until``.
        """
        person, asked = self.person, list[str]()
        for _ in range(MOST_QUESTIONS):
            found = [m for m in from_bot(person) if any(data.startswith("a|") for data in m.button_data.values())]
            if not found:
                return asked
            name = self._question_of(found[-1])
            self._shown_rightly(found[-1], name)
            if name == until:
                return asked
            question = self.script.questions[plain(name)]
            asked.append(name)
            await person.says(question.well or question.codes[0], name)
        raise AssertionError("asked without end")

    def asked(self) -> str:
        """The question that is open now."""
        return self._question_of(self.person.open_question)

    async def reports(self, *answers: tuple[str, str]) -> None:
        """Answers the open check-in well but for these (question, code); what the last one brings is unread."""
        for name, code in answers:
            await self.is_well(until=name)
            self.person.skims()
            await self.person.says(code, name)
            question = self.script.questions[plain(name)]
            line = question.line(code)
            if line and not line.at_once:
                await self.person.says("done", name)

    def _question_of(self, message: MessageView) -> str:
        return next(data for data in message.button_data.values() if data.startswith("a|")).split("|")[2]

    def _shown_rightly(self, message: MessageView, name: str) -> None:
        """The open question has its own words and answers in her language; a main one counts on from the one before."""
        question = self.script.questions[plain(name)]
        assert not foreign(self.language, whole(message)), whole(message)
        keys = [f"question.{name}.ask", *(f"question.{name}.ask.{w.use}" for w in question.wording)]
        assert any(self.texts.has(key) and on_phone(self.texts.script(key)) in message.text for key in keys), message
        if question.kind is QuestionKind.CHOICE and not question.wording:
            labels = {label(question, self.texts, self.ui, code) for code in question.answers}
            assert labels <= {each for row in message.buttons for each in row}, message.buttons
        number = on_phone(self.ui.say("question.position", at="(\\d+)", total="(\\d+)"))
        counted = re.search(f"^{number}$", message.text, re.MULTILINE)
        if counted:
            at, total = int(counted[1]), int(counted[2])
            assert at == (1 if name == FIRST else self._place + 1) <= total, message.text
            self._place = at

    def closing(self, day: int, *, care: tuple[str, ...], last: bool) -> MessageView:
        """The last words of a good check-in: normal for this day, the care that fits, when the next one comes."""
        ui = self.ui
        parts = [ui.say("closing.normal", day=day), *(self.texts.script(f"care.{key}") for key in care)]
        parts.append(ui.say("closing.last" if last else "closing.next", next_checkin=""))
        message = self.reads(*parts, ui.say("closing.standing"))
        assert (on_phone(ui.say("closing.last")) in message.text) is last
        assert message.text.count("•") == len(care), message.text
        return message
