"""A picture made anew: upright, small enough, and without anything that the camera wrote beside it."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from bot.core.post.files import Trouble

SIDE = 2048
"""The longest side of a kept picture, in pixels."""
SMALL_SIDE = 320
QUALITY = 88
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""What is read; of a moving picture the first frame. MPO (two pictures of one camera) is a JPEG here."""
MOST_PIXELS = 64_000_000
"""As many as a good phone makes. A JPEG of that size is read at a fraction of it."""
MOST_PIXELS_WHOLE = 25_000_000
"""Of the formats that are unpacked whole before they are made smaller."""
SECOND_NATURES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"%PDF-1.", b"<?php", b"<script")
"""What begins something else. Short of chance in twenty megabytes of picture."""


class Unusable(Exception):
    """No picture can be made of it; ``why`` says it."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Pictures:
    """Two JPEGs."""

    image: bytes
    thumbnail: bytes


def make_anew(content: bytes) -> Pictures:
    """Decode, turn upright, shrink, and encode only what is to be seen. Errors: Unusable.

    Takes a second and up to a few hundred megabytes for the largest: to be run in a thread, one at a time.
    """
    try:
        _check(content)
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            opened.draft("RGB", (SIDE, SIDE))
            opened.load()
            image = _upright(opened)
        thumbnail = image.copy()
        thumbnail.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return Pictures(_jpeg(image), _jpeg(thumbnail))
    except Unusable:
        raise
    except MemoryError:
        raise Unusable(Trouble.TOO_LARGE) from None
    except Exception:
        # Decoders of strange files raise almost anything; what they say may hold parts of the file.
        raise Unusable(Trouble.BROKEN) from None


def _check(content: bytes) -> None:
    """Look at the outside before anything is unpacked."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            width, height = opened.size
            jpeg = opened.format in ("JPEG", "MPO")
            if width * height > (MOST_PIXELS if jpeg else MOST_PIXELS_WHOLE):
                raise Unusable(Trouble.TOO_LARGE)
            if is_something_else(content):
                raise Unusable(Trouble.TWO_THINGS)
            opened.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable(Trouble.TOO_LARGE) from None
    except UnidentifiedImageError:
        raise Unusable(Trouble.NOT_AN_IMAGE) from None


def is_something_else(content: bytes) -> bool:
    """Is it an archive, a document or a program as well as a picture?"""
    return any(sign in content for sign in SECOND_NATURES) or zipfile.is_zipfile(BytesIO(content))


def _upright(opened: Image.Image) -> Image.Image:
    """The picture in true colours, on white where it is see-through, as the camera was held."""
    opened.thumbnail((SIDE, SIDE))
    turned = ImageOps.exif_transpose(opened)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        seen = Image.new("RGBA", layer.size, "white")
        seen.alpha_composite(layer)
        turned = seen
    # Pasted into a new picture, so that not even a comment comes along.
    clean = Image.new("RGB", turned.size)
    clean.paste(_in_srgb(turned, opened.info.get("icc_profile")))
    return clean


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Colours as they were meant: without this, skin from a camera with wide colours looks paler than it is."""
    plain = image.convert("RGB")
    if not isinstance(profile, bytes) or image.mode not in ("RGB", "RGBA"):
        return plain
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(plain, given, ImageCms.createProfile("sRGB")) or plain
    except (ImageCms.PyCMSError, OSError, ValueError):
        return plain


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
