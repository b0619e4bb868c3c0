"""A PostgreSQL server of our own: made in a temporary folder, on loopback and a free port, gone with everything in it.

python -m tests.postgres COMMAND…    runs a command with ZHILU_TEST_POSTGRES set to the address of such a server
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

VARIABLE = "ZHILU_TEST_POSTGRES"
PATIENCE_SECONDS = 60
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing in it outlives the tests
SETTINGS = ("listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=128MB", "logging_collector=off")


class NoPostgres(Exception):
    """There are no PostgreSQL programs on this machine, or they do not start."""


def program(name: str) -> str:
    """Where Debian keeps it for its newest version, else where PATH has it."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which(name)
    if not found:
        raise NoPostgres(f"{name} is not installed: scripts/system_packages installs PostgreSQL")
    return found


@contextlib.contextmanager
def cluster(settings: Sequence[str] = FORGETFUL, folder: Path | None = None) -> Iterator[str]:
    """The URL of a server that runs as long as the block; `folder`: where its own folder is made."""
    home = Path(tempfile.mkdtemp(prefix="zhilu-postgres-", dir=folder))
    try:
        who = _owner(home)
        password = _initialise(home, who)
        with _running(home, who, settings) as port:
            yield f"postgresql+psycopg://zhilu:{password}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _owner(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then as `postgres`, or as nobody."""
    if os.getuid() != 0:
        return {}
    names = {each.pw_name for each in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _initialise(home: Path, who: dict[str, Any]) -> str:
    password, file = secrets.token_hex(16), home / "password"
    file.write_text(password)
    if who:
        os.chown(file, who["user"], who["group"])
    file.chmod(0o600)
    options = ["-U", "zhilu", "--auth=scram-sha-256", f"--pwfile={file}", "--encoding=UTF8", "--locale=C.UTF-8", "-N"]
    command = [program("initdb"), "-D", str(home / "data"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home, **who)
    if done.returncode:
        raise NoPostgres(done.stderr.strip())
    return password


@contextlib.contextmanager
def _running(home: Path, who: dict[str, Any], settings: Sequence[str]) -> Iterator[int]:
    port = _free_port()
    options = [word for each in (*SETTINGS, *settings) for word in ("-c", each)]
    command = [program("postgres"), "-D", str(home / "data"), "-p", str(port), "-k", str(home), *options]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **who)
    try:
        _wait(server, port, home / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: it does not wait for clients
        server.wait(PATIENCE_SECONDS)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    ready = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > end:
            raise NoPostgres(log.read_text(errors="replace")[-2000:])
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: Sequence[str]) -> int:
    """Run the command; a signal to us stops it and then the server."""
    with cluster() as url:
        running = subprocess.Popen(command, env={**os.environ, VARIABLE: url})
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: running.send_signal(received))
        return running.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoPostgres as error:
        sys.exit(f"no PostgreSQL for the tests: {error}")
