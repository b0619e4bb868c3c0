"""How every web server of ours is started: nothing in an access log, no name of the server, and whose word on addresses counts."""

from __future__ import annotations

from typing import Any

from zhilu.settings import Settings


def server_options(settings: Settings) -> dict[str, Any]:
    """Options of uvicorn. An access log would hold addresses and case numbers.

    `X-Forwarded-For` and `X-Forwarded-Proto` are read only from ZHILU_TRUSTED_PROXIES: whoever else sends them could be anybody, and the
    limits by address would hold nobody.
    """
    return {
        "access_log": False,
        "server_header": False,
        "log_config": None,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
    }
