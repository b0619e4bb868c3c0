"""Several real processes on one register: at the same moment, and killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from cases import health
from cases.database import Register
from cases.models import Audit, Base, Case, CaseText, Counter, History, OutboxRow, Party
from tests.unit.cases.factories import file_one, make_register, make_url

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Filed:
    filing_key: str
    number: str
    query_code: str


def start(url: str, filing_keys: Sequence[str], when_to_die: str = "never") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("worker.py")), url, when_to_die, *filing_keys],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
    )


def run_together(workers: Sequence[subprocess.Popen[str]]) -> list[list[Filed]]:
    """Let all go at once when the last one is ready; what each filed, in its order."""
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "started\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    outputs = [worker.communicate(timeout=PATIENCE_SECONDS)[0] for worker in workers]
    return [[Filed(*json.loads(line)) for line in output.splitlines()] for output in outputs]


def counts(register: Register, *tables: type[Base]) -> list[int]:
    with register.unit_of_work() as uow:
        return [uow.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_two_processes_with_one_key_file_one_case(tmp_path: Path) -> None:
    url = make_url(tmp_path)
    (first,), (second,) = run_together([start(url, ["the-key"]), start(url, ["the-key"])])
    assert first == second
    register = make_register(tmp_path)
    assert counts(register, Case, Party, History, Audit, OutboxRow) == [1, 1, 1, 1, 1]
    register.close()


def test_two_processes_with_many_keys_number_without_gap_or_double(tmp_path: Path) -> None:
    """Both begin on a database that does not exist yet; every third filing is handed in by both."""
    url = make_url(tmp_path)
    shared = [f"both-{number}" for number in range(5)]
    mine, yours = ([key for pair in zip(shared, own, strict=False) for key in pair] + own[5:] for own in keys_of_each())
    filed = run_together([start(url, mine), start(url, yours)])
    assert [each.filing_key for each in filed[0]] == mine
    assert {each for each in filed[0] if each.filing_key in shared} == {
        each for each in filed[1] if each.filing_key in shared
    }
    numbers = {each.number for receipts in filed for each in receipts}
    assert numbers == {f"XF-20261121-{number}" for number in range(1, 26)}
    register = make_register(tmp_path)
    assert counts(register, Case, History, OutboxRow) == [25, 25, 25]
    register.close()


def keys_of_each() -> tuple[list[str], list[str]]:
    return [f"mine-{number}" for number in range(10)], [f"yours-{number}" for number in range(10)]


def killed(url: str, when_to_die: str) -> int:
    worker = start(url, ["interrupted"], when_to_die)
    assert run_together([worker]) == [[]]
    return worker.returncode


def test_a_process_killed_before_the_commit_leaves_no_half_case(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    assert killed(make_url(tmp_path), "before-commit") == -signal.SIGKILL
    assert counts(register, Case, CaseText, Party, History, Audit, OutboxRow, Counter) == [0] * 7
    assert health.check(register).ready
    assert file_one(register, "interrupted").number == "XF-20261121-1"
    register.close()


def test_a_retry_after_a_kill_behind_the_commit_gets_the_lost_receipt(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    assert killed(make_url(tmp_path), "after-commit") == -signal.SIGKILL
    with register.unit_of_work() as uow:
        number, code_hash = uow.session.execute(select(Case.number, Case.code_hash)).one()
    receipt = file_one(register, "interrupted")
    assert receipt.number == number
    assert register.ciphers.is_code(receipt.query_code, code_hash)
    assert counts(register, Case) == [1]
    register.close()
