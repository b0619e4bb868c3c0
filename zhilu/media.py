"""What a file is, read from its first bytes; what it is called or claims to be is not asked."""

from __future__ import annotations

LARGEST = 10 * 1024 * 1024
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
MP4 = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4", b"3gp5", b"3gp6"})
MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def media_type(content: bytes) -> str | None:
    """JPEG, PNG, WebP, HEIC, PDF, MP3, M4A, AMR or WAV; None for everything else."""
    for magic, found in MAGIC:
        if content.startswith(magic):
            return found
    if content.startswith(b"RIFF"):
        return RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return iso_media(content)
    return "audio/mpeg" if is_mp3_frame(content[:3]) else None


def iso_media(content: bytes) -> str | None:
    """Photos and sound of the ISO container; a film is in the same container and is not taken."""
    brand = content[8:12]
    if brand in HEIC:
        return "image/heic"
    sound_only = b"soun" in content and b"vide" not in content
    return "audio/mp4" if brand.startswith(b"M4A") or (brand in MP4 and sound_only) else None


def is_mp3_frame(head: bytes) -> bool:
    """MPEG audio layer III without a tag before it: sync, layer, and a bit rate and sample rate that exist."""
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and 0 < head[2] >> 4 < 15 and head[2] & 0x0C != 0x0C
