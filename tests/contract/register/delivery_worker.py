"""A process of its own that sends what waits: `delivery_worker.py URL GATEWAY WHEN_TO_DIE`.

WHEN_TO_DIE: `never`, or `between`: by SIGKILL, after the gateway has taken a message and before that is written down.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import NoReturn

from cases import outbox
from cases.database import create_register
from cases.notice_texts import load_notice_texts
from tests.unit.cases.factories import KEY, NOON
from zhilu.deliver import Delivery, deliver
from zhilu.settings import ROOT
from zhilu.sms import SmsGateway


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def main(url: str, gateway: str, when_to_die: str) -> None:
    register = create_register(url, KEY)
    if when_to_die == "between":
        outbox.acknowledge = die
    texts = load_notice_texts(ROOT / "data" / "notices.yml", {"office": "信访局", "phone": "0000-1234567"})
    sender = SmsGateway(gateway, "a secret of the gateway, 32 characters and more")
    clock = {"now": lambda: NOON}
    if when_to_die == "later":
        clock = {"now": lambda: NOON + 2 * outbox.LEASE}
    print(asyncio.run(deliver(Delivery(register, texts, {"sms": sender}, **clock))))
    register.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
