"""What page and bridge say to each other (docs/kiosk-setup.md). Whoever writes a bridge for real devices may start from here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

VERSION = 1
MOST_BYTES = 4096
LONGEST_ID, LONGEST_VALUE = 40, 200
TICKET = ("number", "title", "on", "time", "place", "office")


class Part(StrEnum):
    """What a card may tell. There is no third one."""

    NAME = "name"
    ADDRESS = "address"


class Device(StrEnum):
    """What can stand beside a kiosk."""

    CARD_READER = "card-reader"
    TICKET_PRINTER = "ticket-printer"


class Failure(StrEnum):
    """Why something did not work; each has a text for the citizen in data/kiosk/texts."""

    NO_CARD = "no-card"
    UNREADABLE = "unreadable"
    UNPLUGGED = "unplugged"
    SLOW = "slow"
    NO_PAPER = "no-paper"
    BUSY = "busy"
    CANCELLED = "cancelled"


class Close(IntEnum):
    """Why the bridge hangs up."""

    WRONG_MESSAGE = 4400
    WRONG_TOKEN = 4401
    OTHER_VERSION = 4409


class WrongMessage(Exception):
    """Not a message of the contract."""


@dataclass(frozen=True)
class Hello:
    """The first message, within five seconds."""

    version: int
    token: str = field(repr=False)


@dataclass(frozen=True)
class Read:
    """Read this of the card that is put on."""

    id: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Print:
    """Print a queue number; nothing personal stands on it."""

    id: str
    ticket: Mapping[str, str]


@dataclass(frozen=True)
class Cancel:
    """The citizen wants no more."""

    id: str


Request = Hello | Read | Print | Cancel


def read_request(text: str | bytes) -> Request:
    """The request in a frame; WrongMessage. A field that is not of the contract is wrong too."""
    try:
        said = json.loads(text)
        kind = said.pop("type")
        if kind == "hello":
            return Hello(version=int(said.pop("version")), token=str(said.pop("token")), **said)
        id = _id(said.pop("id"))
        if kind == "read":
            return Read(id=id, parts=_parts(said.pop("fields")), **said)
        if kind == "print":
            return Print(id=id, ticket=_ticket(said.pop("ticket")), **said)
        if kind == "cancel":
            return Cancel(id=id, **said)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise WrongMessage(type(fault).__name__) from None
    raise WrongMessage("type")


def _id(value: object) -> str:
    if isinstance(value, str) and 1 <= len(value) <= LONGEST_ID:
        return value
    raise ValueError("id")


def _parts(value: object) -> tuple[Part, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("fields")
    return tuple(dict.fromkeys(Part(each) for each in value))


def _ticket(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or "number" not in value or not value.keys() <= set(TICKET):
        raise ValueError("ticket")
    if not all(isinstance(each, str) and len(each) <= LONGEST_VALUE for each in value.values()):
        raise ValueError("ticket")
    return dict(value)
