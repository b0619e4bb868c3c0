"""A public server whose patience is short."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e.serving import free_port
from tests.e2e.stack import Stack
from tests.e2e.test_page import wait_for
from zhilu.runner.programs import public
from zhilu.settings import ROOT

SHORT = 20  # seconds: the least that the settings allow


@pytest.fixture
def impatient(stack: Stack) -> Iterator[str]:
    """A second public server of the same installation, which asks after 20 seconds and forgets after 40."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    waits = {"ZHILU_KIOSK_IDLE_SECONDS": str(SHORT), "ZHILU_KIOSK_COUNTDOWN_SECONDS": str(SHORT)}
    environment = {**stack._environment(), **waits, "ZHILU_PUBLIC_PORT": str(port)}
    command = public(stack.settings).command
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        wait_for(f"{url}/readyz", process)
        yield url
    finally:
        process.terminate()
        process.wait(15)
