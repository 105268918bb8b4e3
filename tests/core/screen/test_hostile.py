"""Text that means harm, or that no person wrote: it is read in time, without error, and not believed too much."""

import time

import pytest

from bot.core.level import Level
from bot.core.screen.screening import Screen

HOSTILE = {
    "nothing": "",
    "blanks": " \t\n\r ",
    "zero bytes": "\0" * 500,
    "lone surrogates": "\ud83d\ude00\udfff\ud800" * 100,
    "only pictures": "😀😭🔥👍" * 200,
    "marks without letters": "\u0301\u0489" * 5000,
    "direction marks": "\u202e\u200f\u2066" * 3000,
    "another script": "我不能呼吸 لا أستطيع التنفس",
}
LONG = {
    "one letter": "a" * 100_000,
    "one word": "breathe " * 50_000,
    "two words": "cant breathe " * 10_000,
    "negations": "no pus " * 20_000,
    "persons": "my son pus " * 10_000,
    "numbers": "38.5 " * 20_000,
    "spelt": "c a n t " * 20_000,
    "digits": "9" * 100_000,
    "marks on a letter": "e" + "\u0301" * 100_000,
    "stops": "." * 100_000,
    "letters of two scripts": "aа" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_to_read_is_unreadable(screen: Screen, text: str) -> None:
    read = screen.read(text)
    assert (read.level, read.signals, read.unreadable) == (Level.D5, (), True)


@pytest.mark.parametrize("text", ["ok", "да", "5", "🆘", "日本 ok"])
def test_anything_readable_is_readable(screen: Screen, text: str) -> None:
    assert not screen.read(text).unreadable


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_huge_text_is_read_in_time_and_marked(screen: Screen, text: str) -> None:
    before = time.process_time()
    read = screen.read(text)
    assert time.process_time() - before < 3, "10,000 characters take some 0.3 s at worst"
    assert read.truncated
    assert len(read.signals) < 200


@pytest.mark.parametrize(
    "text",
    [
        "I can\0't bre\0athe",
        "c\u200fa\u200fn\u200ft b\u200fr\u200fe\u200fa\u200ft\u200fh\u200fe",
        "c\u0336a\u0336n\u0336t\u0336 b\u0336r\u0336e\u0336a\u0336t\u0336h\u0336e\u0336",
        "C\u0300\u0301\u0302A\u0489NT BRE\u0328\u032aATHE",
        "\ud800cant breathe\udfff",
        "cant\u00a0breathe",
        "ｃａｎｔ ｂｒｅａｔｈｅ",
        "𝐜𝐚𝐧𝐭 𝐛𝐫𝐞𝐚𝐭𝐡𝐞",
        "can\u00adt brea\u00adthe",
        "cant_breathe",
        "сant brеathe",
        "caaaaan't breeeeathe!!!!",
        "😀😀😀cant😀breathe😀",
        "#cantbreathe",
        "icantbreathehelp",
        "c a n t  b r e a t h e",
        "не мо\u200bгу ды\u200bшать",
        "н е м о г у д ы ш а т ь",
        "no puedooooo respirarrrr",
    ],
)
def test_a_disguised_emergency_is_found(screen: Screen, text: str) -> None:
    read = screen.read(text)
    assert read.level is Level.D1
    signal = next(signal for signal in read.signals if signal.level is Level.D1)
    start, end = signal.span
    assert text[start].isalpha()
    assert end - start >= len("cantbreathe")


def test_what_lies_past_the_bound_is_not_read(screen: Screen) -> None:
    read = screen.read("a " * 5_000 + "cant breathe")
    assert (read.level, read.truncated) == (Level.D5, True)


def test_time_grows_no_faster_than_the_text(screen: Screen) -> None:
    text = "Since yesterday my cheek is swollen, no fever, не болит, la mejilla me duele un poco. "

    def seconds(times: int) -> float:
        before = time.process_time()
        screen.read(text * times)
        return time.process_time() - before

    seconds(10)
    short, long = (min(seconds(times) for _ in range(5)) for times in (10, 100))
    assert long < 30 * short, "ten times the text took more than thirty times as long"
