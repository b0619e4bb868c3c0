"""Starts the desk: `python -m desk.serve`."""

from __future__ import annotations

import uvicorn

from cases.staff.accounts import FIRST, make_first
from desk.app import create_desk
from desk.bootstrap import DeskServices, bootstrap
from zhilu.serving import server_options
from zhilu.settings import Settings
from zhilu.trace import configure_logging


def main() -> None:
    """Serve until a signal."""
    settings = Settings()
    configure_logging(settings.log_level)
    services = bootstrap(settings)
    tell_first_password(services)
    uvicorn.run(
        create_desk(services),
        host=settings.host,
        port=settings.desk_port,
        timeout_graceful_shutdown=3,  # pages that listen (/takeover/stream) never end by themselves at once
        **server_options(settings),
    )


def tell_first_password(services: DeskServices) -> None:
    """At the very first start: into a file that its owner alone may read; it works for one sign-in."""
    with services.register.unit_of_work() as uow:
        password = make_first(uow, now=services.clock())
    if password is None:
        return
    path = services.settings.first_password_file
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(f"{FIRST} {password}\n", encoding="ascii")


if __name__ == "__main__":
    main()
