"""What keeps personal data unreadable: sealing, keyed indexes, query codes; one key for each purpose, with versions."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import SQLAlchemyError

from cases.keyring import GENERAL, KEY_ID_LENGTH, NONCE_LENGTH, Keyring, RootKey, StoredKey, WrongKey
from cases.sketches import GRAM, SHORTEST, WIDTH, WORDS, grams_of, lowest

__all__ = ["GENERAL", "NONCE_LENGTH", "Ciphers", "WrongKey", "hash_token", "normal_code", "to_bytes"]
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
CODE_LENGTH = 12  # 12 characters of 5 bits: 60 bits
RESUME_LENGTH = 8  # 40 bits, behind the lock of cases/lockout.py and for 30 days only: short enough to be read out
CODE_GROUP = 4
LONGEST_CODE_READ = 64
NO_DIGEST = "0" * 64
FRESH_SECONDS = 30.0

logger = logging.getLogger(__name__)


class Ciphers:
    """Every keyed operation of the register; the keys themselves never leave it.

    Where the register has later versions of its keys (`read_keys_from`) the newest one seals, and what lies there opens by its key id.
    """

    def __init__(self, key: str) -> None:
        self._root = RootKey(key)
        self._ring = Keyring(self._root)
        self._stored: Callable[[], Iterable[StoredKey]] | None = None
        self._read_at = 0.0
        self._reading = threading.Lock()
        self.key_id = self._root.key_id

    def __repr__(self) -> str:
        return f"<Ciphers key={self.key_id.hex()}>"

    # --- versions ------------------------------------------------------------------------------------------------------------------

    def read_keys_from(self, stored: Callable[[], Iterable[StoredKey]]) -> None:
        """Where the versions of the keys are kept; read now, when an unknown key id is met, and from time to time. WrongKey."""
        self._stored = stored
        self.reload()

    def reload(self) -> None:
        """Read the versions anew; WrongKey where they were wrapped with another register key."""
        if self._stored is not None:
            with self._reading:
                self._ring = Keyring(self._root, self._stored())
                self._read_at = time.monotonic()

    @property
    def ring(self) -> Keyring:
        """The versions as they were read last."""
        return self._ring

    @property
    def root(self) -> RootKey:
        """The register key, for whoever keeps the table of keys (cases/keys.py)."""
        return self._root

    def _refresh(self) -> None:
        """Another process may have made a newer version: without it what is sealed here would have to be sealed again."""
        if self._stored is None or time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        self._read_at = time.monotonic()
        try:
            self.reload()
        except (WrongKey, SQLAlchemyError) as fault:  # the keys at hand still open: nothing is refused because of it
            logger.warning("the data keys could not be read anew: %s", type(fault).__name__)

    # --- sealing -------------------------------------------------------------------------------------------------------------------

    def seal(self, text: str, place: str, compartment: str = GENERAL) -> bytes:
        """Key id, nonce and AES-256-GCM ciphertext, bound to its place (`table.column:row id`)."""
        self._refresh()
        ring = self._ring
        key_id, nonce = ring.newest(compartment).key_id, os.urandom(NONCE_LENGTH)
        cipher = ring.cipher(key_id, compartment)
        assert cipher is not None
        return key_id + nonce + cipher.encrypt(nonce, to_bytes(text), place.encode())

    def open(self, sealed: bytes, place: str, compartment: str = GENERAL) -> str:
        """The text sealed for this place; WrongKey where the key, the compartment, the place or the bytes are others."""
        key_id, nonce = sealed[:KEY_ID_LENGTH], sealed[KEY_ID_LENGTH : KEY_ID_LENGTH + NONCE_LENGTH]
        if not self._ring.knows(key_id):
            self.reload()
        cipher = self._ring.cipher(key_id, compartment)
        if cipher is None:
            raise WrongKey(
                f"{place} was sealed with key {key_id.hex()}, not with {self.key_id.hex()} for {compartment}"
            )
        try:
            opened = cipher.decrypt(nonce, sealed[KEY_ID_LENGTH + NONCE_LENGTH :], place.encode())
        except (InvalidTag, ValueError) as fault:
            raise WrongKey(f"{place} cannot be opened: changed or moved") from fault
        return opened.decode("utf-8", "surrogatepass")

    def open_moved(self, sealed: bytes, place: str, compartment: str) -> str:
        """The same for what belongs to this compartment now and may lie in another one still."""
        try:
            return self.open(sealed, place, compartment)
        except WrongKey:
            if compartment == GENERAL:
                raise
            return self.open(sealed, place, GENERAL)

    # --- comparing -----------------------------------------------------------------------------------------------------------------

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
        return hmac.digest(self._ring.lasting("index"), to_bytes(f"{purpose}\0{value}"), "sha256")

    def chain(self, previous: bytes | None, entry: bytes) -> bytes:
        """The link of the audit chain after `previous`: HMAC-SHA256 over both."""
        return hmac.digest(self._ring.lasting("audit"), (previous or b"") + entry, "sha256")

    def sketch(self, text: str) -> bytes | None:
        """A sketch that can be compared with others of this register and with nothing else; None for a text too short."""
        grams = grams_of(text)
        if len(grams) < SHORTEST - GRAM + 1:
            return None

        key = self._ring.lasting("sketch")

        def part(number: int) -> bytes:
            salt = bytes([number])
            return lowest([hashlib.blake2b(to_bytes(gram), key=key, salt=salt).digest() for gram in grams])

        return b"".join(part(number) for number in range(WIDTH // WORDS))

    def query_code(self, filing_key: str) -> str:
        """The query code (查询码) of a filing, the same at every retry: `XXXX-XXXX-XXXX`."""
        return self._spelt(filing_key, CODE_LENGTH)

    def resume_code(self, draft: str) -> str:
        """The resume code (续填码) of a kept draft, the same as long as it is kept: `D-XXXX-XXXX`."""
        return "D-" + self._spelt(f"draft\0{draft}", RESUME_LENGTH)

    def code_digest(self, code: str) -> str:
        """What of a query code is kept, in hex: keyed, so that it tells nothing without the register key.

        A code has 60 random bits, so that a slow hash would add nothing but work for whoever asks (docs/adr/0008).
        """
        return self.index("query-code", normal_code(code)).hex()

    def is_code(self, code: str, digest: str | None) -> bool:
        """Whether the code is the one of this digest; costs the same where there is none."""
        return hmac.compare_digest(self.code_digest(code), digest or NO_DIGEST) and digest is not None

    def _spelt(self, what: str, length: int) -> str:
        bits = int.from_bytes(hmac.digest(self._ring.lasting("query-code"), to_bytes(what), "sha256"), "big")
        characters = "".join(CROCKFORD[bits >> (5 * place) & 31] for place in range(length))
        return "-".join(characters[start : start + CODE_GROUP] for start in range(0, length, CODE_GROUP))


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
