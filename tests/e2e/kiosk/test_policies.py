"""The policies in force in a real Chromium: it takes every one of them, and nothing but the kiosk can be opened. No other browser of this machine sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.browsers import pytestmark as browsers_are_here
from zhilu.settings import ROOT

POLICIES = ROOT / "deploy" / "kiosk" / "policies" / "zhilu-kiosk.json"
FOLDER = Path("/etc/chromium")
ALONE = ("unshare", "--map-root-user", "--mount", "sh", "-c")
OURS = f'mount -t tmpfs tmpfs {FOLDER} && exec "$0" -m tests.e2e.kiosk.policies_seen "$@"'


def may_be_alone() -> bool:
    """Whether a folder can be put over another one for one process."""
    if not shutil.which("unshare") or not FOLDER.is_dir():
        return False
    return subprocess.run([*ALONE, f"mount -t tmpfs tmpfs {FOLDER}"], capture_output=True).returncode == 0


pytestmark = [browsers_are_here, pytest.mark.skipif(not may_be_alone(), reason="no mount namespace, or no Debian")]


def test_chromium_takes_every_policy_and_opens_nothing_else(tmp_path: Path) -> None:
    command = [*ALONE, OURS, sys.executable, str(POLICIES), str(tmp_path / "profile")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert {name: told for name, told in seen["told"].items() if told != ["OK", ""]} == {}
    assert seen["opened"] == []
    assert seen["told"].keys() == json.loads(POLICIES.read_text(encoding="utf-8")).keys()
    assert not (FOLDER / "policies" / "managed" / POLICIES.name).exists()
