"""Photos as phones make them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
SIDEWAYS = 6  # the camera was held upright: shown turned by a quarter to the right


def photo(size: tuple[int, int] = (400, 300), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """Its left half is red, the other blue."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    picture.convert(mode).save(written, kind, **options)
    return written.getvalue()


def with_exif(orientation: int = SIDEWAYS) -> bytes:
    """A photo that says where and with what it was taken."""
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKER] = orientation, "Secret Phone"
    notes.get_ifd(GPS)[1] = "N"
    return photo(exif=notes, comment="home of 马小云".encode())


def looked_at(content: bytes) -> Image.Image:
    """The picture, decoded."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def colour(picture: Image.Image, across: float, down: float) -> str:
    """The main colour at this part of width and height."""
    pixel = picture.convert("RGB").getpixel((int(picture.width * across), int(picture.height * down)))
    assert isinstance(pixel, tuple)
    if min(pixel) > 200:
        return "white"
    return ("red", "green", "blue")[pixel.index(max(pixel))]
