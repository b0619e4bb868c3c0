"""kill -9 of each server in the middle of a filing: no half case, no second case, and the same confirm gives the same receipt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from knowledge.office import load_office
from tests.e2e.citizen import ANSWERS, Citizen, Reply, receipt_in
from tests.e2e.database import cases_in, orphans, parts_of, whole
from tests.e2e.stack import NAMES, Stack
from tests.e2e.waiting import soon

CONFIRM = {"payload": "/affirm", "message_id": "the-same-confirm"}
Receipt = tuple[str, str]


@dataclass
class Filing:
    """A citizen who has the summary on the screen."""

    citizen: Citizen
    summary: Reply
    shown: Receipt | None = None


@pytest.fixture
def filings(stack: Stack) -> Iterator[Callable[[int], list[Filing]]]:
    with ExitStack() as conversations:

        def at_the_summary(count: int) -> list[Filing]:
            citizens = [conversations.enter_context(Citizen(stack.base_url)) for _ in range(count)]
            for citizen in citizens:
                citizen.fill_in()
            return [Filing(citizen, citizen.replies[-1]) for citizen in citizens]

        yield at_the_summary


def confirm(filing: Filing, stack: Stack) -> Receipt | None:
    """The receipt; None where the public server is away or says, with the office's phone, that something else is."""
    try:
        response = filing.citizen.post(CONFIRM)
    except httpx.TransportError:
        return None
    assert response.status_code == 200
    receipt = receipt_in(filing.citizen.replies)
    if receipt is None:
        assert_notice(filing.citizen, stack)
    filing.shown = receipt or filing.shown
    return receipt


def assert_notice(citizen: Citizen, stack: Stack) -> None:
    assert citizen.kinds == ["notice"]
    assert load_office(stack.settings.office_file).phone in citizen.replies[0]["text"]


def kill_while_confirming(
    stack: Stack, name: str, filings: list[Filing], pause: float, when: Callable[[], object]
) -> None:
    """All confirm, `pause` seconds one after the other; the server dies when the time has come."""
    with ThreadPoolExecutor(len(filings)) as pool:
        answers = []
        for filing in filings:
            answers.append(pool.submit(confirm, filing, stack))
            time.sleep(pause)
        try:
            when()
        finally:
            stack.kill(name)
        for answer in answers:
            answer.result()


def assert_filed_once(stack: Stack, filing: Filing) -> None:
    """The same confirm gives the receipt that was shown, of a case that is whole and can be found."""
    before = filing.shown
    receipt = confirm(filing, stack)
    assert receipt, "everything is up again"
    assert before in (None, receipt)
    assert confirm(filing, stack) == receipt
    assert receipt_in(filing.citizen.say("/affirm")) == receipt
    assert parts_of(stack, receipt[0]) == whole(filing.summary["draft"])
    found = filing.citizen.http.get(f"/api/cases/{receipt[0]}", headers={"X-Query-Code": receipt[1]})
    assert found.status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_killed_before_the_confirm(stack: Stack, filings: Callable[[int], list[Filing]], name: str) -> None:
    before = cases_in(stack)
    (filing,) = filings(1)
    stack.kill(name)
    assert confirm(filing, stack) is None
    assert cases_in(stack) == before
    stack.start(name)
    assert_filed_once(stack, filing)
    assert cases_in(stack) == before + 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pause_ms", [15, 50])
def test_killed_while_several_file(
    stack: Stack, filings: Callable[[int], list[Filing]], name: str, pause_ms: int
) -> None:
    """Each has come to another point when the server dies: the first has his receipt, the last is hardly heard."""
    before, everybody = cases_in(stack), filings(5)
    kill_while_confirming(stack, name, everybody, pause_ms / 1000, lambda: None)
    assert cases_in(stack) <= before + len(everybody)
    assert orphans(stack) == 0
    stack.start(name)
    for filing in everybody:
        assert_filed_once(stack, filing)
    assert cases_in(stack) == before + len(everybody)
    assert orphans(stack) == 0


@pytest.mark.parametrize("name", NAMES)
def test_killed_when_the_case_has_just_been_written(
    stack: Stack, filings: Callable[[int], list[Filing]], name: str
) -> None:
    before = cases_in(stack)
    everybody = filings(1)
    written = partial(soon, lambda: cases_in(stack) > before, pause=0)
    kill_while_confirming(stack, name, everybody, 0, written)
    stack.start(name)
    assert_filed_once(stack, everybody[0])
    assert cases_in(stack) == before + 1


def faults_in(stack: Stack, name: str) -> set[str]:
    return set(re.findall(r"fault ([0-9a-f]{12})", stack.log(name)))


@pytest.mark.parametrize("name", NAMES)
def test_killed_in_the_form_nothing_is_asked_twice(stack: Stack, citizen: Citizen, name: str) -> None:
    asked = citizen.fill_in(until="address")
    known = citizen.replies[-1]["draft"]
    stack.kill(name)
    if name == "public":
        with pytest.raises(httpx.NetworkError):
            citizen.say(ANSWERS["address"])
    else:
        citizen.say(ANSWERS["address"])
        assert_notice(citizen, stack)
    if name == "actions":
        assert faults_in(stack, "public") & faults_in(stack, "engine"), "one fault has one number in both logs"
    stack.start(name)
    citizen.say(ANSWERS["address"])
    assert known.items() <= citizen.replies[-1]["draft"].items()
    assert not {"address", *asked} & set(citizen.fill_in())
