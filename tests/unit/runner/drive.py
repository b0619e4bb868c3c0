"""Runs stand-in programs under the real controller: `python drive.py SPECIFICATION.json`."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from zhilu.runner.controller import Controller, stop_signals_interrupt
from zhilu.runner.errors import CannotRun
from zhilu.runner.instance import Instance
from zhilu.runner.programs import Program
from zhilu.runner.supervisor import Supervisor
from zhilu.runner.watch import Patience

say = partial(print, flush=True)


def main(specification: Path) -> int:
    given = json.loads(specification.read_text())
    var = Path(given["var"])
    programs = [Program(each["name"], tuple(each["command"]), health=each["health"]) for each in given["programs"]]
    supervisor = Supervisor(var, programs, retries=1)
    controller = Controller(supervisor, say, Patience(deaths=given["deaths"]), start_seconds=given["start_seconds"])
    try:
        with stop_signals_interrupt(), Instance(var).held():
            controller.run(lambda: say("ALL READY"))
    except KeyboardInterrupt:
        say("STOPPED")
    except CannotRun as error:
        say(str(error), *error.log, sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
