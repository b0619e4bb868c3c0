"""The simulated platform itself: its own cryptography against wechatpy, its patience, its tries."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from tests.unit.bot.channels.wechat.test_wire import SAMPLE, SAMPLE_BODY, SAMPLE_QUERY
from zhilu.wechat_sim import messages
from zhilu.wechat_sim.account import SimulatedAccount, make_account
from zhilu.wechat_sim.api import served
from zhilu.wechat_sim.chats import Chats, Way
from zhilu.wechat_sim.crypto import NotOurs, seal, sign, unseal
from zhilu.wechat_sim.platform import SimulatedPlatform, flat

ACCOUNT = make_account()
PUBLISHED = SimulatedAccount(SAMPLE.appid, "", SAMPLE.token, SAMPLE.aes_key)
CRYPTO = WeChatCrypto(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.appid)
CHEN = "oCHEN0000000000000000000000001"
Handler = Callable[[int], tuple[float, Response]]


def test_the_vector_that_tencent_publishes_is_opened_and_signed() -> None:
    encrypted = flat(SAMPLE_BODY)["Encrypt"]
    assert (
        sign(PUBLISHED.token, SAMPLE_QUERY["timestamp"], SAMPLE_QUERY["nonce"], encrypted)
        == (SAMPLE_QUERY["msg_signature"])
    )
    assert flat(unseal(PUBLISHED, encrypted))["Content"] == "abcdteT"


@pytest.mark.parametrize("said", ["你好", "]]> 和 <b>", "长" * 600, ""])
def test_wechatpy_reads_what_the_simulator_sends(said: str) -> None:
    platform = SimulatedPlatform(ACCOUNT, "", Chats(), httpx.AsyncClient())
    query, body = platform.request(messages.text(CHEN, said))
    xml = CRYPTO.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    read = parse_message(xml)
    assert (read.source, read.content or "") == (CHEN, said)


def test_the_simulator_reads_what_wechatpy_answers() -> None:
    platform = SimulatedPlatform(ACCOUNT, "", Chats(), httpx.AsyncClient())
    answer = CRYPTO.encrypt_message("<xml><Content><![CDATA[好的]]></Content></xml>", "n", "1700000000")
    assert platform.read(answer.encode())["Content"] == "好的"
    with pytest.raises(NotOurs):
        platform.read(answer.replace("1700000000", "1700000001").encode())


def test_an_answer_of_another_account_or_a_broken_one_is_not_opened() -> None:
    sealed = seal(ACCOUNT, b"<xml/>")
    assert unseal(ACCOUNT, sealed) == b"<xml/>"
    with pytest.raises(NotOurs):
        unseal(replace(ACCOUNT, appid="wx0000000000000000"), sealed)
    with pytest.raises(NotOurs):
        unseal(make_account(), sealed)


@contextlib.asynccontextmanager
async def platform_before(handler: Handler) -> AsyncIterator[tuple[SimulatedPlatform, Chats, list[str]]]:
    """A platform of little patience before a server that answers its n-th request by `handler`; the MsgIds that came."""
    app, came, chats = FastAPI(), [], Chats()
    account = replace(ACCOUNT, safe=False)

    @app.post("/wechat")
    async def receive(request: Request) -> Response:
        came.append(flat(await request.body())["MsgId"])
        seconds, response = handler(len(came))
        await asyncio.sleep(seconds)
        return response

    async with served(app) as url, httpx.AsyncClient(trust_env=False) as http:
        yield SimulatedPlatform(account, f"{url}/wechat", chats, http, patience=0.3), chats, came


def replied(content: str) -> Response:
    return Response(f"<xml><Content><![CDATA[{content}]]></Content></xml>", media_type="application/xml")


async def test_a_message_that_is_not_answered_in_time_comes_again_with_the_same_id() -> None:
    async with platform_before(lambda count: (5.0 if count < 3 else 0.0, replied("来了"))) as (platform, chats, came):
        message = messages.text(CHEN, "在吗")
        delivery = await platform.deliver(message)
    assert came == [message.id] * 3
    assert [each.status for each in delivery.tries] == [0, 0, 200]
    assert [(each.way, each.text) for each in chats.seen(CHEN)] == [(Way.REPLY, "来了")]


async def test_after_three_tries_the_citizen_reads_that_the_account_is_out_of_order() -> None:
    async with platform_before(lambda count: (0.0, Response(status_code=500))) as (platform, chats, came):
        delivery = await platform.deliver(messages.text(CHEN, "在吗"))
    assert (len(came), delivery.arrived) == (3, False)
    assert [each.way for each in chats.seen(CHEN)] == [Way.PLATFORM]


async def test_success_shows_nothing_and_anything_unreadable_shows_a_fault() -> None:
    said = [Response("success"), Response(""), Response('{"answer": "好"}')]
    async with platform_before(lambda count: (0.0, said[count - 1])) as (platform, chats, _):
        for _ in said:
            await platform.deliver(messages.text(CHEN, "在吗"))
    assert [each.way for each in chats.seen(CHEN)] == [Way.PLATFORM]


def test_five_messages_may_follow_a_message_and_three_a_click_within_a_minute() -> None:
    now = [time.time()]
    chats = Chats(lambda: now[0])
    assert chats.refusal(CHEN) == 45015
    chats.said(CHEN, "clicked")
    assert [chats.refusal(CHEN) for _ in range(4)] == [0, 0, 0, 45047]
    now[0] += 61
    assert chats.refusal(CHEN) == 45015
    chats.said(CHEN, "said")
    assert [chats.refusal(CHEN) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    chats.said(CHEN, "said")
    chats.follow(CHEN, False)
    assert chats.refusal(CHEN) == 45015
