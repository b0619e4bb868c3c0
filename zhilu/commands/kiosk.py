"""Kiosks of the reception hall (大厅自助机): which machines are ours, and simulated devices for whoever has none."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from zhilu.commands.common import group, named, say, settings, unit_of_work
from zhilu.kiosk_sim import command as simulated

kiosk = group("the kiosks of the reception hall (大厅自助机)")

NAME = Annotated[str, typer.Argument(metavar="NAME", help="what staff call the machine, such as 大厅1号机")]


def whoever() -> str:
    """The user of the terminal."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without a table of users
        return "terminal"


BY = Annotated[
    str,
    typer.Option(
        "--by", metavar="NAME", default_factory=whoever, callback=named, help="who you are, for the audit log"
    ),
]


def add_to(app: typer.Typer) -> None:
    app.add_typer(kiosk, name="kiosk")
    simulated.add_to(kiosk)


@kiosk.command("register")
def register(name: NAME, by: BY) -> int:
    """a one-time code that makes a machine a kiosk of this office; good for ten minutes"""
    from cases import kiosks
    from zhilu.kiosks import invitation_lines

    given = settings()
    with unit_of_work() as uow:
        invited = kiosks.invite(uow, name, by, now=datetime.now(UTC))
    for line in invitation_lines(invited, given.public_url or f"http://{given.host}:{given.public_port}"):
        say(line)
    return 0


@kiosk.command("list")
def listed() -> int:
    """every machine: its id, name, when it was registered and the day on which it was last used"""
    from cases import kiosks
    from zhilu.kiosks import device_lines

    with unit_of_work() as uow:
        found = kiosks.devices(uow, now=datetime.now(UTC))
    for line in device_lines(found):
        say(line)
    return 0


@kiosk.command("revoke")
def revoke(name: Annotated[str, typer.Argument(metavar="NAME", help="name or id")], by: BY) -> int:
    """take a machine's registration back: its next touch shows that it is not registered"""
    from cases import kiosks

    with unit_of_work() as uow:
        gone = kiosks.revoke(uow, name, by, now=datetime.now(UTC))
    say(f"{gone.name}已停用")
    return 0


@kiosk.command("bridge-token")
def bridge_token(
    name: Annotated[str, typer.Argument(metavar="NAME", help="name or id; none while registration is open")] = "",
) -> int:
    """the token for the bridge to card reader and printer on a machine (docs/kiosk-setup.md)"""
    from cases import kiosks
    from zhilu import kiosks as words

    device = ""
    if name:
        with unit_of_work() as uow:
            device = kiosks.find(uow, name).id
    say(words.bridge_token(settings(), device))
    return 0
