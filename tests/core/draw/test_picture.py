"""The picture: well formed, with everything in it, and no word upon another."""

import random
from itertools import combinations
from xml.etree import ElementTree

import pytest

from bot.core.crowd.course import course
from bot.core.crowd.figures import figures
from bot.core.draw.content import Content, Reach
from bot.core.draw.measure import width, wrapped
from bot.core.draw.pen import WORDS, shape
from bot.core.draw.picture import draw
from bot.core.flow.model import Script
from bot.core.level import Level
from tests.core.check.builders import script as small
from tests.flows.loaded import scripts

SVG = "{http://www.w3.org/2000/svg}"
NOISE = "<script>alert('x')</script> & \"quoted\" ]]> 皮膚が白い または " + "unbreakable" * 12
Box = tuple[float, float, float, float]


def texts(svg: str) -> list[tuple[Box, str]]:
    """Every line of text with the space that it takes: left, top, right, bottom."""
    found = []
    for node in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        x, y, size = (float(node.attrib[name]) for name in ("x", "y", "font-size"))
        wide = width(node.text or "", size, bold="b" in node.get("class", "").split())
        left = x - wide / 2 if node.get("text-anchor") == "middle" else x
        found.append(((left, y - 0.75 * size, left + wide, y + 0.2 * size), node.text or ""))
    return found


def overlapping(found: list[tuple[Box, str]]) -> list[tuple[str, str]]:
    """The pairs of lines that touch each other."""
    lines = sorted(found, key=lambda one: one[0][1])
    return [
        (one, other)
        for (a, one), (b, other) in combinations(lines, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def reach_of(script: Script) -> Reach:
    """What three random patients were asked."""
    found = figures(script.procedure, [course(script, random.Random(seed)) for seed in range(3)])
    return Reach(found.patients, found.visits, found.asked, found.asked_in)


def noisy() -> Script:
    """A script whose words would break a picture that trusts them."""
    script = small()
    words = dict.fromkeys(script.texts["en"].by_key, NOISE)
    return script.model_copy(update={"texts": {"en": script.texts["en"].model_copy(update={"by_key": words})}})


ALL = (*scripts(), "small", "noisy")


def script_of(name: str) -> Script:
    """A script by its name here."""
    return small() if name == "small" else noisy() if name == "noisy" else scripts()[name]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("played", [False, True], ids=["plain", "with reach"])
def test_no_word_touches_another_and_none_leaves_the_picture(name: str, played: bool) -> None:
    script = script_of(name)
    svg = draw(script, reach_of(script) if played else None)
    root = ElementTree.fromstring(svg)
    found = texts(svg)
    assert len(found) > 20
    assert overlapping(found) == []
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    for (left, top, right, bottom), text in found:
        assert 0 <= left < right <= wide, text
        assert 0 <= top < bottom <= high, text


@pytest.mark.parametrize("name", scripts())
def test_everything_is_in_it(name: str) -> None:
    script = scripts()[name]
    root = ElementTree.fromstring(draw(script))
    shown = " ".join("".join(node.itertext()) for node in root.iter() if node.tag in (f"{SVG}text", f"{SVG}title"))
    words = set(shown.replace(":", " ").replace(",", " ").split())
    assert {entry.id for entry in script.plan.check_ins} <= words
    assert set(script.questions) <= words
    assert {rule.id for rule in script.rules if not rule.raised_from} <= words
    for level in Level:
        assert f"{level} {WORDS[level]}" in shown
    for rule in script.rules:
        assert rule.raised_from or rule.why in shown


def test_each_rule_stands_once_beside_its_question() -> None:
    for script in scripts().values():
        content = Content(script)
        places = [*script.questions, ""]
        found = [told.rule.id for place in places for told in content.rules_of(place)]
        assert sorted(found) == sorted(rule.id for rule in script.rules if not rule.raised_from)
        shown = [question for _, own, _ in content.boxes() for question in own]
        assert sorted(shown) == sorted(script.questions)


def test_words_of_a_script_are_only_words() -> None:
    svg = draw(noisy())
    assert "<script" not in svg
    assert {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(svg).iter()} <= {
        "svg", "title", "desc", "style", "g", "text", "rect", "path", "circle", "polygon",
    }  # fmt: skip


def test_the_same_script_gives_the_same_picture_without_outside_parts() -> None:
    script = scripts()["face"]
    svg = draw(script, reach_of(script))
    assert svg == draw(script, reach_of(script))
    assert "href" not in svg
    assert "url(" not in svg
    assert svg.count("http") == svg.count("http://www.w3.org/2000/svg") == 1


def test_a_level_has_a_shape_of_its_own() -> None:
    shapes = {level: shape(level, 0, 0) for level in Level}
    assert len({text.count(",") or text[:7] for level, text in shapes.items() if level is not Level.D4}) == 4
    assert shapes[Level.D3] != shapes[Level.D4].replace("d4", "d3")


def test_reach_is_said_in_numbers() -> None:
    script = scripts()["face"]
    svg = draw(script, Reach(patients=4, visits=50, asked={"A": 50, "PA": 25}, check_ins={"A": 15, "PA": 9}))
    assert ">100%, in 15 of 15 check-ins<" in svg
    assert ">50%, in 9 of 15 check-ins<" in svg
    assert ">0%, in 0 of 15 check-ins<" in svg
    assert "50 check-ins of 4 random patients" in " ".join(text for _, text in texts(svg))


def test_lines_fit_into_their_room() -> None:
    for text in (NOISE, "a b c", "", "one"):
        lines = wrapped(text, 90, 12)
        assert lines
        assert all(width(line, 12) <= 90 for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())
