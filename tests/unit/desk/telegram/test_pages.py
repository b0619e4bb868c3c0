"""The pages of the desk: one's own binding, and who is bound."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import select

from cases import telegram as bindings
from cases.models import Audit
from tests.unit.desk.factories import NOW, Desk, make_desk
from tests.unit.desk.telegram.fake_api import TOKEN
from tests.unit.desk.telegram.stage import WANG

CODE = re.compile(r"T-[0-9A-Z]{4}-[0-9A-Z]{4}")


def bind(desk: Desk, code: str, user: int = WANG) -> bool:
    roles = desk.services.permissions["telegram"]
    with desk.register.unit_of_work() as uow:
        return bindings.redeem(uow, code, user, roles, now=NOW) is not None


async def test_the_code_of_the_page_binds_and_is_shown_once(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, telegram_token=TOKEN)
    browser = await desk.sign_in("clerk")
    assert "您还没有绑定" in (await browser.get("/telegram")).text
    found = CODE.search((await browser.post("/telegram/code")).text)
    assert found is not None
    again = (await browser.get("/telegram")).text
    assert not CODE.search(again)
    assert bind(desk, found[0])
    assert "您已经绑定，时间是2026年11月21日 10:00" in (await browser.get("/telegram")).text
    assert "已经解除绑定" in (await browser.post("/telegram/unbind")).text
    assert "您还没有绑定" in (await browser.get("/telegram")).text
    with desk.register.unit_of_work() as uow:
        acts = [row.act for row in uow.session.scalars(select(Audit).order_by(Audit.id))]
    assert acts[-3:] == ["telegram-code", "telegram-bound", "telegram-unbound"]


async def test_an_administrator_sees_who_is_bound_and_ends_it_but_has_no_code(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, telegram_token=TOKEN)
    account = desk.account("handler", name="王五", body="县人社局")
    with desk.register.unit_of_work() as uow:
        code = bindings.issue(uow, account, now=NOW).code
    assert bind(desk, code)
    admin = await desk.sign_in("admin")
    shown = (await admin.get("/telegram/bound")).text
    assert "王五" in shown
    assert str(WANG) not in shown
    assert (await admin.post("/telegram/code")).status_code == 403
    assert "没有人绑定" in (await admin.post(f"/telegram/bound/{account.id}/unbind")).text
    assert (await admin.post(f"/telegram/bound/{account.id}/unbind")).status_code == 404
    clerk = await desk.sign_in("clerk")
    assert (await clerk.get("/telegram/bound")).status_code == 403


async def test_where_the_office_has_no_bot_there_is_no_code(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    browser = await desk.sign_in("clerk")
    shown = await browser.post("/telegram/code")
    assert shown.status_code == 409
    assert "没有开通" in shown.text
    assert not CODE.search(shown.text)
