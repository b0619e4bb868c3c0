"""What keeps personal data unreadable: sealing, keyed indexes, query codes; one derived key for each purpose."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cases.sketches import GRAM, SHORTEST, WIDTH, WORDS, grams_of, lowest

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
CODE_LENGTH = 12  # 12 characters of 5 bits: 60 bits
RESUME_LENGTH = 8  # 40 bits, behind the lock of cases/lockout.py and for 30 days only: short enough to be read out
CODE_GROUP = 4
KEY_ID_LENGTH = 4
NONCE_LENGTH = 12
LONGEST_CODE_READ = 64
GENERAL = "data"
COMPARTMENTS = (GENERAL, "discipline")  # each with a key of its own; who may open which: cases/policy.py


class WrongKey(Exception):
    """The register key is not the one that this register was written with."""


class Ciphers:
    """Every keyed operation of the register; the keys themselves never leave it."""

    def __init__(self, key: str) -> None:
        if not key:
            raise ValueError("the register key is empty")
        self._data = {each: AESGCM(_derive(key, each)) for each in COMPARTMENTS}
        self._index = _derive(key, "index")
        self._sketch = _derive(key, "sketch")
        self._code = _derive(key, "query-code")
        self._audit = _derive(key, "audit")
        self.key_id = _derive(key, "key-id")[:KEY_ID_LENGTH]

    def __repr__(self) -> str:
        return f"<Ciphers key={self.key_id.hex()}>"

    def seal(self, text: str, place: str, compartment: str = GENERAL) -> bytes:
        """Key id, nonce and AES-256-GCM ciphertext, bound to its place (`table.column:row id`)."""
        nonce = os.urandom(NONCE_LENGTH)
        return self.key_id + nonce + self._data[compartment].encrypt(nonce, to_bytes(text), place.encode())

    def open(self, sealed: bytes, place: str, compartment: str = GENERAL) -> str:
        """The text sealed for this place; WrongKey where the key, the compartment, the place or the bytes are others."""
        key_id, nonce = sealed[:KEY_ID_LENGTH], sealed[KEY_ID_LENGTH : KEY_ID_LENGTH + NONCE_LENGTH]
        if key_id != self.key_id:
            raise WrongKey(f"{place} was sealed with key {key_id.hex()}, not with {self.key_id.hex()}")
        try:
            opened = self._data[compartment].decrypt(nonce, sealed[KEY_ID_LENGTH + NONCE_LENGTH :], place.encode())
        except InvalidTag as fault:
            raise WrongKey(f"{place} cannot be opened: changed or moved") from fault
        return opened.decode("utf-8", "surrogatepass")

    def name_index(self, name: str) -> bytes:
        """Keyed index of a name: equal for every way of writing the same name."""
        return self.index("name", "".join(unicodedata.normalize("NFKC", name).split()).casefold())

    def phone_index(self, phone: str) -> bytes:
        """Keyed index of a phone: its digits only, without the country's 86."""
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
        return self.index("phone", re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits))

    def address_index(self, address: str) -> bytes:
        """Keyed index of an address: equal for every way of spacing and punctuating it."""
        return self.index("address", re.sub(r"\W", "", unicodedata.normalize("NFKC", address)).casefold())

    def index(self, purpose: str, value: str) -> bytes:
        """HMAC-SHA256 of a value under one purpose: comparable, not readable."""
        return hmac.digest(self._index, to_bytes(f"{purpose}\0{value}"), "sha256")

    def chain(self, previous: bytes | None, entry: bytes) -> bytes:
        """The link of the audit chain after `previous`: HMAC-SHA256 over both."""
        return hmac.digest(self._audit, (previous or b"") + entry, "sha256")

    def sketch(self, text: str) -> bytes | None:
        """A sketch that can be compared with others of this register and with nothing else; None for a text too short."""
        grams = grams_of(text)
        if len(grams) < SHORTEST - GRAM + 1:
            return None

        def part(number: int) -> bytes:
            salt = bytes([number])
            return lowest([hashlib.blake2b(to_bytes(gram), key=self._sketch, salt=salt).digest() for gram in grams])

        return b"".join(part(number) for number in range(WIDTH // WORDS))

    def query_code(self, filing_key: str) -> str:
        """The query code (查询码) of a filing, the same at every retry: `XXXX-XXXX-XXXX`."""
        return self._spelt(filing_key, CODE_LENGTH)

    def resume_code(self, draft: str) -> str:
        """The resume code (续填码) of a kept draft, the same as long as it is kept: `D-XXXX-XXXX`."""
        return "D-" + self._spelt(f"draft\0{draft}", RESUME_LENGTH)

    def _spelt(self, what: str, length: int) -> str:
        bits = int.from_bytes(hmac.digest(self._code, to_bytes(what), "sha256"), "big")
        characters = "".join(CROCKFORD[bits >> (5 * place) & 31] for place in range(length))
        return "-".join(characters[start : start + CODE_GROUP] for start in range(0, length, CODE_GROUP))


class CodeHasher:
    """Argon2id hashes of query codes: 19 MiB, 2 passes, 1 lane (about 25 ms); the code itself is kept nowhere."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._dummy = self._argon2.hash(os.urandom(16).hex())

    def hash(self, code: str) -> str:
        return self._argon2.hash(normal_code(code))

    def matches(self, code: str, code_hash: str | None) -> bool:
        """Whether the code is the hashed one; costs the same where there is no hash."""
        try:
            self._argon2.verify(code_hash or self._dummy, normal_code(code))
        except VerifyMismatchError:
            return False
        return code_hash is not None


def normal_code(code: str) -> str:
    """A query code as typed, made comparable: width, case, separators and look-alike letters do not matter."""
    kept = unicodedata.normalize("NFKC", code[:LONGEST_CODE_READ]).upper().translate(LOOKALIKES)
    return "".join(character for character in kept if character in CROCKFORD)


def hash_token(token: str) -> bytes:
    """SHA-256 of a random token: enough for 256 bits of randomness."""
    return hashlib.sha256(to_bytes(token)).digest()


def to_bytes(text: str) -> bytes:
    """UTF-8, also of the half characters that a client may send."""
    return text.encode("utf-8", "surrogatepass")


def _derive(key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"zhilu register {purpose} v1".encode()).derive(key.encode())
