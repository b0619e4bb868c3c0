"""Sealing a file piece by piece: under a key of its own, which the register key seals. Nothing of it needs the whole file twice.

"ZLF1", length of the sealed key (2 bytes), sealed key, then pieces of 256 KiB: AES-256-GCM, the nonce counts them
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.ciphers import NONCE_LENGTH, Ciphers, WrongKey

MAGIC = b"ZLF1"
PIECE = 256 * 1024
TAG = 16


def seal_into(file: BinaryIO, ciphers: Ciphers, content: bytes, place: str) -> None:
    """Write the content, readable only with the register key and only as what was sealed for this place."""
    key = AESGCM.generate_key(256)
    wrapped = ciphers.seal(key.hex(), place)
    file.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped)
    cipher, view = AESGCM(key), memoryview(content)
    for number, start in enumerate(range(0, max(len(view), 1), PIECE)):
        last = start + PIECE >= len(view)
        file.write(cipher.encrypt(_nonce(number), view[start : start + PIECE], _bound(place, last=last)))


def pieces_of(file: BinaryIO, ciphers: Ciphers, place: str) -> Iterator[bytes]:
    """The content in order; WrongKey at the first piece that was changed, moved or cut off."""
    if file.read(len(MAGIC)) != MAGIC:
        yield _before_pieces(file, ciphers, place)
        return
    cipher = AESGCM(bytes.fromhex(ciphers.open(file.read(int.from_bytes(file.read(2), "big")), place)))
    number, sealed = 0, file.read(PIECE + TAG)
    while sealed:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number), sealed, _bound(place, last=not following))
        except InvalidTag as fault:
            raise WrongKey(f"{place} cannot be opened: changed, moved or cut off") from fault
        number, sealed = number + 1, following
    if number == 0:
        raise WrongKey(f"{place} cannot be opened: cut off")


def _before_pieces(file: BinaryIO, ciphers: Ciphers, place: str) -> bytes:
    """A file of the first version, which was sealed as one text."""
    file.seek(0)
    return base64.b64decode(ciphers.open(file.read(), place))


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_LENGTH, "big")


def _bound(place: str, *, last: bool) -> bytes:
    return f"{place}:{'last' if last else 'more'}".encode()
