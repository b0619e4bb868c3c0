"""`python -m zhilu.runner.guard PARENT COMMAND …`: run a command told to stop when its parent dies, even by -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def guarded(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` under the guard."""
    return [sys.executable, "-m", "zhilu.runner.guard", str(os.getpid()), *command]


def guarded_by_anyone(command: Sequence[str]) -> list[str]:
    """As `guarded`, for a command that another process (supervisord) will start."""
    return [sys.executable, "-m", "zhilu.runner.guard", "0", *command]


def main(arguments: Sequence[str]) -> None:
    """Ask the kernel for SIGTERM at the parent's death, then become the command. The setting survives exec."""
    parent = int(arguments[0])
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if parent and os.getppid() != parent:  # it died before the kernel was asked
            sys.exit(1)
    os.execvp(arguments[1], list(arguments[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
