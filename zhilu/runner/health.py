"""Does a program answer on its health address?"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request

from zhilu.runner.programs import Program
from zhilu.runner.supervisor import ProcessState

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ready(program: Program, state: ProcessState) -> bool:
    """A program with a health address is ready when that answers 200; one without when it runs."""
    if state.name_of_state not in ("STARTING", "RUNNING"):
        return False
    return answers(program.health) if program.health else state.name_of_state == "RUNNING"


def answers(url: str) -> bool:
    """GET gives 200. A proxy in the environment is never asked about this machine."""
    try:
        with NO_PROXY.open(url, timeout=2) as response:
            return bool(response.status == http.HTTPStatus.OK)
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return False
