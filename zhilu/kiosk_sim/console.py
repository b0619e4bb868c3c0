"""The simulated bridge with a terminal: a line sets what goes wrong or puts another card on the reader."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass

from zhilu.kiosk_sim.bridge import LOOPBACK, Bridge
from zhilu.kiosk_sim.devices import Card, CardReader, TicketPrinter, Trouble

HELP = f"# {' | '.join(Trouble)} | card NAME ADDRESS | quit"


@dataclass
class Simulation:
    """What runs until it is stopped."""

    port: int
    token: str
    origins: tuple[str, ...]
    reader: CardReader | None
    printer: TicketPrinter | None
    say: Callable[[str], None]

    def set_trouble(self, trouble: Trouble) -> None:
        """Paper is the printer's trouble, everything else the reader's; unplugged are both."""
        if self.reader:
            self.reader.trouble = Trouble.NONE if trouble is Trouble.NO_PAPER else trouble
        if self.printer:
            self.printer.trouble = trouble if trouble in (Trouble.NO_PAPER, Trouble.UNPLUGGED) else Trouble.NONE

    async def run(self) -> None:
        """Serve; read lines while there are any, then go on without."""
        bridge = Bridge(self.token, self.origins, reader=self.reader, printer=self.printer)
        async with bridge.listening(self.port):
            self.say(
                f"# ws://{LOOPBACK}:{self.port} for pages of {', '.join(self.origins)}: {', '.join(bridge.devices)}"
            )
            self.say(HELP)
            while line := await asyncio.to_thread(sys.stdin.readline):
                if line.strip() in ("quit", "exit"):
                    return
                self._obey(line)
                await bridge.tell_devices()
            await asyncio.get_running_loop().create_future()

    def _obey(self, line: str) -> None:
        words = line.split()
        if len(words) == 1 and words[0] in list(Trouble):
            self.set_trouble(Trouble(words[0]))
        elif len(words) == 3 and words[0] == "card" and self.reader:
            self.reader.card = Card(words[1], words[2])
        elif words:
            self.say(HELP)
