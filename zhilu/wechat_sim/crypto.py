"""Signatures and AES of the platform, written from its description; wechatpy is not used, so no fault is shared with the product."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from zhilu.wechat_sim.account import SimulatedAccount

RANDOM, LENGTH = 16, 4
BLOCK_BITS = 32 * 8  # the platform pads to 32 bytes, twice the block of AES


class NotOurs(ValueError):
    """A body that the platform could not open."""


def sign(*parts: str) -> str:
    """SHA-1 of the sorted parts in hexadecimal."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def seal(account: SimulatedAccount, content: bytes) -> str:
    """AES-256-CBC over 16 random bytes, the length, the content and the appid; in base64."""
    whole = secrets.token_bytes(RANDOM) + len(content).to_bytes(LENGTH, "big") + content + account.appid.encode()
    padder = PKCS7(BLOCK_BITS).padder()
    encryptor = _cipher(account).encryptor()
    return base64.b64encode(encryptor.update(padder.update(whole) + padder.finalize()) + encryptor.finalize()).decode()


def unseal(account: SimulatedAccount, encrypted: str) -> bytes:
    """What `seal` was given, for the same account; NotOurs."""
    try:
        decryptor = _cipher(account).decryptor()
        padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        unpadder = PKCS7(BLOCK_BITS).unpadder()
        whole = unpadder.update(padded) + unpadder.finalize()
    except ValueError as fault:
        raise NotOurs(str(fault)) from None
    start = RANDOM + LENGTH
    end = start + int.from_bytes(whole[RANDOM:start], "big")
    if whole[end:] != account.appid.encode():
        raise NotOurs("appid")
    return whole[start:end]


def _cipher(account: SimulatedAccount) -> Cipher[modes.CBC]:
    key = account.key
    return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))
