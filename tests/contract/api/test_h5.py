"""The pages for phones: what they show, to whom, and what stands in their addresses and cookies."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.app import create_app
from bot.links import Links
from cases.handovers import HandoverKind, open_handover
from cases.models import Booking, DraftRow, Rating
from tests.contract.api.test_cases_acts import House
from tests.unit.bot.factories import PNG, FakeEngine, Visitor, make_services
from tests.unit.cases.acting import BUREAU
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, PHONE

pytestmark = pytest.mark.asyncio
STORY = "去年腊月起，城东工地就没有发过工资。" * 20


@asynccontextmanager
async def at_phone(folder: Path) -> AsyncIterator[Visitor]:
    """A server with the pages, and somebody with a phone who has a conversation elsewhere."""
    services = make_services(folder, FakeEngine(), engine_secret="for the tests of the pages, long enough")
    app = create_app(services)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://zhilu.test", follow_redirects=True)
    async with app.router.lifespan_context(app), http:
        visitor = Visitor(http, services.engine, services)  # type: ignore[arg-type]
        await visitor.arrive()
        yield visitor


def address(visitor: Visitor, page: str, minutes: float = 60, **subject: str) -> str:
    """As the WeChat door would make it."""
    links = Links(visitor.services.settings.secret("engine_secret"))
    given = subject or {"conversation": visitor.opened["conversation"]}
    return f"/h5/go/{page}/{links.make(page, given, datetime.now(UTC) + timedelta(minutes=minutes))}"


def another_phone(visitor: Visitor) -> None:
    visitor.http.cookies.clear()


async def sign_in(visitor: Visitor, number: str, code: str, next: str = "case") -> httpx.Response:
    return await visitor.http.post("/h5/case", data={"number": number, "code": code, "next": next})


@pytest.mark.parametrize(
    "path", ["/h5/roadmap", "/h5/privacy", "/h5/case", "/h5/receipt", "/h5/rating", "/h5/reception"]
)
async def test_a_page_holds_nothing_that_the_policy_would_block(tmp_path: Path, path: str) -> None:
    async with at_phone(tmp_path) as phone:
        answer = await phone.http.get(path)
        assert answer.status_code == 200
        for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text):
            assert (await phone.http.get(link)).status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?! type=\"module\" src=\"/static/)", answer.text
    )
    assert answer.text.count("<h1>") == 1
    assert 'lang="zh-CN"' in answer.text


async def test_the_road_of_anybody_says_how_long_which_right_and_which_article(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        text = (await phone.http.get("/h5/roadmap")).text
    for words in ("要多久", "60日", "申请复查", "《信访工作条例》第三十五条", 'role="list"'):
        assert words in text
    assert "您在这里" not in text


async def test_the_privacy_notice_says_who_what_why_how_long_and_which_rights(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        text = (await phone.http.get("/h5/privacy")).text
        office = phone.services.office
    for words in (
        office.name,
        office.phone,
        "收什么",
        "做什么用",
        "保存多久",
        "30天",
        "撤回同意",
        "《个人信息保护法》第四十五条",
    ):
        assert words in text


async def test_number_and_code_are_typed_once(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        receipt = House(tmp_path).file(30, 3)
        answer = await sign_in(phone, receipt.number, receipt.query_code)
        assert answer.url.path == "/h5/case"
        assert not answer.url.query
        for words in (receipt.number, BUREAU, "▶ 您在这里", "还有", "依据：《信访工作条例》", "催办"):
            assert words in answer.text
        for secret in (receipt.query_code, NAME, ADDRESS, PHONE, NARRATIVE):
            assert secret not in answer.text
        assert receipt.number in (await phone.http.get("/h5/receipt")).text
        closed = await phone.http.post("/h5/case/close")
        assert receipt.number not in closed.text
        assert receipt.number not in (await phone.http.get("/h5/receipt")).text


async def test_the_cookie_is_sealed_short_and_out_of_reach_of_scripts(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        receipt = House(tmp_path).file(3)
        phone.http.follow_redirects = False
        cookie = (await sign_in(phone, receipt.number, receipt.query_code)).headers["set-cookie"]
    assert receipt.number not in cookie
    assert receipt.query_code not in cookie
    assert {"HttpOnly", "Path=/h5", "SameSite=lax"} <= set(cookie.split("; "))
    assert int(re.findall(r"Max-Age=(\d+)", cookie)[0]) <= 20 * 60


async def test_a_wrong_code_and_an_unknown_number_look_alike(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        receipt = House(tmp_path).file(3)
        wrong = await sign_in(phone, receipt.number, "AAAA-BBBB-CCCC")
        unknown = await sign_in(phone, "XF20200101-9999", "AAAA-BBBB-CCCC")
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.text.replace(receipt.number, "") == unknown.text.replace("XF20200101-9999", "")
    assert "没有查到" in wrong.text


async def test_somebody_who_guesses_is_told_to_wait(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        receipt = House(tmp_path).file(3)
        answers = [await sign_in(phone, receipt.number, "AAAA-BBBB-CCCC") for _ in range(12)]
    assert answers[-1].status_code == 429
    assert "分钟" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_reminder_and_a_rating(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        house = House(tmp_path)
        receipt = house.file(40, 3)
        await sign_in(phone, receipt.number, receipt.query_code)
        assert "催办记下了" in (await phone.http.post("/h5/case/remind", data={"key": "one"})).text
        assert (await phone.http.post("/h5/case/remind", data={"key": "two"})).status_code == 409
        assert "满意" in (await phone.http.get("/h5/rating")).text
        assert (await phone.http.post("/h5/rating", data={"of": "office"})).status_code == 422
        form = {"of": "office", "satisfaction": "basic", "reason": "慢了一点", "key": "three"}
        assert "评价记下了" in (await phone.http.post("/h5/rating", data=form)).text
        again = await phone.http.post("/h5/rating", data=form | {"key": "four"})
        assert again.status_code == 409
        assert 'role="alert"' in again.text
        assert len(house.rows(Rating)) == 1


async def test_a_place_on_a_reception_day_is_taken_once_and_given_back(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        house = House(tmp_path)
        receipt, day = house.file(30, 3), house.reception()
        assert "约领导接访" in (await sign_in(phone, receipt.number, receipt.query_code, "reception")).text
        assert "约这一天" in (await phone.http.get("/h5/reception")).text
        for _ in range(2):
            answer = await phone.http.post("/h5/reception", data={"day": day})
            assert answer.status_code == 200
            assert "1号" in answer.text
            assert "约这一天" not in answer.text
        (booking,) = house.rows(Booking)
        gone = await phone.http.post("/h5/reception", data={"cancel": booking.id})
        assert "约这一天" in gone.text
        assert (await phone.http.post("/h5/reception", data={"cancel": booking.id})).status_code == 409
        assert (await phone.http.post("/h5/reception", data={"day": "none"})).status_code == 404
        another_phone(phone)
        assert "查询码" in (await phone.http.post("/h5/reception", data={"day": day})).text
        assert len(house.rows(Booking)) == 1


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
async def test_another_site_changes_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with at_phone(tmp_path) as phone:
        house = House(tmp_path)
        receipt = house.file(40, 3)
        await sign_in(phone, receipt.number, receipt.query_code)
        before = house.acts(receipt)
        assert (await phone.http.post("/h5/case/remind", headers=headers)).status_code == 404
        assert house.acts(receipt) == before


async def test_a_link_fills_in_the_number_and_leaves_the_code_to_the_citizen(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        receipt = House(tmp_path).file(3)
        answer = await phone.http.get(address(phone, "rating", number=receipt.number))
    assert answer.url.path == "/h5/rating"
    assert f'value="{receipt.number}"' in answer.text
    assert 'name="code"' in answer.text


@pytest.mark.parametrize("minutes", [-1, 60])
async def test_a_link_that_is_over_or_forged_says_what_to_do(tmp_path: Path, minutes: float) -> None:
    async with at_phone(tmp_path) as phone:
        link = address(phone, "upload", minutes)
        answer = await phone.http.get(link if minutes < 0 else link.replace("/upload/", "/story/"))
    assert answer.status_code == 410
    assert "回到公众号" in answer.text


async def test_a_cookie_is_no_link(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        assert (await phone.http.get(address(phone, "zhilu_talk"))).status_code == 410
        assert not phone.http.cookies


async def test_of_several_changes_the_last_one_is_news_and_only_once(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        receipt = House(tmp_path).file(30, 3)
        first = (await sign_in(phone, receipt.number, receipt.query_code)).text
        again = (await phone.http.get("/h5/case")).text
    assert first.count("有新进展") == 1
    assert "给您的新通知" not in again


@pytest.mark.parametrize("page", ["upload", "story", "paper"])
async def test_without_a_link_a_page_of_a_conversation_opens_nothing(tmp_path: Path, page: str) -> None:
    async with at_phone(tmp_path) as phone:
        assert (await phone.http.get(f"/h5/{page}")).status_code == 410
        assert (await phone.http.post("/h5/claim")).status_code == 401
        assert (await phone.http.post("/h5/files", files={"file": ("a.png", PNG)})).status_code == 401
        assert (await phone.http.put("/h5/story/draft", json={"text": "x"})).status_code == 401


async def test_photos_go_into_the_conversation_that_the_link_came_from(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        await phone.http.get(address(phone, "upload"))
        await phone.http.post("/h5/claim")
        answers = [await phone.http.post("/h5/files", files={"file": (f"{n}.png", PNG)}) for n in range(3)]
        assert [each.status_code for each in answers] == [201] * 3
        assert answers[0].json()["told"].startswith("材料收到了")
        assert [each.payload for each in phone.engine.heard] == [
            f'/attach{{"id": "{each.json()["attachment"]}"}}' for each in answers
        ]
        assert {each.conversation for each in phone.engine.heard} == {phone.opened["conversation"]}
        refused = await phone.http.post("/h5/files", files={"file": ("a.exe", b"MZ\x90")})
        assert refused.status_code == 422
        assert "照片" in refused.json()["detail"]


async def test_a_link_belongs_to_the_phone_that_used_it_first(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        link = address(phone, "upload")
        await phone.http.get(link)
        another_phone(phone)  # a preview fetched the link: nothing is used up
        await phone.http.get(link)
        assert (await phone.http.post("/h5/claim")).status_code == 204
        await phone.http.get(link)  # touched a second time on the same phone
        assert (await phone.http.post("/h5/files", files={"file": ("a.png", PNG)})).status_code == 201
        another_phone(phone)
        await phone.http.get(link)
        assert (await phone.http.post("/h5/files", files={"file": ("a.png", PNG)})).status_code == 401
        assert (await phone.http.post("/h5/claim")).status_code == 401


async def test_a_conversation_that_was_deleted_takes_nothing_more(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        await phone.http.get(address(phone, "upload"))
        await phone.http.post("/h5/claim")
        await phone.leave()
        assert (await phone.http.post("/h5/files", files={"file": ("a.png", PNG)})).status_code == 401
        assert (await phone.http.put("/h5/story/draft", json={"text": STORY})).status_code == 401
        assert not House(tmp_path).rows(DraftRow)


async def test_a_conversation_that_is_locked_for_staff_ends_its_links_too(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        house = House(tmp_path)
        for page in ("upload", "story", "paper"):
            assert (await phone.http.get(address(phone, page))).status_code == 200
        await phone.http.post("/h5/claim")
        with house.register.unit_of_work() as uow:
            open_handover(
                uow, phone.opened["conversation"], HandoverKind.SELF_HARM, surface="web", now=datetime.now(UTC)
            )
        await phone.leave()
        assert (await phone.say("还在吗")).status_code == 401
        answers = [
            await phone.http.post("/h5/files", files={"file": ("a.png", PNG)}),
            await phone.http.put("/h5/story/draft", json={"text": STORY}),
            await phone.http.post("/h5/story", json={"text": STORY, "key": "one"}),
            await phone.http.get("/h5/story/draft"),
            await phone.http.post("/h5/claim"),
        ]
        assert [each.status_code for each in answers] == [401] * len(answers)
        assert (await phone.http.get("/h5/story")).status_code == 410
        assert (await phone.http.get(address(phone, "upload"))).status_code == 410
        assert phone.engine.heard == []
        assert not house.rows(DraftRow)


async def test_a_long_story_is_kept_sealed_until_it_is_sent_once(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        house = House(tmp_path)
        await phone.http.get(address(phone, "story"))
        await phone.http.post("/h5/claim")
        for text in (STORY[:50], STORY):
            assert (await phone.http.put("/h5/story/draft", json={"text": text})).json()["until"]
        (row,) = house.rows(DraftRow)
        assert "城东工地".encode() not in row.payload_sealed
        another_phone(phone)
        await phone.http.get(address(phone, "story"))  # a new link, the same conversation
        await phone.http.post("/h5/claim")
        assert (await phone.http.get("/h5/story/draft")).json() == {"text": STORY}
        sent = [await phone.http.post("/h5/story", json={"text": STORY, "key": "one"}) for _ in range(2)]
        assert [each.status_code for each in sent] == [200, 200]
        assert [each.text for each in phone.engine.heard] == [STORY]
        assert not house.rows(DraftRow)
        assert (await phone.http.get("/h5/story/draft")).json() == {"text": ""}


async def test_what_was_written_stays_while_the_engine_is_away(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        await phone.http.get(address(phone, "story"))
        await phone.http.post("/h5/claim")
        await phone.http.put("/h5/story/draft", json={"text": STORY})
        phone.engine.away = True
        assert (await phone.http.post("/h5/story", json={"text": STORY, "key": "one"})).status_code == 503
        assert (await phone.http.get("/h5/story/draft")).json() == {"text": STORY}
        assert (await phone.http.post("/h5/story", json={"text": "字" * 2001, "key": "two"})).status_code == 422


async def test_an_emptied_story_leaves_nothing(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        await phone.http.get(address(phone, "story"))
        await phone.http.post("/h5/claim")
        await phone.http.put("/h5/story/draft", json={"text": STORY})
        assert (await phone.http.put("/h5/story/draft", json={"text": ""})).json() == {"until": None}
    with House(tmp_path).register.unit_of_work() as uow:
        assert not uow.session.scalars(select(DraftRow)).all()


async def test_a_paper_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with at_phone(tmp_path) as phone:
        conversation = phone.opened["conversation"]
        shown = await phone.http.get(address(phone, "paper", conversation=conversation, file="nothing"))
        assert "下载" in shown.text
        assert (await phone.http.post("/h5/paper/word")).status_code == 410
