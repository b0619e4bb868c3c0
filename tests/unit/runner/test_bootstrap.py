"""scripts/bootstrap on poor machines: what is missing is one line, and a shim never passes for an interpreter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOLS = ("bash", "dirname", "cat", "cksum", "find", "sort", "xargs", "grep", "mkdir", "rm", "ln", "tail", "env")
# Knows one interpreter (or none), and installs nothing.
FAKE_UV = """#!/bin/sh
echo "$@" >> "$UV_CALLS"
case "$1 $2" in
  "--version "*) echo "uv 9.9.9" ;;
  "python find") [ -n "$KNOWN" ] && echo "$KNOWN" ;;
  "python install") exit 1 ;;
  "venv "*) for last; do :; done; mkdir -p "$last/bin"; ln -s "$PYTHON_OF_TEST" "$last/bin/python" ;;
esac
"""


class Machine:
    """A copy of the script, and a PATH on which only what a test puts there can be found."""

    def __init__(self, folder: Path) -> None:
        self.project, self.bin = folder / "project", folder / "bin"
        self.calls = folder / "calls"
        for made in (self.project / "scripts", self.project / "engine" / "no_tensorflow", self.bin):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "bootstrap", self.project / "scripts")
        for place in (self.project, self.project / "engine"):
            (place / "requirements.lock").touch()
            (place / "pyproject.toml").touch()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))

    def add(self, name: str, text: str) -> Path:
        file = self.bin / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def bootstrap(self, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {
            "PATH": str(self.bin),
            "HOME": str(self.bin),
            "UV_CALLS": str(self.calls),
            "PYTHON_OF_TEST": os.path.realpath(sys.executable),
            "KNOWN": "",
            **environment,
        }
        script = self.project / "scripts" / "bootstrap"
        return subprocess.run([script], env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_neither_python_nor_uv(machine: Machine) -> None:
    ended = machine.bootstrap()
    assert ended.returncode == 1
    assert ended.stderr.startswith("zhilu: no python3 (3.8 or newer) and no uv on this machine. Install either one")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("downloads", ["never", "automatic"])
def test_no_python_for_an_environment(machine: Machine, downloads: str) -> None:
    machine.add("uv", FAKE_UV)
    ended = machine.bootstrap(UV_PYTHON_DOWNLOADS=downloads)
    assert ended.returncode == 1
    assert "zhilu: the application environment needs Python 3.12 and none was found" in ended.stderr
    assert "pyenv install 3.12" in ended.stderr
    assert ("python install" in machine.calls.read_text()) == (downloads == "automatic")


def test_a_uv_shim_that_answers_nothing_is_passed_over(machine: Machine) -> None:
    machine.add("uv", "#!/bin/sh\nexit 127\n")
    ended = machine.bootstrap()
    assert "no python3 (3.8 or newer) and no uv" in ended.stderr


def test_a_python_shim_is_not_taken_for_an_interpreter(machine: Machine) -> None:
    machine.add("uv", FAKE_UV)
    version = "python{}.{}".format(*sys.version_info)
    shim = machine.add(f"shims/{version}", f'#!/bin/sh\nexec "{os.path.realpath(sys.executable)}" "$@"\n')
    ended = machine.bootstrap(PATH=f"{shim.parent}:{machine.bin}", UV_PYTHON_DOWNLOADS="never")
    assert ended.returncode == 1
    assert "venv" not in machine.calls.read_text()


def test_a_real_interpreter_below_pyenv_is_found_without_its_shims(machine: Machine) -> None:
    machine.add("uv", FAKE_UV)
    version = "{}.{}".format(*sys.version_info)
    python = machine.bin / ".pyenv" / "versions" / f"{version}.99" / "bin" / f"python{version}"
    python.parent.mkdir(parents=True)
    python.symlink_to(os.path.realpath(sys.executable))
    machine.bootstrap(UV_PYTHON_DOWNLOADS="never")
    assert f"venv --quiet --clear --no-project --python {python} ./.venv" in machine.calls.read_text()
