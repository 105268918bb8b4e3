"""Numbers that are a symptom: a temperature, a pulse, a pain score."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.screen.lexicon import Band, Measure
from bot.core.screen.normalise import Token

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that counts, and where it stands."""

    symptom: str
    band: Band
    at: int


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """Where the words stand that make a number a measure: by symptom, and for all of them."""

    words: Mapping[str, set[int]]
    units: Mapping[str, set[int]]
    halves: Mapping[int, int]
    """First token of "and a half" to its last token."""
    other_units: set[int]


def measured(
    tokens: Sequence[Token], measures: Sequence[Measure], near: MeasureWords, asked: str | None
) -> Iterator[Measured]:
    """The numbers of a message that count: next to a word or unit of their symptom, with a decimal mark where
    the band allows it, or as the whole message after a question about that symptom (``asked``)."""
    for index, token in enumerate(tokens):
        number = token.number
        if number is None:
            continue
        end = near.halves.get(index + 1, index)
        if end + 1 in near.other_units:
            continue
        value, decimal = (number, token.is_decimal) if end == index else (number + 0.5, True)
        for measure in measures:
            band = next((band for band in measure.bands if band.low <= value < band.below), None)
            if band is None:
                continue
            units = near.units.get(measure.symptom, set())
            whole = measure.symptom == asked and _is_whole(tokens, index, end, units)
            if whole or end + 1 in units or (decimal and band.alone) or _is_near(tokens, index, measure, near):
                yield Measured(measure.symptom, band, index)


def _is_near(tokens: Sequence[Token], index: int, measure: Measure, near: MeasureWords) -> bool:
    words = near.words.get(measure.symptom, set())
    around = range(max(0, index - measure.within + 1), min(len(tokens), index + measure.within))
    return any(at in words and tokens[at].sentence == tokens[index].sentence for at in around)


def _is_whole(tokens: Sequence[Token], index: int, end: int, units: set[int]) -> bool:
    rest = set(range(len(tokens))) - set(range(index, end + 1))
    return rest <= units
