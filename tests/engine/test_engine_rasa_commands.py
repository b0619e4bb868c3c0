"""Rasa's own commands work on this project; `rasa train` makes the model of all these tests."""

from __future__ import annotations

import subprocess
import sys
import time

from conftest import ROOT, Project, free_port


def test_the_data_is_valid_without_a_warning() -> None:
    done = Project(ROOT).run("rasa", "data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "No story structure conflicts found" in done.stdout
    assert "UserWarning" not in done.stdout
    assert " WARNING " not in done.stdout


def test_the_shell_starts(project: Project) -> None:
    command = [sys.executable, "-m", "rasa", "shell", "--model", str(project.model), "--port", str(free_port())]
    log = project.folder / "shell.log"
    with log.open("wb") as output:
        shell = subprocess.Popen(
            command, cwd=project.folder, env=project.environment(), stdin=subprocess.PIPE, stdout=output, stderr=output
        )
    try:
        for _ in range(600):
            said = log.read_text(encoding="utf-8", errors="replace")
            if "Bot loaded" in said or shell.poll() is not None:
                break
            time.sleep(0.1)
    finally:
        shell.kill()
        shell.wait()
    assert "Bot loaded" in said, said[-3000:]
    assert "Could not load model" not in said
