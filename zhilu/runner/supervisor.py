"""supervisord as a child process: its configuration, its life, and the calls we make to it over a unix socket."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhilu.runner.errors import CannotRun
from zhilu.runner.guard import guarded, guarded_by_anyone
from zhilu.runner.programs import Program
from zhilu.settings import ROOT

STOP_SECONDS = 5  # for a program between SIGTERM and SIGKILL
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 characters, supervisord adds a suffix while it binds
SUPERVISORD = """\
[supervisord]
nodaemon=true
silent=true
logfile={log}/supervisord.log
logfile_maxbytes=2MB
logfile_backups=2
loglevel=info
pidfile={run}/supervisord.pid
childlogdir={log}
directory={root}
identifier=zhilu
{user}
[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
PROGRAM = """
[program:{name}]
command={command}
directory={root}
environment={environment}
autostart=true
autorestart=true
startsecs=1
startretries={retries}
stopsignal=TERM
stopwaitsecs={stop_seconds}
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={log}/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
"""


@dataclass(frozen=True)
class ProcessState:
    """What supervisord knows of one program. `name_of_state` is its own word: RUNNING, BACKOFF, FATAL, …"""

    name: str
    name_of_state: str
    pid: int
    started: float
    description: str

    @property
    def gave_up(self) -> bool:
        return self.name_of_state == "FATAL"


class Supervisor:
    """One supervisord over the folder `var`: `start`, `states`, `stop`."""

    def __init__(self, var: Path, programs: Iterable[Program] = (), retries: int = 5) -> None:
        self.run, self.log = var.absolute() / "run", var.absolute() / "log"
        self.programs = tuple(programs)
        self.retries = retries
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """In var/run, or in a private folder of the same user where that path is too long for a unix socket."""
        path = self.run / "supervisor.sock"
        if len(str(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"zhilu-{os.getuid()}-{digest}" / "supervisor.sock"

    def configuration(self) -> str:
        """The text of supervisord.conf."""
        folders = {"log": escape(str(self.log)), "run": escape(str(self.run)), "root": escape(str(ROOT))}
        user = "user=root\n" if os.getuid() == 0 else ""
        text = SUPERVISORD.format(**folders, socket=escape(str(self.socket)), user=user)
        for program in self.programs:
            text += PROGRAM.format(
                **folders,
                name=program.name,
                command=escape(shlex.join(guarded_by_anyone(program.command))),
                environment=escape(environment_line(program)),
                retries=self.retries,
                stop_seconds=STOP_SECONDS,
            )
        return text

    def start(self) -> None:
        """Start supervisord, which starts every program; it dies with this process."""
        for folder in (self.log, self.run, self.socket.parent):
            make_private(folder)
        configuration = self.run / "supervisord.conf"
        configuration.write_text(self.configuration(), encoding="utf-8")
        command = guarded([sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)])
        with (self.log / "supervisord.out").open("wb") as output:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self, seconds: float = 15) -> None:
        """Return once supervisord can be asked; CannotRun when it ended or stays silent."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.alive():
            if self.answers():
                return
            time.sleep(0.05)
        raise CannotRun("the process runner did not start", tail(self.log / "supervisord.out"))

    def alive(self) -> bool:
        """Is the supervisord that we started still there?"""
        return self.child is not None and self.child.poll() is None

    def answers(self) -> bool:
        """Does any supervisord answer on the socket?"""
        try:
            return bool(self.call("getState"))
        except (OSError, http.client.HTTPException):
            return False

    def states(self) -> dict[str, ProcessState]:
        """The state of every program by name; OSError when supervisord is gone."""
        infos: list[dict[str, Any]] = self.call("getAllProcessInfo")
        return {
            info["name"]: ProcessState(
                info["name"], info["statename"], info["pid"], float(info["start"]), info["description"]
            )
            for info in infos
        }

    def signal(self, name: str, signal: str) -> None:
        """Send a program a signal ("HUP")."""
        self.call("signalProcess", name, signal)

    def call(self, method: str, *arguments: str) -> Any:
        """One XML-RPC call to supervisord."""
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=UnixTransport(self.socket)) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def stop(self) -> None:
        """Stop every program and supervisord itself; returns when they are gone."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS + 5)
        except subprocess.TimeoutExpired:
            self.child.kill()  # the guard then stops what it had started
            self.child.wait()

    def last_death(self, name: str) -> str:
        """How the program ended last, in supervisord's words: 'exit status 1', 'terminated by SIGKILL'."""
        marks = (f"exited: {name} (", f"gave up: {name} ")
        for line in reversed(tail(self.log / "supervisord.log", 400)):
            if marks[0] in line:
                return line.split(marks[0], 1)[1].split(";")[0].rstrip(")")
        return "no exit status known"


class UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = UnixConnection(self.path)
        self._connection = (host, connection)  # so that it is closed with the proxy
        return connection


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=10)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(str(self.path))
        except OSError:
            self.sock.close()
            raise


def escape(text: str) -> str:
    """Supervisord expands %(…)s in every value."""
    return text.replace("%", "%%")


def environment_line(program: Program) -> str:
    """KEY="value",… with unbuffered output, so that a log shows what was said before a death."""
    pairs = {"PYTHONUNBUFFERED": "1", **program.environment}
    return ",".join(f'{key}="{value}"' for key, value in pairs.items())


def make_private(folder: Path) -> None:
    """Create the folder for this user alone; CannotRun when someone else made it first."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise CannotRun(f"{folder} belongs to another user. Remove it, or set ZHILU_VAR_DIR to a folder of your own")
    folder.chmod(0o700)


def tail(path: Path, lines: int = 15) -> list[str]:
    """The last lines of a log, without reading all of it."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 400 * lines))
            text = COLOUR.sub("", file.read().decode("utf-8", "replace"))
            return text.splitlines()[-lines:]
    except OSError:
        return []
