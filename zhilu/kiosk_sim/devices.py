"""The simulated devices: a reader that knows as much of a card as a real one does, and a printer that prints on the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from zhilu.kiosk_sim.contract import Failure, Part

CHARACTERS_A_LINE = 16  # of 24 dots on 72 mm, in double width
NOBODY = "000000190001010000"


class Trouble(StrEnum):
    """What goes wrong next, until it is set otherwise."""

    NONE = "none"
    NO_CARD = "no-card"
    UNREADABLE = "unreadable"
    UNPLUGGED = "unplugged"
    SLOW = "slow"
    NO_PAPER = "no-paper"


class DeviceFault(Exception):
    """A device did not do it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class Card:
    """Everything that a reader gets from a chip. Only `handed_over` leaves the bridge."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    number: str = field(default=NOBODY, repr=False)
    born: str = field(default="19000101", repr=False)
    photo: bytes = field(default=b"", repr=False)

    def handed_over(self, parts: tuple[Part, ...]) -> dict[str, str]:
        """Name and address as far as they were asked for; number, birthday and photo end here."""
        known = {Part.NAME: self.name, Part.ADDRESS: self.address}
        return {str(part): known[part] for part in parts}


class CardReader:
    """Waits for a card for `patience` seconds; a slow one needs `slowness`."""

    def __init__(self, card: Card | None, *, patience: float = 20.0, slowness: float = 30.0) -> None:
        self.card = card
        self.trouble = Trouble.NONE
        self._patience = patience
        self._slowness = slowness

    @property
    def is_there(self) -> bool:
        return self.trouble is not Trouble.UNPLUGGED

    async def read(self) -> Card:
        """The card that lies on the reader; DeviceFault."""
        if self.trouble is Trouble.SLOW:
            await asyncio.sleep(self._slowness)
        try:
            async with asyncio.timeout(self._patience):
                while self.card is None or self.trouble is Trouble.NO_CARD:
                    self._check()
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise DeviceFault(Failure.NO_CARD) from None
        await asyncio.sleep(0.3)
        self._check()
        return self.card

    def _check(self) -> None:
        if self.trouble is Trouble.UNPLUGGED:
            raise DeviceFault(Failure.UNPLUGGED)
        if self.trouble is Trouble.UNREADABLE:
            raise DeviceFault(Failure.UNREADABLE)


class TicketPrinter:
    """Prints on whatever `put` writes to."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self.trouble = Trouble.NONE
        self._put = put

    @property
    def is_there(self) -> bool:
        return self.trouble is not Trouble.UNPLUGGED

    async def print(self, ticket: Mapping[str, str]) -> None:
        """A slip with the number in large type; DeviceFault."""
        await asyncio.sleep(0.3)
        if self.trouble is Trouble.UNPLUGGED:
            raise DeviceFault(Failure.UNPLUGGED)
        if self.trouble is Trouble.NO_PAPER:
            raise DeviceFault(Failure.NO_PAPER)
        for line in lines_of(ticket):
            self._put(line)


def lines_of(ticket: Mapping[str, str]) -> list[str]:
    """The slip as lines, the number between two rules."""
    rule = "-" * CHARACTERS_A_LINE * 2
    below = [ticket.get(each, "") for each in ("title", "on", "time", "place")]
    return [ticket.get("office", ""), rule, f"      {ticket['number']}", rule, *filter(None, below)]
