"""Where what we send may go: encrypted, or nowhere but to this machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def travels_safely(url: str) -> bool:
    """Whether what is sent there is encrypted on its way, or stays on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


def is_loopback(url: str) -> bool:
    """Whether it stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
