"""Small pictures as phones make them, and files that only look like pictures."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

PLACE = "41.3874 N"
"""Stands in the metadata of every picture from here: it must not be found in what is kept."""
RED, BLUE = (200, 30, 30), (30, 30, 200)
_GPS, _ORIENTATION, _MAKER = 0x8825, 0x0112, 0x010F


def jpeg(width: int = 64, height: int = 32, *, orientation: int = 1, profile: bool = False) -> bytes:
    """A JPEG, red on the left and blue on the right, with place, maker, comment, thumbnail data and XMP."""
    image = _two_halves(width, height)
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MAKER] = f"maker {PLACE}"
    exif[_GPS] = {1: "N", 2: (41.0, 23.0, 14.6), 29: PLACE}
    more = {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()} if profile else {}
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, exif=exif, comment=f"comment {PLACE}".encode(), xmp=PLACE.encode(), **more)
    return out.getvalue()


def png(width: int = 40, height: int = 40, *, see_through: bool = False) -> bytes:
    """A PNG with words beside the picture."""
    image = _two_halves(width, height)
    if see_through:
        image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    words = PngInfo()
    words.add_text("Comment", PLACE)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=words)
    return out.getvalue()


def gif(frames: int = 3) -> bytes:
    """A GIF that moves: red first, then blue."""
    first = Image.new("RGB", (30, 30), RED)
    out = io.BytesIO()
    first.save(
        out,
        "GIF",
        save_all=True,
        append_images=[Image.new("RGB", (30, 30), BLUE)] * (frames - 1),
        comment=PLACE.encode(),
    )
    return out.getvalue()


def png_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has ``side`` times ``side`` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def jpeg_and_zip() -> bytes:
    """A JPEG with an archive glued to it: each program opens its own half."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("run.js", "alert(1)")
    return jpeg() + archive.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture that was kept."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def is_red(image: Image.Image, x: int, y: int) -> bool:
    """Is this point of the picture red?"""
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel[0] > pixel[2] + 60


def _two_halves(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
