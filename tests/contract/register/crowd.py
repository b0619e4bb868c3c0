"""Twenty processes at one register: `crowd.py URL PROCESSES`, a JSON line for each with what it has done.

One program forks them after everything is imported: starting twenty interpreters would take longer than what they do.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from cases.actors import Actor
from cases.acts.staff import act
from cases.database import Register, create_register
from cases.file import file_petition
from cases.house_rules import HouseRules
from cases.policy import StaffRole
from cases.supplement import supplement
from petition.errors import Conflict, NotAllowed
from petition.stages import Act
from tests.unit.cases.factories import KEY, NOON, OFFICE, make_filing

OWN = 3
CLERK = frozenset({StaffRole.CLERK})
ORGAN = "城东区人社局"
RULES = HouseRules(most_supplements_a_day=1000)


def work(register: Register, me: int, shared: list[str], version: int) -> dict[str, object]:
    """File cases of one's own and one that everybody files; add to a shared case; try to forward it from the version all have seen."""
    done: dict[str, object] = {}
    with register.unit_of_work() as uow:
        keys = [f"own-{me}-{number}" for number in range(OWN)]
        keys.insert(me % OWN, "everybody")
        receipts = {key: file_petition(uow, make_filing(key), office=OFFICE, now=NOON).number for key in keys}
        done["filed"] = receipts
        done["forwarded"] = [forward(uow, each, me, version) for each in shared]
        for each in shared:
            supplement(uow, each, {"narrative": f"补充第{me}条说明"}, filing_key=f"add-{me}-{each}", now=NOON)
    return done


def forward(uow: object, case: str, me: int, version: int) -> str:
    try:
        act(uow, case, Act.FORWARD, Actor(f"clerk-{me}", CLERK), details={"body": ORGAN}, version=version, now=NOON)  # type: ignore[arg-type]
    except (Conflict, NotAllowed) as refused:
        return type(refused).__name__
    return "done"


def prepare(url: str) -> tuple[list[str], int]:
    """Two cases that everybody works on, and the version that everybody has seen."""
    from cases.models import Case

    register = create_register(url, KEY)
    ids, version = [], 0
    with register.unit_of_work() as uow:
        for number in range(2):
            file_petition(uow, make_filing(f"shared-{number}"), office=OFFICE, now=NOON)
        for case in uow.session.query(Case).order_by(Case.number):
            ids.append(case.id)
            version = case.version
    register.close()
    return ids, version


def main(url: str, processes: int, folder: Path) -> None:
    shared, version = prepare(url)
    children = []
    ready, go = os.pipe()
    for me in range(processes):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(ready, 1)  # until everybody is there
            register = create_register(url, KEY, rules=RULES)
            result = work(register, me, shared, version)
            register.close()
            (folder / f"{me}.json").write_text(json.dumps(result), encoding="utf-8")
            os._exit(0)
        children.append(child)
    os.close(go)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    print(json.dumps({"shared": shared, "statuses": statuses}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
