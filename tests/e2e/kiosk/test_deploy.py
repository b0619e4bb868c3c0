"""What deploy/kiosk ships: policies that a real Chromium obeys, shell that parses, units that systemd understands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.browsers import CHROMIUM
from tests.e2e.browsers import pytestmark as pytestmark
from zhilu.settings import ROOT

DEPLOY = ROOT / "deploy" / "kiosk"
POLICIES = DEPLOY / "policies" / "zhilu-kiosk.json"
SCRIPTS = ("zhilu-kiosk-wait", "zhilu-kiosk-start", "zhilu-kiosk-x")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_parses_and_may_be_run(name: str) -> None:
    subprocess.run(["bash", "-n", DEPLOY / name], check=True)
    assert os.access(DEPLOY / name, os.X_OK)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_units() -> None:
    units = sorted((DEPLOY / "systemd").iterdir())
    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True).stderr.splitlines()
    assert [line for line in said if "is not executable" not in line] == []  # the programs are on the kiosk, not here


def test_the_browser_comes_back_whenever_it_ends() -> None:
    for name in ("zhilu-kiosk.service", "zhilu-kiosk-x.service"):
        unit = (DEPLOY / "systemd" / name).read_text()
        assert "Restart=always" in unit
        assert "StartLimitIntervalSec=0" in unit
        assert "ExecStartPre=/usr/local/bin/zhilu-kiosk-wait" in unit


def test_chromium_knows_every_policy() -> None:
    binary = Path(CHROMIUM).resolve()
    real = [binary, Path("/usr/lib/chromium/chromium")]
    content = max((each for each in real if each.exists()), key=lambda each: each.stat().st_size).read_bytes()
    assert [name for name in json.loads(POLICIES.read_text()) if name.encode() + b"\0" not in content] == []
