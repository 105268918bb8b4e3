"""A picture that is kept is upright and small, says nothing but what is to be seen, and nothing else gets in."""

import random

import pytest

from bot.core.post.files import Trouble
from bot.cycle.pictures import SIDE, SMALL_SIDE, Unusable, make_anew
from tests.support import pictures

GOOD = {
    "a JPEG": pictures.jpeg(),
    "a JPEG with colours of its own": pictures.jpeg(profile=True),
    "a PNG": pictures.png(),
    "a see-through PNG": pictures.png(see_through=True),
    "a GIF that moves": pictures.gif(),
}


@pytest.mark.parametrize("what", GOOD)
def test_no_metadata_survives(what: str) -> None:
    assert pictures.PLACE.encode() in GOOD[what]
    kept = make_anew(GOOD[what])
    for content in (kept.image, kept.thumbnail):
        image = pictures.opened(content)
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for trace in (pictures.PLACE.encode(), b"Exif", b"maker", b"http://ns.adobe.com", b"ICC_PROFILE"):
            assert trace not in content, trace


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (64, 32), (2, 16)), (3, (64, 32), (60, 16)), (6, (32, 64), (16, 2)), (8, (32, 64), (16, 60))],
)
def test_it_stands_as_the_camera_was_held(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    """The red half of the picture is where the eye saw it, now that nothing beside the picture says so."""
    image = pictures.opened(make_anew(pictures.jpeg(orientation=orientation)).image)
    assert image.size == size
    assert pictures.is_red(image, *red)
    assert not pictures.is_red(image, size[0] - red[0], size[1] - red[1])


def test_it_is_small_enough() -> None:
    kept = make_anew(pictures.jpeg(5000, 2500, orientation=6))
    assert pictures.opened(kept.image).size == (SIDE // 2, SIDE)
    assert pictures.opened(kept.thumbnail).size == (SMALL_SIDE // 2, SMALL_SIDE)


def test_a_small_one_is_not_blown_up() -> None:
    assert pictures.opened(make_anew(pictures.png(1, 1)).image).size == (1, 1)


def test_what_is_see_through_lies_on_white() -> None:
    """Black would look like dead skin."""
    image = pictures.opened(make_anew(pictures.png(see_through=True)).image)
    assert image.getpixel((20, 20)) == (255, 255, 255)


def test_a_moving_picture_is_its_first_frame() -> None:
    assert pictures.is_red(pictures.opened(make_anew(pictures.gif()).image), 15, 15)


BAD: dict[str, tuple[bytes, Trouble]] = {
    "a text": (b"Dear doctor, my cheek is white.", Trouble.NOT_AN_IMAGE),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", Trouble.NOT_AN_IMAGE),
    "a page": (b"<html><body>hi</body></html>", Trouble.NOT_AN_IMAGE),
    "a PDF": (b"%PDF-1.7 whatever", Trouble.NOT_AN_IMAGE),
    "a PNG bomb": (pictures.png_bomb(), Trouble.TOO_LARGE),
    "a PNG that is a little too large": (pictures.png_bomb(5_100), Trouble.TOO_LARGE),
    "a JPEG with a zip": (pictures.jpeg_and_zip(), Trouble.TWO_THINGS),
    "a JPEG with a PDF": (pictures.jpeg() + b"%PDF-1.4", Trouble.TWO_THINGS),
    "a JPEG with a program": (pictures.jpeg() + b"<?php system($_GET[0]);", Trouble.TWO_THINGS),
    "half a JPEG": (pictures.jpeg(600, 400)[:2500], Trouble.BROKEN),
    "half a PNG": (pictures.png(300, 300)[:-40], Trouble.BROKEN),
    "a PNG of a small picture that has none": (pictures.png_bomb(100), Trouble.BROKEN),
    "a JPEG's beginning": (b"\xff\xd8\xff\xe0" + bytes(40), Trouble.NOT_AN_IMAGE),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_refused(what: str) -> None:
    content, why = BAD[what]
    with pytest.raises(Unusable) as raised:
        make_anew(content)
    assert raised.value.why is why


def test_damaged_pictures_end_in_a_picture_or_a_reason() -> None:
    """Whatever is damaged, nothing but these two comes out, and no word of the file."""
    chance = random.Random(7)
    for number in range(300):
        content = bytearray(chance.choice([pictures.jpeg(), pictures.png(), pictures.gif()]))
        for _ in range(chance.randint(1, 12)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        said = _kept_or_why(bytes(content[: chance.randint(len(content) // 2, len(content))]))
        assert said in {"JPEG", *Trouble}, number


def _kept_or_why(content: bytes) -> str | None:
    try:
        kept = make_anew(content)
    except Unusable as unusable:
        return str(unusable)
    return pictures.opened(kept.image).format
