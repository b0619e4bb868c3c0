"""SIGKILL a hundred times at random moments: the register opens, no case is half, the audit log is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.contract.register.test_register_processes import ROOT
from tests.unit.cases.factories import make_url

KILLS = 100
PATIENCE_SECONDS = 300


def test_a_hundred_kills_leave_no_half_case_and_a_whole_log(tmp_path: Path) -> None:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    script = Path(__file__).with_name("killed_often.py")
    done = subprocess.run(
        [sys.executable, str(script), make_url(tmp_path), str(KILLS), "zhilu"],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["kills"], found["half"], found["whole"]) == (KILLS, 0, True)
    assert found["cases"] > KILLS // 2
    assert found["forwarded"] > KILLS // 6
