"""The texts of a combined script: each procedure keeps its own words, and a question that both ask says both."""

from collections.abc import Mapping, Sequence

from bot.core.flow.model import Rule, Script, Texts
from bot.core.flow.together_names import label
from bot.core.level import Level

LONGEST_LABEL = 60
"""Two labels of one button stand together up to this length; beyond it the newer one stands alone."""

GENERAL = frozenset(level.value.lower() for level in Level)
"""The advices that name no danger. The engine falls back on them, so they keep their names and the newest words."""

FALLBACK = "en"
"""A script without the patient's language lends its words in this one, where no other script has the key."""


class Labels:
    """What notes, advices and reasons of each script are called: two procedures with other words under one name differ.

    Two revisions of one procedure do not: there the newest words count.
    """

    def __init__(self, scripts: Sequence[Script], marks: Sequence[str], questions: Sequence[Mapping[str, str]]) -> None:
        self.scripts = scripts
        self.marks = marks
        self.questions = questions

    def advice(self, place: int, name: str) -> str:
        """The name of an advice of the script at ``place``."""
        return name if name in GENERAL else self._own("advice", place, name)

    def note(self, place: int, name: str) -> str:
        """The name of a note for staff; empty stays empty."""
        return self._own("note", place, name) if name else name

    def reason(self, kind: str, place: int, name: str) -> str:
        """The text key of a reason of this kind (``expected`` or ``care``)."""
        return self._own(kind, place, name)

    def same_rule(self, one: tuple[int, Rule], other: tuple[int, Rule]) -> bool:
        """Do two rules of one name say the same about the same danger? Only for whom may differ."""
        place, rule = one
        other_place, other_rule = other
        key = f"rule.{rule.id.removesuffix('+')}"
        same_words = self._is_one(place, other_place) or self._agree(place, other_place, key)
        parts = [(each.level, each.advice, each.calls, each.note, each.raised_from) for each in (rule, other_rule)]
        return same_words and parts[0] == parts[1]

    def _own(self, kind: str, place: int, name: str) -> str:
        for newer in range(place):
            if not self._is_one(newer, place) and not self._agree(newer, place, f"{kind}.{name}"):
                return label(name, self.marks[place])
        return name

    def _is_one(self, place: int, other: int) -> bool:
        return self.scripts[place].procedure == self.scripts[other].procedure

    def _words(self, place: int, key: str) -> dict[str, str]:
        texts = self.scripts[place].texts
        return {language: found.by_key[key] for language, found in texts.items() if key in found.by_key}

    def _agree(self, place: int, other: int, key: str) -> bool:
        """The same words in every language that both scripts have."""
        mine, theirs = self._words(place, key), self._words(other, key)
        return all(mine[language] == theirs[language] for language in mine.keys() & theirs.keys())

    def keys(self, place: int, key: str) -> tuple[str, ...]:
        """What a text key of this script is called in the combined one; rules keep their words under both names."""
        kind, _, rest = key.partition(".")
        match kind:
            case "question" | "answer":
                question, dot, more = rest.partition(".")
                return (f"{kind}.{self.questions[place].get(question, question)}{dot}{more}",)
            case "expected" | "care" | "note":
                return (f"{kind}.{self._own(kind, place, rest)}",)
            case "advice":
                return (f"{kind}.{self.advice(place, rest)}",)
            case "rule":
                return (key, label(key, self.marks[place]))
            case _:
                return (key,)


def texts_together(labels: Labels) -> dict[str, Texts]:
    """The texts of all scripts in every language of any of them."""
    languages = dict.fromkeys(language for script in labels.scripts for language in sorted(script.texts))
    return {language: Texts(language=language, by_key=_in(language, labels)) for language in languages}


def _in(language: str, labels: Labels) -> dict[str, str]:
    found: dict[str, str] = {}
    lent: dict[str, str] = {}
    procedures: dict[str, set[str]] = {}
    for place, script in enumerate(labels.scripts):
        own = script.texts.get(language)
        texts = own or script.texts.get(FALLBACK) or next(iter(script.texts.values()))
        for key, words in texts.by_key.items():
            for name in labels.keys(place, key):
                if own is None:
                    lent.setdefault(name, words)
                elif name not in found:
                    found[name] = words
                    procedures[name] = {script.procedure}
                elif script.procedure not in procedures[name]:
                    found[name] = _both(name, found[name], words)
                    procedures[name].add(script.procedure)
    return {**lent, **found}


def _both(key: str, newer: str, older: str) -> str:
    """A question is asked once for both procedures: it names what each of them asks about."""
    kind, _, rest = key.partition(".")
    if kind not in ("question", "answer") or older in newer:
        return newer
    if kind == "question" and ".ask" in f".{rest}":
        return f"{newer}\n\n{older}"
    joined = f"{newer} / {older}"
    return joined if len(joined) <= LONGEST_LABEL else newer
