"""带到手机上: from the kiosk to a phone by a one-time code, with what each of them sees."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update

from bot.app import create_app
from bot.carrying import carry_qr, carry_url
from cases.models import ConversationRow, DraftRow, OneTimeCode
from tests.contract.api.test_cases_acts import House
from tests.unit.bot.factories import make_services
from tests.unit.bot.kiosk.forms import ASKS_MORE, TOLD, FormEngine

pytestmark = pytest.mark.asyncio
PUBLIC = "http://xf.example.test"
CODE = re.compile(r"W-[0-9A-Z]{4}-[0-9A-Z]{4}")
HTMX = {"HX-Request": "true"}


@dataclass
class Hall:
    """A kiosk, the phone of whoever stands before it, and the house behind both."""

    kiosk: httpx.AsyncClient
    phone: httpx.AsyncClient
    engine: FormEngine
    house: House

    async def tell(self, story: str = TOLD) -> None:
        await self.kiosk.post("/kiosk/say", data={"payload": "/file", "turn": "1"}, headers=HTMX)
        if story:
            await self.kiosk.post("/kiosk/say", data={"text": story, "turn": "2"}, headers=HTMX)

    async def carry(self, what: str = "") -> httpx.Response:
        return await self.kiosk.post("/kiosk/carry", data={"what": what}, headers=HTMX)

    async def state(self) -> httpx.Response:
        return await self.kiosk.get("/kiosk/carry/state", headers=HTMX)

    async def open(self, code: str) -> httpx.Response:
        return await self.phone.post("/h5/carry", data={"code": code})

    def count(self, kind: type) -> int:
        with self.house.register.unit_of_work() as uow:
            return uow.session.scalar(select(func.count()).select_from(kind)) or 0

    def pass_minutes(self, minutes: int) -> None:
        with self.house.register.unit_of_work() as uow:
            earlier = uow.session.scalars(select(OneTimeCode.expires_at)).one() - timedelta(minutes=minutes)
            uow.write(lambda: uow.session.execute(update(OneTimeCode).values(expires_at=earlier)))


@asynccontextmanager
async def hall(folder: Path, **changes: object) -> AsyncIterator[Hall]:
    engine = FormEngine(folder)
    services = make_services(folder, engine, public_url=PUBLIC, **changes)
    app = create_app(services)

    def client(address: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url=PUBLIC)

    house = House(folder)
    async with app.router.lifespan_context(app), client("192.0.2.1") as kiosk, client("192.0.2.2") as phone:
        yield Hall(kiosk, phone, engine, house)
    house.register.close()


def code_in(answer: httpx.Response) -> str:
    found = CODE.search(answer.text)
    assert found, answer.text
    return found[0]


async def test_a_draft_goes_to_the_phone_and_leaves_the_kiosk(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        sheet = await here.carry()
        code = code_in(sheet)
        assert "在这部手机上打开" in sheet.text
        assert "xf.example.test/h5/carry" in sheet.text
        assert carry_qr(PUBLIC, code) in html.unescape(sheet.text)
        assert (await here.state()).status_code == 204
        opened = await here.open(code)
        assert opened.status_code == 303
        resumed = re.fullmatch(r"/#resume=(D-[0-9A-Z]{4}-[0-9A-Z]{4})", opened.headers["location"])
        assert resumed
        assert here.count(ConversationRow) == 0
        gone = await here.state()
        assert gone.headers["hx-trigger"] == "zhilu:carried"
        assert "zhilu_kiosk=" in gone.headers["set-cookie"]
        assert TOLD[:6] not in (await here.kiosk.get("/kiosk")).text
        assert here.count(DraftRow) == 1


async def test_what_the_kiosk_says_after_the_phone_was_faster_reaches_no_second_draft(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        await here.open(code_in(await here.carry()))
        answer = await here.kiosk.post("/kiosk/say", data={"payload": "/resume", "turn": "5"}, headers=HTMX)
        assert ASKS_MORE not in answer.text
        back = await here.kiosk.post("/kiosk/carry/back", headers=HTMX)
        assert ASKS_MORE not in back.text
        assert [each.payload for each in here.engine.heard if each.payload == "/resume"].count("/resume") <= 1
        with here.house.register.unit_of_work() as uow:
            holders = set(uow.session.scalars(select(ConversationRow.id)))
            assert uow.session.scalars(select(DraftRow.conversation_id)).one() not in holders


async def test_closing_the_sheet_goes_on_here_and_kills_the_code(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        code = code_in(await here.carry())
        back = await here.kiosk.post("/kiosk/carry/back", headers=HTMX)
        assert back.headers["hx-trigger"] == "zhilu:back"
        assert ASKS_MORE in (await here.kiosk.get("/kiosk/talk", headers=HTMX)).text
        late = await here.open(code)
        assert late.status_code == 404
        assert "用不了" in late.text


async def test_two_touches_show_one_code(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        assert code_in(await here.carry()) == code_in(await here.carry())
        assert here.count(OneTimeCode) == 1
        assert here.count(DraftRow) == 1


async def test_a_case_opens_on_the_phone_and_stays_on_the_kiosk(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        receipt = here.house.file(10, 2)
        await here.kiosk.post("/kiosk/status", data={"number": receipt.number, "code": receipt.query_code})
        sheet = await here.carry("case")
        assert receipt.number in sheet.text
        assert receipt.query_code not in sheet.text
        opened = await here.open(code_in(sheet).lower().replace("-", " "))
        assert opened.headers["location"] == "/h5/case"
        assert receipt.number in (await here.phone.get("/h5/case")).text
        assert "已经在手机上打开了" in (await here.state()).text
        assert receipt.number in (await here.kiosk.get("/kiosk/status", headers=HTMX)).text


async def test_a_preview_that_fetches_the_address_uses_nothing_up(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        code = code_in(await here.carry())
        address = httpx.URL(carry_url(PUBLIC, code))
        assert (address.path, address.query, address.fragment) == ("/h5/carry", b"", code)
        for _ in range(3):
            shown = await here.phone.get(str(address))
            assert code not in shown.text
            assert "在这部手机上打开" in shown.text
        assert (await here.state()).status_code == 204
        assert (await here.open(code)).status_code == 303


async def test_used_too_old_and_wrong_are_told_in_words(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        code = code_in(await here.carry())
        wrong = await here.open("W-0000-0000")
        assert (wrong.status_code, "可能打错了" in wrong.text) == (404, True)
        await here.open(code)
        assert "已经用过了" in (await here.open(code)).text


async def test_a_code_of_ten_minutes_ago_opens_nothing_and_another_one_does(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        old = code_in(await here.carry())
        here.pass_minutes(10)
        assert "10分钟" in (await here.open(old)).text
        assert "再要一个码" in (await here.state()).text
        new = code_in(await here.carry())
        assert new != old
        assert (await here.open(new)).status_code == 303


async def test_whoever_guesses_has_to_wait(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        code = code_in(await here.carry())
        answers = [await here.open(f"W-000{each}-0000") for each in range(6)]
        assert [each.status_code for each in answers] == [404] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert (await here.open(code)).status_code == 429
        assert (await here.state()).status_code == 204


async def test_another_site_opens_nothing_here(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        code = code_in(await here.carry())
        strange = {"Origin": "https://evil.example"}
        assert (await here.phone.post("/h5/carry", data={"code": code}, headers=strange)).status_code == 404
        assert (await here.kiosk.post("/kiosk/carry", headers=strange)).status_code == 404
        assert (await here.state()).status_code == 204


@pytest.mark.parametrize("story", ["", None])
async def test_with_nothing_told_yet_the_page_itself_is_shown_and_the_form_goes_on(
    tmp_path: Path, story: str | None
) -> None:
    async with hall(tmp_path) as here:
        if story is not None:
            await here.tell(story)
        sheet = await here.carry()
        assert not CODE.search(sheet.text)
        assert "xf.example.test" in sheet.text
        assert [each.payload for each in here.engine.heard if each.payload == "/cancel"] == []


async def test_an_engine_that_is_away_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        here.engine.away = True
        assert "您填的都还在" in (await here.carry()).text
        here.engine.away = False
        assert code_in(await here.carry())


@pytest.mark.parametrize(("appid", "told"), [("wx0123456789abcdef", True), ("", False)])
async def test_the_account_is_named_only_where_there_is_one(tmp_path: Path, appid: str, told: bool) -> None:
    async with hall(tmp_path, wechat_appid=appid, wechat_secret="s", wechat_token="t", wechat_mode="plain") as here:
        await here.tell()
        assert ("把码发给它" in (await here.carry()).text) is told


async def test_the_code_outlives_the_session_that_showed_it(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        code = code_in(await here.carry())
        await here.kiosk.post("/kiosk/end")
        assert (await here.state()).status_code == 200
        assert (await here.open(code)).status_code == 303


async def test_the_clock_of_the_sheet_starts_with_ten_minutes(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        await here.tell()
        sheet = await here.carry()
        left = re.search(r'role="timer" data-carry-left="(\d+)"', sheet.text)
        assert left
        assert 590 <= int(left[1]) <= 600


async def test_a_case_goes_on_from_the_phone_to_another_one(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        receipt = here.house.file(10, 2)
        await here.phone.post("/h5/case", data={"number": receipt.number, "code": receipt.query_code})
        given = await here.phone.post("/h5/carry/code")
        assert receipt.query_code not in given.text
        code = code_in(given)
        assert carry_qr(PUBLIC, code) in html.unescape(given.text)
        here.phone.cookies.clear()
        assert (await here.phone.post("/h5/carry/code")).headers["location"] == "/h5/case"
        assert (await here.open(code)).headers["location"] == "/h5/case"
