"""`zhilu up`: everything between a built environment and a table of addresses."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial

from cases.migrate import upgrade
from zhilu.office import refuse_sample
from zhilu.runner.controller import Controller, stop_signals_interrupt
from zhilu.runner.errors import CannotRun
from zhilu.runner.instance import Instance
from zhilu.runner.ports import check_ports
from zhilu.runner.programs import Program, log_file, programs
from zhilu.runner.supervisor import Supervisor, make_private, tail
from zhilu.runner.training import train_if_needed
from zhilu.settings import ROOT, Settings, ensure_secrets

Say = Callable[[str], None]
PREVIOUS_STOP_SECONDS = 10


def up(settings: Settings, say: Say) -> None:
    """Prepare, start and watch everything; returns after Ctrl-C or SIGTERM, raises CannotRun with the line to show."""
    instance = Instance(settings.var_dir)
    with stop_signals_interrupt(), instance.held():
        try:
            supervisor = Supervisor(settings.var_dir, programs(settings))
            wait_for_previous(supervisor)
            check_ports(supervisor.programs)
            prepare(settings, say)
            table = address_table(settings, supervisor.programs)
            Controller(supervisor, say).run(partial(announce, settings, instance, table, say))
        except KeyboardInterrupt:
            say("stopped")


def announce(settings: Settings, instance: Instance, table: str, say: Say) -> None:
    """Show the table here and leave it for a waiting `zhilu up --detach`."""
    instance.mark_ready(table)
    say(table)
    tell_first_password(settings, say, shown=sys.stdout.isatty())


def tell_first_password(settings: Settings, say: Say, *, shown: bool) -> None:
    """Until the desk's administrator has signed in for the first time; into a terminal, never into a log."""
    path = settings.first_password_file
    if not path.exists():
        return
    login, password = path.read_text(encoding="ascii").split()
    say(f"Desk, first sign-in (works once): {login}  " + (password if shown else f"password in {path}"))


def prepare(settings: Settings, say: Say) -> None:
    """A real office in production; secrets, model, database, and the words of the kiosk's keyboard, for which nobody should wait there."""
    refuse_sample(settings)
    make_private(settings.var_dir)
    ensure_secrets(settings)
    train_if_needed(settings, say)
    upgrade(settings.register_url)
    subprocess.run([sys.executable, "-m", "bot.kiosk.words"], cwd=ROOT, check=True)


def wait_for_previous(supervisor: Supervisor) -> None:
    """A controller that was killed leaves its programs a few seconds to stop; let them."""
    end = time.monotonic() + PREVIOUS_STOP_SECONDS
    while supervisor.answers() and time.monotonic() < end:
        time.sleep(0.2)


def address_table(settings: Settings, running: Iterable[Program]) -> str:
    """What to open where."""
    rows = [row for program in running for row in program.addresses]
    rows.append(("Logs", str(log_file(settings, "*"))))
    width = max(len(title) for title, _ in rows)
    lines = [f"  {title.ljust(width)}  {address}" for title, address in rows]
    return "\n".join(["", "Zhilu is running. Ctrl-C or `zhilu stop` stops it.", "", *lines, ""])


def up_detached(settings: Settings, say: Say) -> None:
    """Start `zhilu up` in a session of its own and return once every program answers."""
    instance = Instance(settings.var_dir)
    if pid := instance.pid():
        raise CannotRun(f"already running (pid {pid}). Stop it first: zhilu stop")
    log = log_file(settings, "up")
    make_private(log.parent)
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "zhilu.cli", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while (table := instance.table()) is None:
        if child.poll() is not None:
            raise CannotRun("the start failed:", tail(log))
        time.sleep(0.2)
    say(table)
    tell_first_password(settings, say, shown=True)


def status(settings: Settings, say: Say) -> bool:
    """Say which programs run; True when all do."""
    supervisor = Supervisor(settings.var_dir)
    if not supervisor.answers():
        say("not running")
        return False
    states = supervisor.states().values()
    for state in states:
        say(f"{state.name:10} {state.name_of_state:10} {state.description}")
    return all(state.name_of_state == "RUNNING" for state in states)
