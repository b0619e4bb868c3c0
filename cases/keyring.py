"""The keys of the register, by purpose and version.

Version 1 of each is derived from the register key; later versions are random and wrapped with a key that is derived from it.
After the register key itself was changed, version 1 is wrapped as well: what it sealed and indexed stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, select

from cases.models import DataKey

KEY_ID_LENGTH = 4
NONCE_LENGTH = 12
KEY_LENGTH = 32
FIRST = 1
GENERAL = "data"
COMPARTMENTS = (GENERAL, "discipline")  # each with keys of its own; who may open which: cases/policy.py
LASTING = ("index", "sketch", "query-code", "audit")  # compared and chained for ever: one version, see docs/adr/0016
PURPOSES = (*COMPARTMENTS, *LASTING)


class WrongKey(Exception):
    """The register key is not the one that this register was written with."""


@dataclass(frozen=True)
class StoredKey:
    """A version as it lies in the table data_keys."""

    key_id: str
    purpose: str
    version: int
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True)
class KeyVersion:
    """One version of one key."""

    key_id: bytes
    purpose: str
    version: int
    secret: bytes = field(repr=False)


class RootKey:
    """The register key: derives the first versions, wraps the later ones, and has an id of its own."""

    def __init__(self, key: str) -> None:
        if not key:
            raise ValueError("the register key is empty")
        self._key = key
        self._wrapping = AESGCM(self._derive("wrap"))
        self.key_id = self._derive("key-id")[:KEY_ID_LENGTH]

    def first(self, purpose: str) -> KeyVersion:
        """The version that was there before there were versions; its general one carries the id of the register key."""
        key_id = self.key_id if purpose == GENERAL else self._derive(f"{purpose} key-id")[:KEY_ID_LENGTH]
        return KeyVersion(key_id, purpose, FIRST, self._derive(purpose))

    def wrap(self, version: KeyVersion) -> StoredKey:
        """A version as it may be stored: id of the register key, nonce, sealed secret, bound to what it is for."""
        nonce, place = os.urandom(NONCE_LENGTH), _place(version.key_id.hex(), version.purpose, version.version)
        wrapped = self.key_id + nonce + self._wrapping.encrypt(nonce, version.secret, place)
        return StoredKey(version.key_id.hex(), version.purpose, version.version, wrapped)

    def unwrap(self, stored: StoredKey) -> KeyVersion:
        """WrongKey where it was wrapped with another register key, or changed."""
        key_id, nonce = stored.wrapped[:KEY_ID_LENGTH], stored.wrapped[KEY_ID_LENGTH : KEY_ID_LENGTH + NONCE_LENGTH]
        if key_id != self.key_id:
            raise WrongKey(f"the data keys were sealed with key {key_id.hex()}, not with {self.key_id.hex()}")
        place = _place(stored.key_id, stored.purpose, stored.version)
        try:
            secret = self._wrapping.decrypt(nonce, stored.wrapped[KEY_ID_LENGTH + NONCE_LENGTH :], place)
        except InvalidTag as fault:
            raise WrongKey(f"data key {stored.key_id} cannot be opened: changed or moved") from fault
        return KeyVersion(bytes.fromhex(stored.key_id), stored.purpose, stored.version, secret)

    def _derive(self, purpose: str) -> bytes:
        info = f"zhilu register {purpose} v1".encode()
        return HKDF(SHA256(), length=KEY_LENGTH, salt=None, info=info).derive(self._key.encode())


class Keyring:
    """Every version that can be opened; the newest one of a compartment seals."""

    def __init__(self, root: RootKey, stored: Iterable[StoredKey] = ()) -> None:
        unwrapped = [root.unwrap(each) for each in stored]
        carried = {each.purpose for each in unwrapped if each.version == FIRST}
        derived = [root.first(purpose) for purpose in PURPOSES if purpose not in carried]
        versions = sorted([*derived, *unwrapped], key=lambda each: each.version)
        self._newest = {each.purpose: each for each in versions}
        self._firsts = {each.purpose: each for each in versions if each.version == FIRST}
        self._compartments = {each.key_id: each.purpose for each in versions if each.purpose in COMPARTMENTS}
        self._ciphers = {
            (each.key_id, each.purpose): AESGCM(each.secret) for each in versions if each.purpose in COMPARTMENTS
        }
        shared = self._firsts[GENERAL].key_id  # the first version's only id, before each compartment had one
        for compartment in COMPARTMENTS:
            self._ciphers[shared, compartment] = AESGCM(self._firsts[compartment].secret)

    def newest(self, purpose: str) -> KeyVersion:
        """The version that is used from now on."""
        return self._newest[purpose]

    def first(self, purpose: str) -> KeyVersion:
        """Version 1, derived or carried."""
        return self._firsts[purpose]

    def lasting(self, purpose: str) -> bytes:
        """The secret of a key that has one version only."""
        return self._firsts[purpose].secret

    def ids(self, compartment: str) -> frozenset[bytes]:
        """The key ids that only this compartment seals with."""
        return frozenset(key_id for key_id, purpose in self._compartments.items() if purpose == compartment)

    def knows(self, key_id: bytes) -> bool:
        """Whether something sealed with this id can be opened, in whatever compartment."""
        return key_id in self._compartments

    def cipher(self, key_id: bytes, compartment: str) -> AESGCM | None:
        """What opens and seals with this id in this compartment."""
        return self._ciphers.get((key_id, compartment))


def new_version(purpose: str, version: int) -> KeyVersion:
    """A random key."""
    return KeyVersion(os.urandom(KEY_ID_LENGTH), purpose, version, AESGCM.generate_key(KEY_LENGTH * 8))


def stored_keys(engine: Engine) -> list[StoredKey]:
    """Every version in the database, on a connection of its own."""
    columns = (DataKey.key_id, DataKey.purpose, DataKey.version, DataKey.wrapped)
    with engine.connect() as connection:
        return [StoredKey(*row) for row in connection.execute(select(*columns))]


def _place(key_id: str, purpose: str, version: int) -> bytes:
    return f"data_keys.wrapped:{key_id}:{purpose}:{version}".encode()
