"""The clinic as the use cases see it: its facts, texts, policy and scripts, and the source of new ids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core.alert.policy import Policy
from bot.core.care.hold import ChatTimes
from bot.core.engine.events import Signal
from bot.core.errors import NotReady
from bot.core.flow.model import Script
from bot.core.flow.together import Together, together
from bot.core.post.channel import Channel
from bot.core.wording.catalog import FIRST_LANGUAGE, Catalog
from bot.store.tables import RevisionRow
from bot.store.unit import Unit


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What every text may name. ``zone`` is the clinic's; ``bot_name`` the bot's Telegram name without the @.

    ``digest_hour`` is when the morning's digest goes, by the clinic's clock; -1 is never.
    ``console`` is the address of the web console, empty where it cannot be reached safely.
    """

    name: str
    phone: str
    emergency_number: str
    crisis_line: str
    zone: str
    language: str
    bot_name: str
    privacy_url: str = ""
    staff_group: int = 0
    link_hours: int = 168
    keep_months: int = 24
    digest_hour: int = -1
    console: str = ""

    def holders(self) -> dict[str, str]:
        """The place-holders that every text may use."""
        return {
            "clinic_name": self.name,
            "clinic_phone": self.phone,
            "emergency_number": self.emergency_number,
            "crisis_line": self.crisis_line,
        }


@dataclass(frozen=True, slots=True)
class Heard:
    """What the screen of free text found: signals for the engine, and the kind of talk (thanks, question, other).

    ``what_if``: the text only asks about red flags that have not happened. ``topic`` is the everyday question that the
    clinic has an answer to, "" for none.
    """

    signals: tuple[Signal, ...]
    kind: str
    what_if: bool = False
    topic: str = ""


class Screening(Protocol):
    """Reads free text in every language and finds red-flag words."""

    def __call__(self, text: str, asked: str | None) -> Heard:
        """What is in ``text``; ``asked`` is the question that is open."""


class CoverGaps(Protocol):
    """Finds when nobody would be called."""

    def __call__(self, unit: Unit, clinic: "Clinic", now: datetime, /) -> Sequence[tuple[datetime, datetime]]:
        """The hours ahead that nobody covers, as (begins, ends), the soonest first."""


def no_gap_known(_unit: Unit, _clinic: "Clinic", _now: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Where no cover is kept by hours, no gap is known."""
    return ()


@dataclass(slots=True)
class Clinic:
    """Built once by wiring and given to every use case. ``scripts`` are the current ones by procedure.

    Older revisions are read from the database when a run needs them, and kept: a revision never changes.
    """

    facts: ClinicFacts
    policy: Policy
    chat: ChatTimes
    scripts: Mapping[str, Script]
    messages: Mapping[str, Catalog]
    answers: Mapping[str, Catalog]
    screening: Screening
    new_id: Callable[[], str]
    new_token: Callable[[], str]
    unsigned: int = 0
    signers: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    cover_gaps: CoverGaps = no_gap_known
    _revisions: dict[str, Script] = field(default_factory=dict)
    _texts: dict[tuple[str, str], Catalog] = field(default_factory=dict)
    _together: dict[tuple[str, ...], Together] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._revisions.update({script.revision: script for script in self.scripts.values()})

    def script(self, unit: Unit, revision: str) -> Script:
        """The script of a revision, current or older."""
        known = self._revisions.get(revision)
        if known is None:
            row = unit.get(RevisionRow, revision)
            known = self._revisions[revision] = Script.model_validate_json(row.script)
            # Its name is the one under which it was published, also when a script has more fields by now.
            known.__dict__["revision"] = revision
        return known

    def together(self, unit: Unit, now: datetime, revisions: Sequence[str]) -> Together:
        """One script for sessions on these revisions, the newest session's first; kept as a revision like any other.

        So a restart, another worker and a later look at the run find it.
        """
        wanted = tuple(dict.fromkeys(revisions))
        known = self._together.get(wanted)
        if known is None:
            known = together([self.script(unit, revision) for revision in wanted])
            self._together[wanted] = known
            self._revisions.setdefault(known.script.revision, known.script)
        # Asked every time: a transaction that made it may have been rolled back.
        if len(wanted) > 1 and not unit.count(RevisionRow, RevisionRow.id == known.script.revision):
            unit.insert_new(
                RevisionRow(
                    id=known.script.revision,
                    procedure="+".join(dict.fromkeys(self.script(unit, each).procedure for each in wanted)),
                    script=known.script.model_dump_json(),
                    published_at=now,
                    published_by="bot",
                    current=False,
                )
            )
        return known

    def current(self, procedure: str) -> Script:
        """The current script of a procedure. Errors: NotReady when the clinic has none."""
        try:
            return self.scripts[procedure]
        except KeyError:
            raise NotReady(f"no script for the procedure {procedure!r} is loaded") from None

    def ui(self, language: str) -> Catalog:
        """The bot's own texts in a language; the clinic's language stands in for one that is not there."""
        return self.messages.get(language) or self.messages.get(self.facts.language) or self.messages[FIRST_LANGUAGE]

    def answer(self, language: str, topic: str) -> str:
        """The clinic's own answer to an everyday question, escaped and with its facts filled in."""
        known = self.answers.get(language) or self.answers.get(self.facts.language) or self.answers[FIRST_LANGUAGE]
        return known.script(topic)

    def approval(self, language: str) -> str:
        """What a reader should know of the clinical approval, to be filled into a text."""
        ui = self.ui(language)
        if self.unsigned:
            return ui.plain("approval.open", unsigned=str(self.unsigned))
        return ui.plain("approval.signed", who="; ".join(self.signers) or self.facts.name)

    def texts(self, script: Script, language: str) -> Catalog:
        """A script's texts in a language, with the clinic's facts filled in; English stands in for a missing one."""
        language = language if language in script.texts else FIRST_LANGUAGE
        key = (script.revision, language)
        if key not in self._texts:
            self._texts[key] = Catalog(language, script.texts[language].by_key, self.facts.holders())
        return self._texts[key]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a patient may choose: those in which both the bot and every script speak."""
        spoken = [set(script.texts) for script in self.scripts.values()]
        return tuple(sorted(set(self.messages).intersection(*spoken)))

    def spoken(self, code: str) -> str:
        """The language that a patient may choose for a phone's language code (es-MX is es); empty when there is none."""
        language = code.partition("-")[0].lower()
        return language if language in self.languages else ""

    def local(self, moment: datetime, zone: str = "") -> datetime:
        """``moment`` by the wall clock of ``zone`` (the clinic's when none is given)."""
        return moment.astimezone(ZoneInfo(zone or self.facts.zone))
