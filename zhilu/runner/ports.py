"""Is every port free, and if not, who has it?"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

from zhilu.runner.errors import CannotRun
from zhilu.runner.programs import Listener, Program

LISTENING = "0A"  # state column of /proc/net/tcp


def check_ports(programs: Iterable[Program]) -> None:
    """Raise CannotRun for the first port that a program could not listen on."""
    for program in programs:
        if program.listener:
            check_port(program.name, program.listener)


def check_port(name: str, listener: Listener) -> None:
    """Raise CannotRun with the reason and the setting to change when the port cannot be bound."""
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listener.host, listener.port))
        except OSError as error:
            raise CannotRun(reason(name, listener, error)) from error


def reason(name: str, listener: Listener, error: OSError) -> str:
    """One line: what is wrong with the port of this program and what to do."""
    change = f"set {listener.setting} to another port"
    if error.errno == errno.EADDRINUSE:
        owner = port_owner(listener.port) or "another program"
        return f"port {listener.port} for {name} is taken by {owner}. Stop it, or {change}"
    if error.errno == errno.EACCES:
        return f"port {listener.port} for {name} is reserved for root; {change} (1024 or above)"
    return f"{name} cannot listen on {listener.host}:{listener.port} ({error.strerror}). Check ZHILU_HOST, or {change}"


def port_owner(port: int) -> str | None:
    """'name (pid N)' of the process that listens on the port, where the kernel tells us."""
    sockets = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*") if sockets else ():
        try:
            if os.readlink(descriptor) in sockets:
                process = descriptor.parent.parent
                return f"{process.joinpath('comm').read_text().strip()} (pid {process.name})"
        except OSError:  # ended meanwhile, or another user's
            continue
    return None


def listening_inodes(port: int) -> Iterator[str]:
    """Inode numbers of the sockets that listen on this TCP port."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in map(str.split, lines):
            if columns[3] == LISTENING and int(columns[1].rsplit(":", 1)[1], 16) == port:
                yield columns[9]
