"""An official account of the simulated platform, and the settings by which the product takes it for its own."""

from __future__ import annotations

import base64
import secrets
import string
from dataclasses import dataclass, field

LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class SimulatedAccount:
    """What the settings page of an official account shows; `safe`: messages travel encrypted (安全模式)."""

    appid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    safe: bool = True
    name: str = "gh_simulated"

    @property
    def key(self) -> bytes:
        """The 32 bytes of the AES key."""
        return base64.b64decode(self.aes_key + "=")

    def settings(self, api_base: str) -> dict[str, str]:
        """The environment that makes the product serve this account."""
        return {
            "ZHILU_WECHAT_APPID": self.appid,
            "ZHILU_WECHAT_SECRET": self.secret,
            "ZHILU_WECHAT_TOKEN": self.token,
            "ZHILU_WECHAT_AES_KEY": self.aes_key,
            "ZHILU_WECHAT_MODE": "safe" if self.safe else "plain",
            "ZHILU_WECHAT_API_BASE": api_base,
        }


def make_account(*, safe: bool = True) -> SimulatedAccount:
    """A new account with secrets of its own; nobody else can write to whoever serves it."""
    aes_key = ""
    while not aes_key.isalnum():  # the platform's keys have letters and digits only
        aes_key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return SimulatedAccount(f"wx{secrets.token_hex(8)}", secrets.token_hex(16), word(24), aes_key, safe)


def word(length: int) -> str:
    """Letters and digits by chance."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))
