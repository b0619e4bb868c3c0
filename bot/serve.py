"""Starts the public server: `python -m bot.serve`."""

from __future__ import annotations

import logging

import uvicorn

from bot.app import create_app
from bot.bootstrap import bootstrap
from zhilu.settings import Settings


def main() -> None:
    """Serve until a signal; no access log (it would hold addresses), no trust in forwarded headers."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the ids of conversations
    uvicorn.run(
        create_app(bootstrap(settings)),
        host=settings.host,
        port=settings.public_port,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_config=None,
    )


if __name__ == "__main__":
    main()
