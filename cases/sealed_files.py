"""Sealing a file piece by piece: under a key of its own, which a key of its compartment seals. Nothing needs the whole file twice.

Four letters that name the compartment, length of the sealed key (2 bytes), sealed key, then pieces of 256 KiB: AES-256-GCM, the nonce
counts them. To seal a file anew is to seal its key anew: the head alone is written, and it always has the same length.
"""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.ciphers import NONCE_LENGTH, Ciphers, WrongKey
from cases.keyring import KEY_ID_LENGTH
from cases.policy import Compartment

LETTERS = {Compartment.GENERAL: b"ZLF1", Compartment.DISCIPLINE: b"ZLD1"}
COMPARTMENTS = {letters: compartment for compartment, letters in LETTERS.items()}
PIECE = 256 * 1024
TAG = 16


def seal_into(
    file: BinaryIO, ciphers: Ciphers, content: bytes, place: str, compartment: Compartment = Compartment.GENERAL
) -> None:
    """Write the content, readable only with a key of the compartment and only as what was sealed for this place."""
    key = AESGCM.generate_key(256)
    file.write(_head(ciphers, key, place, compartment))
    cipher, view = AESGCM(key), memoryview(content)
    for number, start in enumerate(range(0, max(len(view), 1), PIECE)):
        last = start + PIECE >= len(view)
        file.write(cipher.encrypt(_nonce(number), view[start : start + PIECE], _bound(place, last=last)))


def pieces_of(file: BinaryIO, ciphers: Ciphers, place: str) -> Iterator[bytes]:
    """The content in order; WrongKey at the first piece that was changed, moved or cut off."""
    head = _read_head(file)
    if head is None:
        yield _before_pieces(file, ciphers, place)
        return
    compartment, wrapped = head
    cipher = AESGCM(bytes.fromhex(ciphers.open(wrapped, place, compartment)))
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


def reseal_file(path: Path, ciphers: Ciphers, place: str, compartment: Compartment) -> bool:
    """Bring the file's key under the newest key of its compartment; whether there was anything to do. WrongKey, FileNotFoundError.

    What is in the discipline compartment never leaves it. The head lies in the first sector of the disk: it is written whole or not.
    """
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        head = _read_head(file)
        if head is None:
            return _rewrite(path, file, ciphers, place, compartment)
        held, wrapped = head
        compartment = Compartment.DISCIPLINE if held is Compartment.DISCIPLINE else compartment
        newest = ciphers.ring.newest(compartment).key_id
        if held is compartment and wrapped[:KEY_ID_LENGTH] == newest:
            return False
        anew = _head(ciphers, bytes.fromhex(ciphers.open(wrapped, place, held)), place, compartment)
        assert len(anew) == file.tell()
        file.seek(0)
        file.write(anew)
        file.flush()
        os.fsync(file.fileno())
        return True


def compartment_of(path: Path) -> Compartment:
    """The compartment that a file is sealed for."""
    with path.open("rb") as file:
        head = _read_head(file)
    return head[0] if head else Compartment.GENERAL


def _head(ciphers: Ciphers, key: bytes, place: str, compartment: Compartment) -> bytes:
    wrapped = ciphers.seal(key.hex(), place, compartment)
    return LETTERS[compartment] + len(wrapped).to_bytes(2, "big") + wrapped


def _read_head(file: BinaryIO) -> tuple[Compartment, bytes] | None:
    """Compartment and sealed key; None for a file of the first version, which was sealed as one text."""
    compartment = COMPARTMENTS.get(file.read(len(LETTERS[Compartment.GENERAL])))
    return (compartment, file.read(int.from_bytes(file.read(2), "big"))) if compartment else None


def _rewrite(path: Path, file: BinaryIO, ciphers: Ciphers, place: str, compartment: Compartment) -> bool:
    """A file of the first version becomes one of pieces, at once or not at all."""
    content, beside = _before_pieces(file, ciphers, place), path.with_name(f"{path.name}.anew")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as anew:
        seal_into(anew, ciphers, content, place, compartment)
        anew.flush()
        os.fsync(anew.fileno())
    beside.replace(path)
    return True


def _before_pieces(file: BinaryIO, ciphers: Ciphers, place: str) -> bytes:
    """A file of the first version, which was sealed as one text."""
    file.seek(0)
    return base64.b64decode(ciphers.open(file.read(), place))


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_LENGTH, "big")


def _bound(place: str, *, last: bool) -> bytes:
    return f"{place}:{'last' if last else 'more'}".encode()
