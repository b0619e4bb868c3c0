"""WAV files: a header that tells the truth, and the bounds of what a page may send."""

from __future__ import annotations

import io
import struct
import wave

from bot.speech.voice import SpeechFault

RATE = 16_000
LONGEST_SECONDS = 60
SAMPLE_BYTES = 2
MOST_BYTES = RATE * SAMPLE_BYTES * LONGEST_SECONDS + 4096


def whole(content: bytes) -> bytes:
    """The same sound with its true lengths: a program that writes to a pipe cannot know them when it writes the header."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise SpeechFault("not a WAV file")
    place = 12
    while place + 8 <= len(content):
        name, size = content[place : place + 4], int.from_bytes(content[place + 4 : place + 8], "little")
        if name == b"data":
            size = min(size, len(content) - place - 8)
            body = content[: place + 4] + struct.pack("<I", size) + content[place + 8 : place + 8 + size]
            return body[:4] + struct.pack("<I", len(body) - 8) + body[8:]
        place += 8 + size + size % 2
    raise SpeechFault("a WAV file without sound")


def seconds(content: bytes) -> float:
    """How long it lasts."""
    with wave.open(io.BytesIO(content)) as file:
        return float(file.getnframes() / file.getframerate())


def samples(content: bytes) -> bytes:
    """The samples of 16 kHz, mono, 16 bit, at most a minute; SpeechFault for anything else."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            frames: bytes = file.readframes(RATE * LONGEST_SECONDS + 1)
    except (wave.Error, EOFError, struct.error):
        raise SpeechFault("not a WAV file") from None
    if form != (RATE, 1, SAMPLE_BYTES):
        raise SpeechFault("not 16 kHz, mono, 16 bit")
    if not 0 < len(frames) <= RATE * SAMPLE_BYTES * LONGEST_SECONDS:
        raise SpeechFault("nothing to hear, or more than a minute")
    return frames
