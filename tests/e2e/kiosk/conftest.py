"""One browser for a module, and a public server whose patience is short."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.stack import Stack, free_ports
from tests.e2e.test_page import CHROMIUM, wait_for
from zhilu.runner.programs import public
from zhilu.settings import ROOT

SHORT = 20  # seconds: the least that the settings allow


@pytest.fixture(scope="module")
def player() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(player: Playwright) -> Iterator[Browser]:
    browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def impatient(stack: Stack) -> Iterator[str]:
    """A second public server of the same installation, which asks after 20 seconds and forgets after 40."""
    (port,) = free_ports(1)
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
