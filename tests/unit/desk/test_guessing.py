"""Whoever guesses or has copied an id gets nothing of another unit: at every route with an id in its path, and nothing changes there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from cases import notes, receptions
from cases.conversations import open_conversation
from cases.handovers import HandoverKind, open_handover
from cases.models import Base
from cases.policy import StaffRole
from cases.receptions import Plan
from cases.staff import views
from petition.days import china_day
from petition.stages import Act
from tests.unit.cases.acting import CLERK, HANDLER, day, handled
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, PHONE
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import Desk, make_desk
from tests.unit.desk.test_cases_case import attach, photo
from tests.unit.desk.test_every_route import routes_of

OURS, THEIRS = stage.BUREAU, "县教育局"
SECRETS = (NAME, ADDRESS, PHONE, NARRATIVE, "只给本单位看的话")
# Nobody of an organ outside the office is an administrator, an auditor, or one of discipline inspection.
OUTSIDERS = tuple(set(StaffRole) - {StaffRole.ADMIN, StaffRole.AUDITOR, StaffRole.DISCIPLINE})
# What belongs to no unit: the knowledge base, and what the whole office teaches.
SHARED = re.compile(r"/search/|/teaching/|/figures/")
# Sent with every form: valid wherever it is asked for, so that only the row scope stands in the way.
FORM = {"f.days": "10", "f.reason": "核实情况", "f.clerk": "", "f.received_on": "2026-03-01", "reason": "核实情况", "text": "不该在这里的话", "how": "done", "safe": "true", "state": "came", "name": "李四海", "phone": "13900000004"}  # fmt: skip
LOG = {"audit", "audit_heads", "staff_sessions"}  # a look that was refused may stand in the log


@dataclass(frozen=True)
class Objects:
    """Of one case of the bureau, everything that has an id, and what somebody else owns."""

    desk: Desk
    number: str
    ids: Mapping[str, str]

    def address(self, route: APIRoute) -> str:
        """The route, asked for what is not theirs."""
        path = route.path
        for place, id in self.ids.items():
            if path.startswith(place):
                path = path.replace(re.findall(r"\{(?:id|paper|handover|account_id)\}", path)[0], id, 1)
                break
        fixed = {"number": self.number, "look": "display", "form": "word", "kind": "acceptance", "name": "extend"}
        fixed |= {name: self.ids[name] for name in ("day", "booking")}
        return re.sub(r"\{(\w+)\}", lambda found: fixed[found[1]], path)

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """The whole register but its log."""
        with self.desk.register.unit_of_work() as uow:
            return {
                table.name: [tuple(row) for row in uow.session.execute(select(table).order_by(*table.primary_key))]
                for table in Base.metadata.sorted_tables
                if table.name not in LOG
            }


@pytest.fixture
async def objects(tmp_path: Path) -> Objects:
    desk = make_desk(tmp_path, now=day(12), soffice="")
    with desk.register.unit_of_work() as uow:
        case = handled(uow)
        number = case.case.number
        notes.add_note(uow, case.id, "只给本单位看的话", HANDLER, now=day(9))
        case.do(Act.EXTEND, HANDLER, 11, days=10, reason="案情复杂")
        conversation, _ = open_conversation(uow, "kiosk", day(12))
        handover, _ = open_handover(uow, conversation, HandoverKind("asked"), surface="kiosk", now=day(12))
        plan = Plan(china_day(day(12)), "00:00", "23:59", "李某某副县长", "一楼接访室", 5)
        reception = receptions.add_day(uow, desk.services.office.id, plan, CLERK, now=day(1))
        slip = receptions.book(uow, case.citizen, reception, now=day(2))
    owner = desk.account("handler", name="主人", body=OURS)
    with desk.register.unit_of_work() as uow:
        views.keep(uow, owner.id, "我的", "due=late", now=day(12))
        (view,) = views.views_of(uow, owner.id)
    file = attach(desk, number, photo(), "image/png", "照片.png")
    paper = await issued(desk, number)
    return Objects(desk, number, {
        "/cases/approvals/": stage.open_approval(desk, number),
        "/cases/views/": view.id,
        "/cases/{number}/files/": file,
        "/cases/{number}/notices/{paper}": paper,
        "/takeover/": handover,
        "/accounts/": owner.id,
        "/kiosks/": owner.id,
        "/telegram/bound/": owner.id,
        "day": reception,
        "booking": slip.id,
    })  # fmt: skip


async def issued(desk: Desk, number: str) -> str:
    """The id of a notice that the bureau has issued."""
    browser = await desk.sign_in("handler", name="开文书的", body=OURS)
    action = f"/cases/{number}/notices/new/acceptance"
    done = await stage.fill(browser, await browser.get(action), action)
    assert done.status_code == 303, stage.words_of(done)
    return done.headers["location"].rpartition("=")[2]


def with_ids(desk: Desk) -> list[APIRoute]:
    found = [route for route in routes_of(desk) if "{" in route.path and not SHARED.match(route.path)]
    assert len(found) > 20
    return found


async def ask(browser: httpx.AsyncClient, objects: Objects, route: APIRoute, method: str) -> httpx.Response:
    version = stage.case_of(objects.desk, objects.number).version
    data = {**FORM, "version": str(version)} if method == "POST" else None
    return await browser.request(method, objects.address(route), data=data)


async def test_nobody_of_another_organ_reaches_anything_by_its_id(objects: Objects) -> None:
    stranger = await objects.desk.sign_in(*OUTSIDERS, name="别的单位的人", body=THEIRS)
    before = objects.rows()
    for route in with_ids(objects.desk):
        for method in sorted(route.methods):
            answer = await ask(stranger, objects, route, method)
            # a list kept by somebody else is not found, which is no news to whoever drops one twice
            refused = (303,) if route.path == "/cases/views/{id}/drop" else (403, 404)
            assert answer.status_code in refused, f"{method} {objects.address(route)} {answer.status_code}"
            assert not [words for words in SECRETS if words in answer.text], route.path
    assert objects.rows() == before


async def test_whoever_it_belongs_to_reaches_it_at_the_same_addresses(objects: Objects) -> None:
    handler = await objects.desk.sign_in("handler", name="办这件事的", body=OURS)
    reached = set()
    for route in with_ids(objects.desk):
        if "GET" in route.methods and route.path.startswith("/cases/"):
            answer = await ask(handler, objects, route, "GET")
            assert answer.status_code == 200, f"{objects.address(route)} {answer.status_code}"
            reached.add(route.path)
    assert len(reached) >= 8


async def test_numbers_in_a_form_or_a_search_are_no_way_round(objects: Objects) -> None:
    stranger = await objects.desk.sign_in(*OUTSIDERS, name="别的单位的人", body=THEIRS)
    before = objects.rows()
    row = f"{objects.number}:{stage.case_of(objects.desk, objects.number).version}"
    bulk = await stranger.post("/cases/forward", data={"case": row, "organ": THEIRS, "sure": "1"})
    assert "✓" not in stage.words_of(bulk)
    assert (await stranger.get("/cases/find", params={"number": objects.number})).status_code == 404
    for asked in ("/cases", f"/cases?body={OURS}", "/cases?closed=1", "/cases/approvals"):
        assert objects.number not in (await stranger.get(asked)).text, asked
    assert objects.rows() == before
