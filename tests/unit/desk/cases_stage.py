"""Cases on a desk of tests, and the forms of its pages as a browser would send them."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

import httpx
from sqlalchemy import select

from cases.models import Approval, Audit, Case
from petition.draft import Filing
from tests.unit.cases import acting
from tests.unit.cases.factories import NOON, make_filing
from tests.unit.desk.factories import Desk, make_desk

LATER = datetime(2026, 11, 25, 2, 0, tzinfo=NOON.tzinfo)
BUREAU = acting.BUREAU


class Fields(HTMLParser):
    """The forms of a page: address → name → value of what is there without touching it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._here: dict[str, str] | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag == "form":
            self._here = self.forms.setdefault(attrs.get("action", ""), {})
        elif self._here is None:
            return
        elif tag == "input" and attrs.get("name") and self._sent(attrs):
            self._here[attrs["name"]] = attrs.get("value", "")
        elif tag == "textarea":
            self._area = attrs["name"]
            self._here[self._area] = ""
        elif tag == "select":
            self._select = attrs["name"]
        elif tag == "option" and self._select and "selected" in attrs:
            self._here[self._select] = attrs.get("value", "")

    @staticmethod
    def _sent(attrs: dict[str, str]) -> bool:
        return attrs.get("type") not in ("checkbox", "radio", "file") or "checked" in attrs

    def handle_data(self, data: str) -> None:
        if self._here is not None and self._area:
            self._here[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def forms_of(page: httpx.Response) -> dict[str, dict[str, str]]:
    """Every form of a page."""
    parser = Fields()
    parser.feed(page.text)
    return parser.forms


def words_of(page: httpx.Response) -> str:
    """What somebody reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def fill(browser: httpx.AsyncClient, page: httpx.Response, action: str, **said: str) -> httpx.Response:
    """Send a form of a page with some of it filled in; `f_body` is the field `f.body`."""
    given = {name.replace("f_", "f.", 1) if name.startswith("f_") else name: value for name, value in said.items()}
    return await browser.post(action, data={**forms_of(page)[action], **given})


def filed(desk: Desk, key: str = "key-1", filing: Filing | None = None) -> str:
    """The number of a petition of a citizen."""
    with desk.register.unit_of_work() as uow:
        return acting.at_the_desk(uow, filing or make_filing(key)).case.number


def handled(desk: Desk) -> str:
    """The number of one that the bureau has in hand since day 6."""
    with desk.register.unit_of_work() as uow:
        return acting.handled(uow).case.number


def case_of(desk: Desk, number: str) -> Case:
    """The row as it is now."""
    with desk.register.unit_of_work() as uow:
        return uow.session.scalars(select(Case).where(Case.number == number)).one()


def noted(desk: Desk, number: str) -> list[tuple[str, str]]:
    """Who did what with a case, from the log."""
    with desk.register.unit_of_work() as uow:
        wanted = select(Audit).join(Case, Case.id == Audit.case_id).where(Case.number == number).order_by(Audit.id)
        return [(row.actor, row.act) for row in uow.session.scalars(wanted)]


def open_approval(desk: Desk, number: str) -> str:
    """The id of the one proposal that waits."""
    with desk.register.unit_of_work() as uow:
        wanted = select(Approval.id).join(Case, Case.id == Approval.case_id)
        return uow.session.scalars(wanted.where(Case.number == number, Approval.state == "open")).one()


__all__ = [
    "BUREAU",
    "LATER",
    "Desk",
    "case_of",
    "filed",
    "fill",
    "forms_of",
    "handled",
    "make_desk",
    "noted",
    "words_of",
]
