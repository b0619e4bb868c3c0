"""A port that cannot be used is named before anything starts."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from zhilu.runner.errors import CannotRun
from zhilu.runner.ports import check_port, check_ports
from zhilu.runner.programs import Listener, Program


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_its_owner_and_the_setting(taken_port: int) -> None:
    program = Program("engine", ("true",), Listener("127.0.0.1", taken_port, "ZHILU_ENGINE_PORT"))
    with pytest.raises(CannotRun) as caught:
        check_ports([program])
    line = str(caught.value)
    assert f"port {taken_port} for engine is taken by " in line
    assert f"(pid {os.getpid()})" in line
    assert "set ZHILU_ENGINE_PORT to another port" in line


def test_a_port_taken_on_loopback_is_taken_for_every_address(taken_port: int) -> None:
    with pytest.raises(CannotRun, match="is taken by"):
        check_port("public", Listener("0.0.0.0", taken_port, "ZHILU_PUBLIC_PORT"))


def test_an_address_of_another_machine_points_at_the_host_setting() -> None:
    with pytest.raises(CannotRun, match="Check ZHILU_HOST"):
        check_port("public", Listener("192.0.2.1", 8000, "ZHILU_PUBLIC_PORT"))


def test_a_port_that_was_just_given_back_is_free(taken_port: int) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
    check_ports([Program("engine", ("true",), Listener("127.0.0.1", port, "ZHILU_ENGINE_PORT")), Program("jobs", ())])
