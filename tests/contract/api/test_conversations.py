"""contract.md, "Conversations": what every client can rely on."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import httpx
import pytest

from bot.erasures import Erasures
from tests.unit.bot.factories import Visitor, visiting

pytestmark = pytest.mark.asyncio
PHONE = "0000-12345678"


def detail(response: httpx.Response) -> str:
    """The refusal, which has to be Chinese."""
    text = response.json()["detail"]
    assert isinstance(text, str)
    assert any("\u4e00" <= character <= "\u9fff" for character in text)
    return text


async def test_the_greeting_offers_four_ways(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.engine.away = True
        response = await visitor.arrive("kiosk")
        assert response.status_code == 201
        (greeting,) = response.json()["replies"]
        assert greeting["kind"] == "greeting"
        assert "清河区信访局" in greeting["text"]
        assert [(each["title"], each["payload"]) for each in greeting["buttons"]] == [
            ("问一问", "/help"),
            ("我要反映", "/file"),
            ("查进度", "/status"),
            ("路线图", '/ask{"topic": "petition.roadmap"}'),
        ]


async def test_a_question_is_answered_with_where_the_time_went(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.say("  办一件事要几天／多少天？ ")
        assert response.status_code == 200
        (reply,) = response.json()["replies"]
        assert reply["kind"] == "answer"
        assert reply["citations"][0]["article"] == 34
        assert isinstance(response.json()["elapsed_ms"], float)
        parts = [each.split(";")[0] for each in response.headers["server-timing"].split(", ")]
        assert parts == ["nlu", "engine", "channel"]
        heard = visitor.engine.heard[-1]
        assert (heard.text, heard.surface) == ("办一件事要几天/多少天？", "web")
        assert heard.client
        assert "127.0.0.1" not in heard.client


async def test_a_button_reaches_the_engine_and_a_typed_command_does_not(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        assert (await visitor.touch("/status")).json()["replies"][0]["kind"] == "status"
        await visitor.say("／restart")
        assert [(each.payload, each.text) for each in visitor.engine.heard] == [("/status", ""), ("", "restart")]


@pytest.mark.parametrize(
    "payload", ["/restart", "/session_start", '/attach{"id": "1"}', '/ask{"topic": "a b"}', "你好"]
)
async def test_a_button_that_is_not_ours_is_refused(tmp_path: Path, payload: str) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.touch(payload)
        assert response.status_code == 422
        assert "按钮" in detail(response)
        assert not visitor.engine.heard


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"{}",
        b'{"text": ""}',
        b'{"text": " \\u3000\\n"}',
        b'{"text": null}',
        b'{"text": 1}',
        b'{"text": ["x"]}',
        b'{"text": "x", "payload": "/help"}',
        b'{"text": "x", "message_id": "../x"}',
        b'{"text": "\xff\xfe"}',
        "我要反映".encode("gb18030"),
        b"[" * 30_000,
        json.dumps({"text": "诉" * 2001}).encode(),
        json.dumps({"text": "诉" * 100_000}).encode(),
    ],
)
async def test_what_cannot_be_read_is_refused_in_chinese(tmp_path: Path, body: bytes) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.http.post(f"{visitor.path}/messages", content=body, headers=visitor.token)
        assert response.status_code == 422
        assert detail(response)
        assert not visitor.engine.heard


async def test_two_thousand_characters_are_taken(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        assert (await visitor.say("诉" * 2000)).status_code == 200


async def test_an_unknown_surface_is_refused(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        for body in ({}, {"surface": "phone"}, {"surface": ["web"]}):
            response = await visitor.http.post("/api/conversations", json=body)
            assert response.status_code == 422
            assert detail(response)


async def test_a_wrong_token_and_an_unknown_conversation_look_alike(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        unknown = "/api/conversations/AAAAAAAAAAAAAAAAAAAAAAAA"
        refusals = [
            await visitor.http.post(f"{visitor.path}/messages", json={"text": "你好"}),
            await visitor.http.post(
                f"{visitor.path}/messages", json={"text": "你好"}, headers={"Authorization": "Bearer x"}
            ),
            await visitor.http.post(f"{unknown}/messages", json={"text": "你好"}, headers=visitor.token),
            await visitor.http.post(f"{unknown}/attachments", headers=visitor.token),
            await visitor.http.delete(unknown, headers=visitor.token),
            await visitor.http.delete(visitor.path),
        ]
        assert {each.status_code for each in refusals} == {401}
        assert len({detail(each) for each in refusals}) == 1
        assert not visitor.engine.heard
        assert (await visitor.say("我还在")).status_code == 200


async def test_an_engine_that_is_away_is_told_with_the_phone(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.engine.away = True
        response = await visitor.say("我叫马小云")
        assert response.status_code == 200
        (notice,) = response.json()["replies"]
        assert notice["kind"] == "notice"
        assert PHONE in notice["text"]
        visitor.engine.away = False
        assert (await visitor.say("几天")).json()["replies"][0]["kind"] == "answer"
        figures = (await visitor.http.get("/metrics")).text
        assert 'zhilu_faults_total{place="engine"} 1.0' in figures
        assert "zhilu_notices_total 1.0" in figures


async def test_a_fault_of_our_own_is_a_notice_and_leaves_no_words_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.engine.broken = True
        with caplog.at_level(logging.INFO):
            response = await visitor.say("我叫马小云")
        assert response.status_code == 200
        assert response.json()["replies"][0]["kind"] == "notice"
        assert "RuntimeError" in caplog.text
        assert "马小云" not in caplog.text
        assert "RuntimeError" not in response.text


async def test_a_message_sent_again_gets_the_same_replies_and_is_heard_once(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        first = await visitor.say("几天", message_id="m-1")
        again = await visitor.say("几天", message_id="m-1")
        assert first.json()["replies"] == again.json()["replies"]
        assert len(visitor.engine.heard) == 1
        await visitor.say("几天", message_id="m-2")
        assert len(visitor.engine.heard) == 2


async def test_a_message_that_failed_is_heard_when_it_is_sent_again(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.engine.away = True
        await visitor.say("几天", message_id="m-1")
        visitor.engine.away = False
        assert (await visitor.say("几天", message_id="m-1")).json()["replies"][0]["kind"] == "answer"


async def test_messages_are_heard_in_order_and_a_crowd_is_sent_away(tmp_path: Path) -> None:
    async with visiting(tmp_path, queue_length=2) as visitor:
        visitor.engine.gate = asyncio.Event()
        tasks = []
        for words in "一二三":
            tasks.append(asyncio.create_task(visitor.say(words)))
            await until(visitor, len(tasks))
        response = await visitor.say("四")
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) > 0
        assert detail(response)
        visitor.engine.gate.set()
        assert {each.status_code for each in await asyncio.gather(*tasks)} == {200}
        assert [each.text for each in visitor.engine.heard] == ["一", "二", "三"]


async def until(visitor: Visitor, inside: int) -> None:
    """Wait until so many messages of the visitor are inside."""
    line = visitor.services.conversations._queues._line(visitor.opened["conversation"])
    while line.inside < inside:
        await asyncio.sleep(0.005)


async def test_too_many_messages_and_conversations_are_told_when_to_come_back(tmp_path: Path) -> None:
    async with visiting(tmp_path, messages_per_minute=2, conversations_per_minute=3) as visitor:
        statuses = [(await visitor.say("几天")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        await visitor.arrive()
        assert (await visitor.say("几天")).status_code == 200
        await visitor.arrive()
        refused = await visitor.http.post("/api/conversations", json={"surface": "web"})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert detail(refused)


async def test_a_receipt_gets_a_code_that_leads_to_the_case(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        (reply,) = (await visitor.touch("/affirm")).json()["replies"]
        assert reply["receipt"]["qr"].startswith("data:image/svg+xml")
        assert reply["receipt"].keys() == {"number", "query_code", "filed_at", "qr"}


async def test_leaving_forgets_everywhere(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        await visitor.hand_in(b"%PDF-1.7 " + "马小云".encode())
        response = await visitor.leave()
        assert response.status_code == 204
        assert visitor.engine.forgotten == [visitor.opened["conversation"]]
        assert list((tmp_path / "attachments").iterdir()) == []
        assert Erasures(tmp_path / "erasures").due() == []
        assert (await visitor.say("我还在吗")).status_code == 401


async def test_leaving_while_the_engine_is_away_is_made_good_at_the_next_start(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.engine.away = True
        left = visitor.opened["conversation"]
        assert (await visitor.leave()).status_code == 204
        assert (await visitor.say("我还在吗")).status_code == 401
        assert Erasures(tmp_path / "erasures").due() == [left]
    async with visiting(tmp_path) as next_visitor:
        while Erasures(tmp_path / "erasures").due():
            await asyncio.sleep(0.005)
        assert next_visitor.engine.forgotten == [left]


async def test_a_conversation_that_cannot_be_forgotten_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        stuck = visitor.opened["conversation"]
        visitor.engine.remembers = {stuck}
        await visitor.leave()
        visitor.engine.away = True
        await visitor.arrive()
        await visitor.leave()
        visitor.engine.away = False
        await visitor.services.conversations.catch_up()
        assert visitor.engine.forgotten == [visitor.opened["conversation"]]
        assert Erasures(tmp_path / "erasures").due() == [stuck]
