"""Starts the programs, waits until each answers, and watches them until a stop signal or until one dies too often."""

from __future__ import annotations

import http.client
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from zhilu.runner.errors import CannotRun
from zhilu.runner.health import ready
from zhilu.runner.programs import Program
from zhilu.runner.supervisor import ProcessState, Supervisor, tail
from zhilu.runner.watch import Patience, Watch

LOOK_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Say = Callable[[str], None]


class Controller:
    """`run` blocks until a stop signal (KeyboardInterrupt) or a hopeless program (CannotRun); then all is stopped."""

    def __init__(
        self,
        supervisor: Supervisor,
        say: Say,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        start_seconds: float = 120,
    ) -> None:
        self.supervisor = supervisor
        self.programs: Sequence[Program] = supervisor.programs
        self.say = say
        self.watch = Watch(patience)
        self.start_seconds = start_seconds

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start, wait, call `when_ready`, then watch."""
        try:
            self.supervisor.start()
            self.wait_until_ready()
            when_ready()
            while True:
                self.look()
                time.sleep(LOOK_SECONDS)
        finally:
            ignore_stop_signals()
            self.supervisor.stop()

    def wait_until_ready(self) -> None:
        """Return when every program answers; say each one as it does."""
        started = time.monotonic()
        waiting = {program.name: program for program in self.programs}
        while waiting:
            states = self.look()
            for name in [name for name, program in waiting.items() if ready(program, states[name])]:
                del waiting[name]
                self.say(f"{name} answers after {time.monotonic() - started:.1f} s")
            if waiting and time.monotonic() - started > self.start_seconds:
                self.give_up(next(iter(waiting)), f"did not answer within {self.start_seconds:.0f} s")
            time.sleep(0.1)

    def look(self) -> dict[str, ProcessState]:
        """One look at every program; CannotRun when one died too often or the runner itself is gone."""
        try:
            states = self.supervisor.states()
        except (OSError, http.client.HTTPException) as error:
            raise CannotRun("the process runner ended", tail(self.supervisor.log / "supervisord.log")) from error
        now = time.monotonic()
        died = self.watch.died(states.values(), now)
        hopeless = self.watch.hopeless(states.values(), now)
        if hopeless:
            self.give_up(
                hopeless, f"died again and again ({self.supervisor.last_death(hopeless)}), so everything was stopped"
            )
        for name in died:
            self.say(f"{name} died ({self.supervisor.last_death(name)}) and is started again")
        return states

    def give_up(self, name: str, why: str) -> None:
        """Raise the error that shows the last log lines of the program."""
        log = self.supervisor.log / f"{name}.log"
        raise CannotRun(f"{name} {why}. Last lines of {log}:", tail(log))


@contextmanager
def stop_signals_interrupt() -> Iterator[None]:
    """SIGTERM and a closed terminal stop what we do just as Ctrl-C does; the old handlers come back afterwards."""
    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    ignore_stop_signals()
    raise KeyboardInterrupt


def ignore_stop_signals() -> None:
    """While everything is being stopped, a second Ctrl-C must not leave half of it running."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
