"""What stops a start. Each carries one line for the person at the terminal that says what to do."""

from __future__ import annotations


class CannotRun(Exception):
    """The installation cannot start or go on; `str()` is the line to show, `log` the log lines that explain it."""

    def __init__(self, line: str, log: list[str] | None = None) -> None:
        super().__init__(line)
        self.log = log or []
