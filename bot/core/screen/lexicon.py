"""The frozen model of a lexicon file: the words of one language that raise, soften or part a red flag."""

import re
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from bot.core.level import Level
from bot.core.screen.normalise import is_word, plain

LONGEST_PHRASE = 6
"""Words in a phrase: what is longer could never stand "within 6 words" (clinical brief, section 6.1)."""

TOGETHER = "="
"""Begins a phrase whose words only count together, in this order and without typos ("=end it")."""

IN_ORDER = ">"
"""Begins a phrase whose words only count in this order, with at most three words between (">lost my sight")."""

_MARKS = TOGETHER + IN_ORDER

_GROUP = re.compile(r"<(\w+)>")

Slots = tuple[tuple[str, ...], ...]
"""A phrase taken apart: for each of its places the words (or stems with ``*``) that may stand there."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SymptomWords(_Frozen):
    """Phrases that name a symptom; without a level they only make the product ask."""

    symptom: str
    level: Level | None
    phrases: tuple[str, ...]


class Band(_Frozen):
    """Numbers from ``low`` up to but not including ``below`` that are a symptom.

    ``alone`` lets a number with a decimal mark count with no word beside it.
    """

    low: float
    below: float
    level: Level | None = None
    alone: bool = False


class Measure(_Frozen):
    """A symptom that people give as a number: ``words`` stand near it, ``units`` stand at its side."""

    symptom: str
    words: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    within: int = LONGEST_PHRASE


class Combination(_Frozen):
    """Symptoms that together are worse than each: where one of each of ``all_of`` is present, ``symptom`` has ``level``.

    ``procedures`` and ``day_below`` narrow it to treatments and days that are known.
    """

    symptom: str
    level: Level
    all_of: tuple[tuple[str, ...], ...]
    procedures: tuple[str, ...] = ()
    day_below: float | None = None


class Lexicon(_Frozen):
    """All the words of one language.

    Every list holds phrases. A word may end in ``*`` (any ending), offer a choice (``lip|lips``) or name a
    group (``<breathe>``). Lists that soften a hit are matched word for word; only symptoms may have typos.
    """

    language: str
    groups: Mapping[str, tuple[str, ...]] = {}
    symptoms: tuple[SymptomWords, ...] = ()
    measures: tuple[Measure, ...] = ()
    sounds: tuple[tuple[str, str], ...] = ()
    """Letters that are said alike, replaced one pair after the other to find words that are spelt by ear."""
    letters: str = "a-z"
    """The letters of the language, as in a regular expression; other words are not spelt by its ear."""
    vague: Mapping[str, tuple[str, ...]] = {}
    """Parts of the body that a message speaks of in no way that the other words know: by the symptom to ask about."""
    unclear: Mapping[str, Level] = {}
    """What something ``vague`` counts as beside a word of ``trouble``: where "not sure" is never "no", an emergency."""
    softened: Mapping[str, Level] = {}
    """What a symptom without a level counts as where it is called mild."""
    fading: tuple[str, ...] = ()
    """Symptoms that are as expected (D5) where they are said to go away."""
    combinations: tuple[Combination, ...] = ()
    witnessed: tuple[str, ...] = ()
    """Symptoms that others tell of the patient: that another person is named does not make them somebody else's."""

    negations: tuple[str, ...] = ()
    """Negate what follows within five words ("no", "dont have", "sin")."""
    negations_next: tuple[str, ...] = ()
    """Negate only the next word, small words aside ("not", "no" before a Spanish verb)."""
    negations_after: tuple[str, ...] = ()
    """Negate what stands before them when they end the clause ("температуры нет")."""
    negation_is_symptom: tuple[str, ...] = ()
    """A phrase with one of these words ("cant"), or with a negation, is itself the symptom: never negated."""
    not_negations: tuple[str, ...] = ()
    """Look like a negation and are none ("not only", "no idea")."""
    not_better: tuple[str, ...] = ()
    """Say that a symptom stays ("not going down"): it is present, and getting worse."""
    small_words: tuple[str, ...] = ()
    """May stand between a ``negations_next`` word and the word that it negates."""
    scope_breaks: tuple[str, ...] = ()
    """End the reach of a negation ("and", "because")."""
    clause_breaks: tuple[str, ...] = ()
    """Begin a new clause ("but", "pero", "но")."""
    history: tuple[str, ...] = ()
    """Put a symptom into the past ("last year")."""
    recent: tuple[str, ...] = ()
    """Put a symptom into the last two days, which counts as now ("this morning")."""
    other_person: tuple[str, ...] = ()
    """Somebody else than the patient ("my son")."""
    self_words: tuple[str, ...] = ()
    """The patient ("i", "mi", "у меня"), where one of these follows, another person is only the witness."""
    question_openers: tuple[str, ...] = ()
    """Begin a supposition ("what if")."""
    question_openers_with_mark: tuple[str, ...] = ()
    """Begin a supposition only where the sentence ends in a question mark ("y si")."""
    figures: tuple[str, ...] = ()
    """Figures of speech, whole ("killing me lol"): a symptom that shares a word with one is doubted."""
    harmless: tuple[str, ...] = ()
    """Mean something else, whole ("cant see the photo"): a symptom that needs one of their words is not named."""
    mild: tuple[str, ...] = ()
    """Call a symptom small ("a bit"); only symptoms that are ``softened`` heed it."""
    better: tuple[str, ...] = ()
    """Say that a symptom goes away ("almost gone"); only symptoms that are ``fading`` heed it."""
    halves: tuple[str, ...] = ()
    """Add a half to the number before them ("с половиной")."""
    other_units: tuple[str, ...] = ()
    """Follow numbers that are no measure ("days", "ml")."""
    not_typos: tuple[str, ...] = ()
    """Good words that are one letter away from a symptom ("injected" and "infected")."""
    not_in_latin: tuple[str, ...] = ()
    """Words that mean something else when written in Latin letters ("инсульт", "insult")."""
    calm: tuple[str, ...] = ()
    """Words of somebody who is content ("lovely"): with one of them nothing ``vague`` is asked about."""
    trouble: tuple[str, ...] = ()
    """Words of somebody with whom something is not right ("strange", "cant"): with one, what is vague is ``unclear``."""
    thanks: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def slots(self, phrase: str) -> Slots:
        """``phrase`` taken apart, with groups filled in and every word folded as messages are."""
        return tuple(tuple(self.choices(part)) for part in parts(phrase))

    def choices(self, part: str) -> list[str]:
        """The words, folded, that may stand in one place of a phrase."""
        choices: list[str] = []
        for choice in part.split("|"):
            group = _GROUP.fullmatch(choice)
            choices += (plain(word) for word in (self.groups[group[1]] if group else (choice,)))
        return choices


def parts(phrase: str) -> list[str]:
    """The places of a phrase, each as it is written."""
    return phrase.lstrip(_MARKS).split()


def phrase_fault(phrase: str, groups: Mapping[str, tuple[str, ...]]) -> str | None:
    """What is wrong with a phrase, as a sentence; None where nothing is."""
    places = parts(phrase)
    if not places:
        return "The phrase is empty."
    if len(places) > LONGEST_PHRASE:
        return f"The phrase has {len(places)} words, more than {LONGEST_PHRASE}."
    for choice in (choice for part in places for choice in part.split("|")):
        if group := _GROUP.fullmatch(choice):
            if group[1] not in groups:
                return f"There is no group {group[1]!r}."
        elif fault := word_fault(choice):
            return fault
    return None


def word_fault(word: str) -> str | None:
    """What is wrong with one word or stem, as a sentence; None where nothing is."""
    stem = plain(word.removesuffix("*"))
    if not is_word(stem):
        return f"{word!r} is not one word."
    if word.endswith("*") and len(stem) < 3:
        return f"The stem {word!r} is shorter than 3 letters and would hit too much."
    return None
