"""The controller keeps programs running, gives up on hopeless ones, and leaves nothing behind however it ends."""

from __future__ import annotations

import signal
import stat
from collections.abc import Callable
from typing import Any

import pytest

Installation = Any  # the fixture's class lives in conftest
Wait = Callable[[Callable[[], object]], None]
Kill = Callable[[int], None]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_stops_every_program(installation: Installation, wait: Wait, number: signal.Signals) -> None:
    installation.add_server("engine")
    installation.add_server("public")
    installation.start_and_wait()
    assert len(installation.processes()) == 3
    installation.signal(number)
    assert installation.exit_status() == 0
    assert "STOPPED" in installation.output()
    wait(lambda: not installation.processes())


def test_the_control_socket_is_for_its_owner_alone(installation: Installation) -> None:
    installation.add_server("engine")
    installation.start_and_wait()
    run = installation.var / "run"
    assert stat.S_IMODE((run / "supervisor.sock").stat().st_mode) == 0o700
    assert stat.S_IMODE(run.stat().st_mode) == 0o700


def test_a_killed_program_is_started_again(installation: Installation, wait: Wait, kill: Kill) -> None:
    installation.add_server("engine")
    installation.start_and_wait()
    kill(installation.pids("engine")[-1])
    wait(lambda: len(installation.pids("engine")) == 2)
    wait(lambda: "engine died (terminated by SIGKILL) and is started again" in installation.output())
    assert not installation.ended()


def test_a_program_that_fails_at_once_stops_everything_and_shows_why(installation: Installation, wait: Wait) -> None:
    installation.add_server("public")
    installation.add("engine", "print('no such model'); raise SystemExit(3)")
    installation.start()
    assert installation.exit_status() == 1
    assert "engine died again and again (exit status 3)" in installation.output()
    assert "no such model" in installation.output()
    wait(lambda: not installation.processes())


def test_a_program_that_keeps_dying_after_a_while_stops_everything(
    installation: Installation, wait: Wait, kill: Kill
) -> None:
    installation.add_server("engine")
    installation.start_and_wait(deaths=1)
    for lives in (1, 2):
        wait(lambda lives=lives: len(installation.pids("engine")) >= lives or installation.ended())
        wait(lambda: installation.ended() or installation.pids("engine"))
        kill(installation.pids("engine")[-1])
        wait(lambda lives=lives: installation.output().count("is started again") == lives or installation.ended())
    assert installation.exit_status() == 1
    assert "terminated by SIGKILL" in installation.output()
    wait(lambda: not installation.processes())


def test_a_program_that_never_answers_is_named(installation: Installation, wait: Wait) -> None:
    installation.add_server("public")
    code = "import time; print('waiting for nothing'); time.sleep(600)"
    installation.add("actions", code, health="http://127.0.0.1:1/")
    installation.start(start_seconds=2)
    assert installation.exit_status() == 1
    assert "actions did not answer within 2 s" in installation.output()
    assert "waiting for nothing" in installation.output()
    wait(lambda: not installation.processes())


def test_no_orphan_when_the_controller_is_killed(installation: Installation, wait: Wait) -> None:
    installation.add_server("engine")
    installation.add_server("public")
    installation.start_and_wait()
    assert len(installation.processes()) == 3
    installation.signal(signal.SIGKILL)
    wait(lambda: not installation.processes())


def test_no_orphan_when_the_process_runner_is_killed(installation: Installation, wait: Wait, kill: Kill) -> None:
    installation.add_server("engine")
    installation.start_and_wait()
    assert len(installation.processes()) == 2
    kill(installation.supervisor_pid())
    assert installation.exit_status() == 1
    assert "the process runner ended" in installation.output()
    wait(lambda: not installation.processes())


def test_a_second_controller_of_the_same_folder_is_refused(installation: Installation, wait: Wait) -> None:
    installation.add_server("engine")
    installation.start_and_wait()
    first = installation.controller
    installation.start()
    assert installation.exit_status() == 1
    assert f"already running (pid {first.pid}). Stop it first: zhilu stop" in installation.output()
    installation.controller = first
