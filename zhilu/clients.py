"""Who is asking, without keeping an address: a keyed hash, the same on every server of the installation."""

from __future__ import annotations

import hmac
import ipaddress

LENGTH = 32


class ClientNames:
    """Turns network addresses into opaque names."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"zhilu client names", "sha256")

    def name(self, host: str) -> str:
        """The same name for the same address; one for the whole /64 of an IPv6 household."""
        return hmac.digest(self._key, network(host).encode(), "sha256").hex()[:LENGTH]


def network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
