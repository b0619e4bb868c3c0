"""The public evaluation kit against the whole stack; the least that each score may be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import Stack
from zhilu.settings import ROOT

KIT = ROOT.parent / "shared" / "eval"
QUESTIONS = {"top1": 0.90, "top3": 0.97, "must_say": 0.95, "must_not_say_ok": 1, "citation": 0.97}
PERSONAS = {"ok": 0.48}  # 12 of 25

pytestmark = pytest.mark.skipif(not KIT.is_dir(), reason="the evaluation kit is not beside this repository")


def run_kit(program: str, stack: Stack, least: dict[str, float], report: Path, *options: str) -> dict[str, Any]:
    """Run a program of the kit; what it wrote as JSON."""
    minimums = [part for name, value in least.items() for part in ("--min", f"{name}={value}")]
    command = [sys.executable, str(KIT / program), "--base-url", stack.base_url, "--json", str(report), *options]
    done = subprocess.run([*command, *minimums], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return result


def test_questions_about_petitioning(stack: Stack, tmp_path: Path) -> None:
    least = {f"questions.{name}": value for name, value in QUESTIONS.items()}
    result = run_kit("score.py", stack, least, tmp_path / "scores.json", "--channel", "petition")
    assert result["metrics"]["errors"] == 0


def test_simulated_citizens_file_and_find_their_case_again(stack: Stack, tmp_path: Path) -> None:
    least = {f"personas.{name}": value for name, value in PERSONAS.items()}
    result = run_kit("simulate.py", stack, least, tmp_path / "personas.json")
    problems = [problem for persona in result["personas"] for problem in persona["problems"]]
    assert not [problem for problem in problems if problem.startswith(("case: ", "HTTP "))]
