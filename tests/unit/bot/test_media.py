"""A file is what its bytes say."""

from __future__ import annotations

import pytest

from zhilu.media import media_type


def iso(brand: bytes, rest: bytes = b"") -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(8) + rest


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (iso(b"heic"), "image/heic"),
        (iso(b"mif1"), "image/heic"),
        (b"%PDF-1.7", "application/pdf"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (iso(b"M4A "), "audio/mp4"),
        (iso(b"mp42", b"hdlr....soun"), "audio/mp4"),
        (b"#!AMR\n<", "audio/amr"),
        (b"#!AMR-WB\n", "audio/amr-wb"),
    ],
)
def test_photos_documents_and_recordings_are_known(content: bytes, expected: str) -> None:
    assert media_type(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90",
        b"PK\x03\x04",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<html><script>alert(1)</script>",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"RIFF",
        iso(b"mp42", b"soun....vide"),
        iso(b"qt  "),
        b"\xff\xff\xff\xff",
        b"\xff",
    ],
)
def test_everything_else_is_not(content: bytes) -> None:
    assert media_type(content) is None
