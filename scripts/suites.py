"""Runs every check and every test suite of both environments, whatever fails before, and sums them up at the end.

make test                                  everything
make lint                                  the checks alone
.venv/bin/python scripts/suites.py unit    the named ones alone
.venv/bin/python scripts/suites.py slow    what trains for real: a quarter of an hour, only when it is named
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "test"
APP = str(ROOT / ".venv" / "bin")
ENGINE = str(ROOT / "engine" / ".venv" / "bin")
PACKAGES = ("petition", "knowledge", "cases", "actions", "bot", "desk", "zhilu")
REGISTER = (
    "tests/unit/cases",
    "tests/contract/register",
)  # on SQLite with the others, on PostgreSQL as a suite of its own
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


@dataclass(frozen=True)
class Result:
    """How many of a suite's tests passed, failed and were skipped; a check counts as one."""

    passed: int
    failed: int
    skipped: int = 0

    def __add__(self, other: Result) -> Result:
        return Result(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        line = f"{self.passed} passed, {self.failed} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line


@dataclass(frozen=True)
class Check:
    """A command that is right or wrong as a whole."""

    name: str
    command: tuple[str, ...]

    def run(self) -> Result:
        return Result(0, 1) if run(self.command) else Result(1, 0)


@dataclass(frozen=True)
class Tests:
    """Folders of pytest tests in one of the two environments; `within`: a command that runs the tests."""

    name: str
    python: str
    folders: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    def run(self) -> Result:
        report = REPORTS / f"{self.name}.xml"
        report.unlink(missing_ok=True)
        folders = self.folders or (f"tests/{self.name}",)
        status = run((*self.within, f"{self.python}/python", "-m", "pytest", "-q", *folders, f"--junitxml={report}"))
        counted = count(report)
        # a suite that broke off, or found no test at all, has failed even where no single test has
        return counted + Result(0, 1) if status and not counted.failed else counted


def run(command: Sequence[str]) -> int:
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, check=False).returncode


def count(report: Path) -> Result:
    """The counts of a JUnit report; none where the suite left no report."""
    if not report.exists():
        return Result(0, 0)
    total = Result(0, 0)
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        total += Result(number["tests"] - failed - number["skipped"], failed, number["skipped"])
    return total


def checks() -> list[Check]:
    packages = [name for name in PACKAGES if (ROOT / name).is_dir()]
    return [
        Check("ruff check", (f"{APP}/ruff", "check", ".")),
        Check("ruff format", (f"{APP}/ruff", "format", "--check", ".")),
        Check("mypy", (f"{APP}/mypy", *packages)),
        Check("import-linter", (f"{APP}/lint-imports",)),
    ]


def suites() -> list[Check | Tests]:
    """The folders that exist: each runs alone, so that one that breaks off takes no other along."""
    table = {"unit": APP, "contract": APP, "engine": ENGINE, "dialogue": APP, "e2e": APP}
    there = [Tests(name, python) for name, python in table.items() if any((ROOT / "tests" / name).rglob("test_*.py"))]
    training = Check("training", (f"{APP}/zhilu", "train"))  # what dialogue and e2e talk to
    return [training, *there, Tests("postgres", APP, REGISTER, (f"{APP}/python", "-m", "tests.postgres"))]


def named_only() -> list[Check | Tests]:
    """Suites that nobody waits for: they run when they are named."""
    return [Tests("slow", APP)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", action="store_true", help="only the checks, no tests")
    parser.add_argument("names", nargs="*", help="only these")
    arguments = parser.parse_args()
    REPORTS.mkdir(parents=True, exist_ok=True)
    chosen = checks() if arguments.checks else [*checks(), *suites()]
    if arguments.names:
        chosen = [each for each in (*chosen, *named_only()) if each.name in arguments.names]
    results = [one(each) for each in chosen]
    print("\n" + "=" * 60)
    for name, result, seconds in results:
        print(f"{'FAILED' if result.failed else 'ok':7} {name:15} {result!s:35} {seconds:6.1f} s")
    total = sum((result for _, result, _ in results), Result(0, 0))
    print(total)
    return 1 if total.failed or not total.passed else 0


def one(suite: Check | Tests) -> tuple[str, Result, float]:
    print(f"\n=== {suite.name} " + "=" * (56 - len(suite.name)))
    started = time.monotonic()
    result = suite.run()
    return suite.name, result, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
