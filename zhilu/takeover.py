"""`zhilu restart`: the public server's keeper starts a new worker beside the old one (bot/keeper.py); nobody who writes is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from xmlrpc.client import Fault

from zhilu.runner.errors import CannotRun
from zhilu.runner.programs import log_file
from zhilu.runner.supervisor import Supervisor, tail
from zhilu.settings import Settings

TAKEN_OVER, NOT_STARTED = "keeper: a new server has taken over", "keeper: the new server did not start"
PUBLIC = "public"


def restart(settings: Settings, say: Callable[[str], None], patience: float = 60) -> None:
    """Return once the new server answers; CannotRun where none came up, and then the old one goes on."""
    log, supervisor = log_file(settings, PUBLIC), Supervisor(settings.var_dir)
    before = log.stat().st_size if log.exists() else 0
    try:
        supervisor.signal(PUBLIC, "HUP")
    except (OSError, Fault):
        raise CannotRun("not running. Start it: zhilu up") from None
    if not taken_over(log, before, patience):
        raise CannotRun("the new server did not start, the old one goes on:", tail(log))
    say("a new public server answers; the old one ends what it had begun")


def taken_over(log: Path, offset: int, patience: float) -> bool:
    """What the keeper says in the log behind `offset`; False as well where it says nothing for so many seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with log.open(encoding="utf-8", errors="replace") as file:
            file.seek(offset)
            said = file.read()
        if TAKEN_OVER in said or NOT_STARTED in said:
            return TAKEN_OVER in said
        time.sleep(0.1)
    return False
