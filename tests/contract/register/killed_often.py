"""A register whose worker is killed again and again: `killed_often.py URL TIMES SEED`, one JSON line with what was found.

The worker is forked from here, where everything is imported and compiled already. It files, adds to what it filed and forwards it, without a pause.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

from sqlalchemy import Select, func, select

from cases import audit
from cases.actors import Actor
from cases.acts.staff import act
from cases.database import Register, UnitOfWork, create_register
from cases.file import FILED
from cases.migrate import upgrade
from cases.models import ActDetail, Audit, Case, CaseText, History, OutboxRow, Party, Supplement
from cases.policy import StaffRole
from cases.supplement import supplement
from petition.stages import Act
from tests.unit.cases.factories import KEY, NOON, file_one

CLERK = Actor("周静", frozenset({StaffRole.CLERK}))
STEPS = 3  # of the life of a case
LONGEST_PAUSE = 0.12  # seconds


@dataclass
class Found:
    kills: int = 0
    cases: int = 0
    forwarded: int = 0
    half: int = 0  # cases that lack a part, and parts that lack a case
    whole: bool = False


def live(register: Register, name: str, step: Callable[[], object] = lambda: None) -> None:
    """The life of one case: filed, added to, forwarded."""
    receipt = file_one(register, name)
    step()
    with register.unit_of_work() as uow:
        case = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()
        supplement(uow, case, {"narrative": "补充"}, filing_key=name, now=NOON)
        step()
        act(uow, case, Act.FORWARD, CLERK, details={"body": "城东街道办事处"}, now=NOON)
        step()


def kill_one(register: Register, run: int, steps: int, pause: float) -> None:
    """Let a worker come so far, wait a moment more, and kill it in whatever it does then."""
    heard, told = os.pipe()
    if not (worker := os.fork()):
        try:
            for number in count():
                live(register, f"{run}-{number}", lambda: os.write(told, b"."))
        finally:
            os._exit(1)
    os.close(told)
    for _ in range(steps):
        assert os.read(heard, 1), "the worker ended by itself"
    time.sleep(pause)
    os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    os.close(heard)
    assert os.WIFSIGNALED(status), "the worker ended by itself"


def halves(uow: UnitOfWork) -> int:
    """How many cases are not whole, and how many rows say something that no other row knows."""

    def cases(wanted: Select[Any]) -> set[str]:
        return set(uow.session.scalars(wanted))

    def events(of: str) -> set[str]:
        return cases(select(History.case_id).where(History.act == of))

    def noted(as_what: str) -> set[str]:
        return cases(select(Audit.case_id).where(Audit.act == as_what))

    every, forwarded = cases(select(Case.id)), cases(select(Case.id).where(Case.stage == "forwarded"))
    same = (
        (every, events("register")),
        (every, cases(select(CaseText.case_id))),
        (every, cases(select(Party.case_id))),
        (every, noted(FILED)),
        (every, cases(select(OutboxRow.case_id).where(OutboxRow.kind == FILED))),
        (cases(select(Supplement.case_id)), events("supplement")),
        (events("supplement"), noted("act:supplement")),
        (forwarded, events("forward")),
        (forwarded, noted("act:forward")),
        (forwarded, cases(select(ActDetail.case_id))),
    )
    return sum(len(one ^ other) for one, other in same)


def look(register: Register, found: Found) -> None:
    with register.unit_of_work() as uow:
        found.cases = uow.session.scalar(select(func.count()).select_from(Case)) or 0
        found.forwarded = uow.session.scalar(select(func.count()).where(Case.stage == "forwarded")) or 0
        found.half += halves(uow)
        uow.rollback()
        found.whole = audit.verify(uow).whole


def main(url: str, times: str, seed: str) -> None:
    upgrade(url)
    chance, found = random.Random(seed), Found()
    register = create_register(url, KEY)
    live(register, "first")
    look(register, found)
    for run in range(int(times)):
        register.close()  # no connection is open while the worker is forked; it and we open new ones
        kill_one(register, run, chance.randint(0, STEPS), chance.uniform(0, LONGEST_PAUSE))
        look(register, found)
        found.kills += 1
    register.close()
    create_register(url, KEY).close()
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(*sys.argv[1:])
