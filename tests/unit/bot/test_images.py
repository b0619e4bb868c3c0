"""The picture that is shown in place of a photo: upright, small, without the camera's notes, and never a danger to open."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from cases.attachments import Preview
from tests.unit.bot.heic import heic
from tests.unit.bot.photos import colour, looked_at, photo, with_exif
from zhilu.images import MOST_PIXELS, preview_of
from zhilu.media import media_type


def shown(content: bytes) -> Preview:
    kind = media_type(content)
    assert kind
    preview = preview_of(content, kind)
    assert preview
    return preview


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGB")]
)
def test_photos_of_every_kind_become_jpeg(kind: str, mode: str) -> None:
    picture = looked_at(shown(photo(kind=kind, mode=mode)).display)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (400, 300))


def test_a_scan_of_sixteen_bits_becomes_jpeg() -> None:
    written = io.BytesIO()
    Image.new("I;16", (40, 30), 40_000).save(written, "PNG")
    assert looked_at(shown(written.getvalue()).display).size == (40, 30)


def test_a_large_photo_is_made_small_and_keeps_its_shape() -> None:
    preview = shown(photo((4800, 2400)))
    assert looked_at(preview.display).size == (2000, 1000)
    assert looked_at(preview.thumbnail).size == (320, 160)


def test_a_small_photo_is_not_blown_up() -> None:
    assert looked_at(shown(photo((40, 30))).display).size == (40, 30)


def test_a_photo_is_turned_as_the_camera_was_held() -> None:
    content = with_exif()
    assert looked_at(content).size == (400, 300)
    preview = shown(content)
    for picture in (looked_at(preview.display), looked_at(preview.thumbnail)):
        assert picture.width < picture.height
        assert (colour(picture, 0.5, 0.1), colour(picture, 0.5, 0.9)) == ("red", "blue")


def test_nothing_that_the_camera_noted_comes_along() -> None:
    content = with_exif()
    assert b"Secret Phone" in content
    assert "马小云".encode() in content
    for picture in (shown(content).display, shown(content).thumbnail):
        assert b"Secret Phone" not in picture
        assert "马小云".encode() not in picture
        assert not looked_at(picture).getexif()
        assert set(looked_at(picture).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_is_transparent_is_shown_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(written, "PNG")
    assert colour(looked_at(shown(written.getvalue()).display), 0.5, 0.5) == "white"


def test_a_picture_that_would_fill_the_memory_is_not_opened() -> None:
    """A PNG of a few hundred bytes that says it is 50,000 by 50,000 pixels."""
    head = struct.pack("!IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    assert preview_of(bomb, "image/png") is None


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


def test_one_pixel_too_many_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhilu.images.MOST_PIXELS", 400 * 300 - 1)
    assert preview_of(photo(), "image/jpeg") is None
    assert MOST_PIXELS > 48_000_000  # what the cameras of phones make


@pytest.mark.parametrize("kind", ["application/pdf", "audio/mpeg", "audio/mp4"])
def test_what_is_no_photo_has_no_picture(kind: str) -> None:
    assert preview_of(photo(), kind) is None


def test_a_photo_of_another_format_than_its_first_bytes_say_is_not_opened() -> None:
    assert preview_of(photo(kind="TIFF"), "image/jpeg") is None


@pytest.mark.filterwarnings("ignore:.*EXIF")  # Pillow warns of what it skips
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_photos_have_a_picture_or_none_and_never_a_fault(kind: str) -> None:
    whole, dice = (
        photo((64, 48), kind, **({"exif": b"Exif\0\0MM\0*\0\0\0\x08"} if kind == "JPEG" else {})),
        random.Random(7),
    )
    kinds = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
    for _ in range(400):
        broken = bytearray(whole[: dice.randrange(12, len(whole) + 1)])
        for _ in range(dice.randrange(4)):
            broken[dice.randrange(8, len(broken))] = dice.randrange(256)
        preview_of(bytes(broken), kinds[kind])
    assert preview_of(whole[: len(whole) // 2], kinds[kind]) is None


def test_a_photo_of_an_iphone_is_shown_upright() -> None:
    level, turned = looked_at(shown(heic()).display), looked_at(shown(heic(turns=1)).display)
    assert (level.size, colour(level, 0.1, 0.5), colour(level, 0.9, 0.5)) == ((16, 16), "red", "blue")
    assert (colour(turned, 0.5, 0.1), colour(turned, 0.5, 0.9)) == ("blue", "red")


def test_a_broken_heic_photo_has_a_picture_or_none_and_never_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, dice = heic(), random.Random(7)
    for _ in range(300):
        broken = bytearray(whole[: dice.randrange(24, len(whole) + 1)])
        for _ in range(dice.randrange(4)):
            broken[dice.randrange(16, len(broken))] = dice.randrange(256)
        preview_of(bytes(broken), "image/heic")
    assert preview_of(whole[: len(whole) // 2], "image/heic") is None
    monkeypatch.setattr("zhilu.images.MOST_PIXELS", 16 * 16 - 1)
    assert preview_of(whole, "image/heic") is None
