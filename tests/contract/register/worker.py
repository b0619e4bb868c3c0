"""A process of its own that files petitions: `worker.py URL WHEN_TO_DIE FILING_KEY…`, one JSON line for each receipt.

WHEN_TO_DIE: `never`, or `before-commit` / `after-commit` of the filing, by SIGKILL.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import NoReturn

from sqlalchemy import event
from sqlalchemy.orm import Session

from cases.database import create_register
from cases.migrate import upgrade
from tests.unit.cases.factories import KEY, file_one


def die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def main(url: str, when_to_die: str, *filing_keys: str) -> None:
    print("started", flush=True)
    sys.stdin.readline()
    upgrade(url)
    register = create_register(url, KEY)
    if when_to_die == "before-commit":
        event.listen(register.engine, "commit", die)  # everything is flushed; COMMIT has not been sent
    if when_to_die == "after-commit":
        event.listen(Session, "after_commit", die)
    for filing_key in filing_keys:
        receipt = file_one(register, filing_key)
        print(json.dumps([filing_key, receipt.number, receipt.query_code]), flush=True)
    register.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
