"""The screen: one free text in, its red-flag signals out, whatever the language or the keyboard."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.core.level import Level, worst
from bot.core.screen.context import Status
from bot.core.screen.hits import Found, Hit, HitFinder, one_a_place
from bot.core.screen.keyboard import latin_keys, swap_layout
from bot.core.screen.lexicon import Combination, Lexicon
from bot.core.screen.normalise import Reading, Token, has_letters, read_tokens

UNRATED = Level.D3
"""What a present symptom without a level counts as until it was asked about (clinical brief, section 6.1)."""

VAGUE = "vague"
"""The rule of a signal that no words of its symptom found: a part of the body was named, and nothing understood."""

_CYRILLIC = re.compile("[а-яё]")


class Kind(StrEnum):
    """What a message is besides its signals, for a kind reply."""

    THANKS = "thanks"
    GREETING = "greeting"
    QUESTION = "question"
    OTHER = "other"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signal(_Frozen):
    """A symptom that a text names. ``level`` is None where it only makes the product ask.

    ``span`` counts characters of the original text; ``worse`` says that the patient sees it not getting better.
    ``rule`` is the phrase or combination that found it, ``because`` the place of the words that gave it its status.
    """

    symptom: str
    level: Level | None
    span: tuple[int, int]
    status: Status
    worse: bool = False
    rule: str = ""
    because: tuple[int, int] | None = None


class Screening(_Frozen):
    """What a text says. A signal can only raise: D5 means "nothing was found", never "all is well".

    ``asks`` names the symptoms to ask about, the most severe first. ``unreadable`` is a text with nothing
    that any lexicon could read; ``truncated`` one whose end was not read.
    """

    level: Level
    signals: tuple[Signal, ...]
    asks: tuple[str, ...]
    kind: Kind
    unreadable: bool
    truncated: bool


class Screen:
    """Reads messages with every lexicon at once; built once, and the same text always reads the same."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._plain = HitFinder(lexicons)
        self._softened = {symptom: level for lexicon in lexicons for symptom, level in lexicon.softened.items()}
        self._unclear = {symptom: level for lexicon in lexicons for symptom, level in lexicon.unclear.items()}
        self._fading = {symptom: Level.D5 for lexicon in lexicons for symptom in lexicon.fading}
        self._combinations = tuple(each for lexicon in lexicons for each in lexicon.combinations)
        cyrillic = [lexicon for lexicon in lexicons if _is_cyrillic(lexicon)]
        self._latin = HitFinder(cyrillic, latin=True)

    def read(
        self, text: str, *, asked: str | None = None, day: float | None = None, procedure: str | None = None
    ) -> Screening:
        """Screen one message; ``asked`` is the symptom that the patient was just asked about, if any.

        ``day`` (days since the treatment) and ``procedure`` can only raise.
        """
        reading = read_tokens(text)
        found = self._plain.find(reading, asked)
        in_latin = self._latin.find(_in_latin(reading), asked, guess=False)
        others = list(in_latin.hits)
        if self._plain.may_be_disguised(reading):
            others += self._plain.find(read_tokens(swap_layout(text)), asked, guess=False).hits
        otherwise = [hit for hit in others if not _is_harmless(hit, found.harmless)]
        signals = _signals((*found.hits, *otherwise), self._softened, self._fading)
        signals = signals or _vague(found, reading, self._unclear)
        signals += _combined(self._combinations, signals, day, procedure)
        present = [signal.level or UNRATED for signal in signals if signal.status is Status.PRESENT]
        return Screening(
            level=worst(present),
            signals=signals,
            asks=_asks(signals),
            kind=_kind(reading, found.talk),
            unreadable=not has_letters(reading.tokens),
            truncated=reading.truncated,
        )


def _is_harmless(hit: Hit, harmless: Sequence[tuple[int, int]]) -> bool:
    """Do these words, read as they stand, mean something else? An emergency must lie wholly inside such words."""
    first, last = hit.span
    if hit.level is Level.D1:
        return any(start <= first and last <= end for start, end in harmless)
    return any(first < end and start < last for start, end in harmless)


def _kind(reading: Reading, talk: frozenset[str]) -> Kind:
    if reading.asking or "questions" in talk:
        return Kind.QUESTION
    if "thanks" in talk:
        return Kind.THANKS
    return Kind.GREETING if "greetings" in talk else Kind.OTHER


def _is_cyrillic(lexicon: Lexicon) -> bool:
    return any(_CYRILLIC.search(phrase) for group in lexicon.symptoms for phrase in group.phrases)


def _in_latin(reading: Reading) -> Reading:
    """The reading with Latin words as sound keys; Cyrillic words keep out, they were read as they are."""
    forms = [form for token in reading.tokens for form in token.forms]
    keys = iter(latin_keys(["-" if _CYRILLIC.search(form) else form for form in forms]))
    tokens = tuple(
        Token(
            tuple(next(keys) for _ in token.forms),
            token.start,
            token.end,
            token.sentence,
            token.clause,
            token.spelt,
        )
        for token in reading.tokens
    )
    return replace(reading, tokens=tokens)


def _signals(hits: Iterable[Hit], softened: Mapping[str, Level], fading: Mapping[str, Level]) -> tuple[Signal, ...]:
    """One signal for each symptom, level and status: the one that ends first and, of those, the shortest one."""
    first: dict[tuple[str, Level | None, Status], Signal] = {}
    for hit in sorted(one_a_place(hits), key=lambda hit: (hit.span[1], -hit.span[0])):
        level = hit.level
        if level is None or not level.is_red:
            level = fading.get(hit.symptom, level) if hit.better else level
            level = softened.get(hit.symptom, level) if hit.mild and level is not Level.D5 else level
        signal = Signal(
            symptom=hit.symptom,
            level=level,
            span=hit.span,
            status=hit.status,
            worse=hit.worse,
            rule=hit.rule,
            because=hit.because,
        )
        first.setdefault((hit.symptom, level, hit.status), signal)
    return tuple(sorted(first.values(), key=lambda signal: signal.span))


def _vague(found: Found, reading: Reading, unclear: Mapping[str, Level]) -> tuple[Signal, ...]:
    """Nothing was understood of a statement that names a part of the body: it is asked about.

    It counts as D4. Where a word says that something is not right, it counts as what the lexicon says of that part: of
    breathing, sight and the chest, what is not clear is never "no" (clinical brief, ground rule 4).
    """
    if reading.asking or found.talk - {"trouble"} or not found.vague:
        return ()
    rates = unclear if "trouble" in found.talk else {}
    rated = [(rates.get(symptom, Level.D4), span, symptom) for symptom, span in found.vague]
    level, span, symptom = min(rated, key=lambda named: (-named[0].severity, named[1]))
    return (Signal(symptom=symptom, level=level, span=span, status=Status.PRESENT, rule=VAGUE),)


def _combined(
    combinations: Sequence[Combination], signals: Sequence[Signal], day: float | None, procedure: str | None
) -> tuple[Signal, ...]:
    """The signals of symptoms that stand together, and that of a symptom that this treatment makes worse."""
    present: dict[str, Signal] = {}
    for signal in signals:
        if signal.status is Status.PRESENT and (signal.level or UNRATED).is_red:
            present.setdefault(signal.symptom, signal)
    found = []
    for each in combinations:
        if each.procedures and procedure not in each.procedures:
            continue
        if each.day_below is not None and (day is None or day >= each.day_below):
            continue
        parts = [next((present[name] for name in names if name in present), None) for names in each.all_of]
        if parts and all(parts):
            span = next(part.span for part in parts if part)
            rule = " + ".join("|".join(names) for names in each.all_of)
            found.append(Signal(symptom=each.symptom, level=each.level, span=span, status=Status.PRESENT, rule=rule))
    known = {(signal.symptom, signal.level) for signal in signals if signal.status is Status.PRESENT}
    return tuple(signal for signal in found if (signal.symptom, signal.level) not in known)


def _asks(signals: Sequence[Signal]) -> tuple[str, ...]:
    """The symptoms to ask about: all that is not clearly negated, except what is an emergency already."""
    emergencies = {signal.symptom for signal in signals if signal.status is Status.PRESENT and signal.level is Level.D1}
    asked = [signal for signal in signals if signal.symptom not in emergencies and _must_ask(signal)]
    asked.sort(key=lambda signal: -(signal.level or UNRATED).severity)
    return tuple(dict.fromkeys(signal.symptom for signal in asked))


def _must_ask(signal: Signal) -> bool:
    match signal.status:
        case Status.NEGATED:
            return False
        case Status.HYPOTHETICAL:
            return signal.level is Level.D1
        case Status.PRESENT:
            return signal.level is not Level.D5
        case Status.PAST | Status.OTHER_PERSON | Status.FIGURE:
            return True
