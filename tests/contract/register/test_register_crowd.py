"""Many processes (twenty on PostgreSQL) file and act at the same moment, partly on the same cases: nothing is lost, doubled or out of order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from cases.audit import verify
from cases.history import events_of
from cases.models import Case, Notice, Supplement
from petition.stages import Act, Stage
from tests.contract.register.crowd import ORGAN, OWN
from tests.unit.cases.factories import SERVER, make_register, make_url

ROOT = Path(__file__).resolve().parents[3]
PROCESSES = 20 if SERVER else 4  # SQLite lets one writer in at a time, and those who wait have no queue
PATIENCE_SECONDS = 300


def crowd(tmp_path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    make_register(tmp_path).close()
    out = tmp_path / "done"
    out.mkdir()
    command = [sys.executable, str(Path(__file__).with_name("crowd.py")), make_url(tmp_path), str(PROCESSES), str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert set(told["statuses"]) == {0}, ended.stderr
    return told, [json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.iterdir())]


def test_many_processes_lose_nothing(tmp_path: Path) -> None:
    told, done = crowd(tmp_path)
    assert len(done) == PROCESSES
    numbers = {number for each in done for number in each["filed"].values()}
    assert len({each["filed"]["everybody"] for each in done}) == 1
    filed = PROCESSES * OWN + 1 + len(told["shared"])
    assert len(numbers) == filed - len(told["shared"])
    register = make_register(tmp_path)
    with register.unit_of_work() as uow:
        cases = uow.session.scalars(select(Case)).all()
        assert sorted(int(case.number.rpartition("-")[2]) for case in cases) == list(range(1, filed + 1))
        for position, shared in enumerate(told["shared"]):
            # one of all who had seen the same version has forwarded it; the others were told
            assert Counter(each["forwarded"][position] for each in done)["done"] == 1
            case = uow.session.get_one(Case, shared)
            acts = Counter(event.act for event in events_of(case))
            assert acts == {Act.REGISTER: 1, Act.FORWARD: 1, Act.SUPPLEMENT: PROCESSES}
            assert (case.stage, case.body) == (Stage.FORWARDED, ORGAN)
            for table in (Supplement, Notice):
                kept = select(func.count()).select_from(table).where(table.case_id == shared)
                assert (uow.session.scalar(kept) or 0) >= PROCESSES
        report = verify(uow)
        assert (report.faults, report.rows > filed) == ((), True)
    register.close()
