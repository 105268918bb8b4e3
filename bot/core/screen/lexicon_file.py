"""Lexicon files: YAML text to a :class:`Lexicon`, every mistake with its line and column."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.core.flow.nodes import Listing, Mapped, Node, Place, Scalar
from bot.core.flow.problems import Problems, shown
from bot.core.flow.yaml_source import parse
from bot.core.level import Level
from bot.core.screen.lexicon import Band, Combination, Lexicon, Measure, SymptomWords, phrase_fault, word_fault
from bot.core.screen.normalise import plain

_LEVELS: Mapping[str, Level | None] = {level.value: level for level in Level} | {"ask": None}
_BARE = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~", ""})
_OWN = frozenset(
    {"language", "groups", "symptoms", "measures", "sounds", "letters", "softened", "unclear", "combinations", "vague"}
)
_LISTS = tuple(name for name in Lexicon.model_fields if name not in _OWN)
_Found = TypeVar("_Found")


def read_lexicon(text: str, file: str) -> Lexicon:
    """The lexicon of a YAML text; ``file`` names it in problems.

    Raises :class:`~bot.core.errors.ScriptError` with every problem of the file.
    """
    reader = _Reader()
    lexicon = reader.lexicon(parse(text, file))
    reader.problems.raise_if_any()
    return lexicon


class _Reader:
    def __init__(self) -> None:
        self.problems = Problems()
        self.groups: Mapping[str, tuple[str, ...]] = {}

    def lexicon(self, node: Node) -> Lexicon:
        fields = self._fields(node, (*_OWN, *_LISTS), "key")
        if "language" not in fields:
            self._wrong(node.place, "The lexicon does not say its language.", "Begin with: language: en")
        language = self._word(fields["language"]) if "language" in fields else None
        groups = self._entries(fields.get("groups"))
        self.groups = {name.text: self._phrases(words, word_fault) for name, words in groups}
        letters = self._word(fields["letters"]) if "letters" in fields else None
        return Lexicon(
            language=language or "",
            sounds=tuple(self._sound(item) for item in self._items(fields.get("sounds"))),
            letters=letters or "a-z",
            vague={symptom.text: self._phrases(words) for symptom, words in self._entries(fields.get("vague"))},
            softened=self._levels(fields.get("softened")),
            unclear=self._levels(fields.get("unclear")),
            combinations=tuple(self._combination(item) for item in self._items(fields.get("combinations"))),
            groups=self.groups,
            symptoms=tuple(
                self._symptom(symptom.text, level, phrases)
                for symptom, levels in self._entries(fields.get("symptoms"))
                for level, phrases in self._entries(levels)
            ),
            measures=tuple(
                self._measure(symptom.text, measure) for symptom, measure in self._entries(fields.get("measures"))
            ),
            **{name: self._phrases(fields[name]) for name in _LISTS if name in fields},
        )

    def _levels(self, node: Node | None) -> dict[str, Level]:
        chosen = ((symptom.text, self._choice(level, _LEVELS)) for symptom, level in self._entries(node))
        return {symptom: level for symptom, level in chosen if level is not None}

    def _symptom(self, symptom: str, level: Scalar, phrases: Node) -> SymptomWords:
        found = self._choice(level, _LEVELS)
        return SymptomWords(symptom=symptom, level=found, phrases=self._phrases(phrases))

    def _measure(self, symptom: str, node: Node) -> Measure:
        fields = self._fields(node, ("words", "units", "bands", "within"), "key")
        bands = tuple(self._band(item) for item in self._items(fields.get("bands")))
        words, units = (self._phrases(fields[key]) if key in fields else () for key in ("words", "units"))
        if "within" not in fields:
            return Measure(symptom=symptom, words=words, units=units, bands=bands)
        within = int(self._number(fields["within"]))
        return Measure(symptom=symptom, words=words, units=units, bands=bands, within=within)

    def _band(self, node: Node) -> Band:
        fields = self._fields(node, ("from", "below", "level", "alone"), "key")
        if not {"from", "below"} <= fields.keys():
            self._wrong(node.place, "A band needs 'from' and 'below'.", "Write {from: 38, below: 39.5}.")
            return Band(low=0, below=0)
        level = self._choice(fields.get("level"), _LEVELS)
        alone = self._choice(fields.get("alone"), {"with-decimal": True})
        low, below = self._number(fields["from"]), self._number(fields["below"])
        return Band(low=low, below=below, level=level, alone=bool(alone))

    def _sound(self, node: Node) -> tuple[str, str]:
        word = self._word(node) or ""
        right, equals, said = word.partition("=")
        if not equals or not right:
            self._wrong(
                node.place, f"{shown(word)} is no pair of sounds.", "Write what is written = how it sounds: ph=f."
            )
        return plain(right), plain(said)

    def _combination(self, node: Node) -> Combination:
        fields = self._fields(node, ("symptom", "level", "all", "procedures", "day_below"), "key")
        if not {"symptom", "level", "all"} <= fields.keys():
            todo = "Write {symptom: FE, level: D2, all: [FE, RE|PU]}."
            self._wrong(node.place, "A combination needs 'symptom', 'level' and 'all'.", todo)
            return Combination(symptom="", level=Level.D5, all_of=())
        words = [self._word(item) or "" for item in self._items(fields["all"])]
        return Combination(
            symptom=self._word(fields["symptom"]) or "",
            level=self._choice(fields["level"], _LEVELS) or Level.D3,
            all_of=tuple(tuple(word.split("|")) for word in words),
            procedures=tuple(self._word(item) or "" for item in self._items(fields.get("procedures"))),
            day_below=self._number(fields["day_below"]) if "day_below" in fields else None,
        )

    def _choice(self, node: Node | None, known: Mapping[str, _Found]) -> _Found | None:
        word = self._word(node) if node else None
        if node is None or word is None:
            return None
        if word not in known:
            self.problems.unknown("lexicon-value", node.place, "value", word, known)
        return known.get(word)

    def _number(self, node: Node) -> float:
        word = self._word(node)
        try:
            return float(word or 0)
        except ValueError:
            self._wrong(node.place, f"{shown(word or '')} is not a number.", "Write it with digits, as 38.5.")
            return 0

    def _phrases(self, node: Node, fault_in: Callable[[str], str | None] | None = None) -> tuple[str, ...]:
        phrases: dict[str, None] = {}
        for item in self._items(node):
            phrase = self._word(item)
            if phrase is None:
                continue
            fault = fault_in(phrase) if fault_in else phrase_fault(phrase, self.groups)
            if fault:
                self._wrong(item.place, fault, "See the head of the file for how phrases are written.")
            elif phrase in phrases:
                self._wrong(item.place, f"The phrase {shown(phrase)} is in this list twice.", "Delete one.")
            phrases[phrase] = None
        return tuple(phrases)

    def _word(self, node: Node) -> str | None:
        if not isinstance(node, Scalar):
            self._wrong(node.place, "A word or phrase is expected here.", "Write plain text.")
            return None
        if node.plain and node.text.lower() in _BARE:
            self._wrong(node.place, f"{shown(node.text)} without quotes is no text in YAML.", "Put quotes round it.")
            return None
        return node.text

    def _items(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        if isinstance(node, Listing):
            return node.items
        self._wrong(node.place, "A list is expected here.", "Write [one, two], or a line with - for each.")
        return ()

    def _entries(self, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
        if node is None:
            return ()
        if not isinstance(node, Mapped):
            self._wrong(node.place, "Keys with values are expected here.", "Write key: value lines.")
            return ()
        for key, _ in node.entries:
            self._word(key)
        return node.entries

    def _fields(self, node: Node, known: tuple[str, ...], what: str) -> dict[str, Node]:
        entries = self._entries(node)
        for key, _ in entries:
            if key.text not in known:
                self.problems.unknown("lexicon-key", key.place, what, key.text, known)
        return {key.text: value for key, value in entries if key.text in known}

    def _wrong(self, place: Place, message: str, todo: str) -> None:
        self.problems.add("lexicon", place, message, todo)
