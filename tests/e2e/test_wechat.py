"""The WeChat account of the real stack before the simulated platform: nothing lost, nothing twice, nothing for whoever is not the platform."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.e2e.database import cases_in, files_with, mentions, parts_of, rows
from tests.e2e.wechat_load import RECEIPT, WAGES, Disturbance, Load, filing
from tests.e2e.wechat_stack import WechatStack, running_wechat_stack
from tests.unit.bot.photos import photo
from zhilu.wechat_sim import messages
from zhilu.wechat_sim.account import make_account
from zhilu.wechat_sim.chats import Chats, Way
from zhilu.wechat_sim.crypto import seal, sign
from zhilu.wechat_sim.messages import Message, make_openid, written
from zhilu.wechat_sim.platform import PATIENCE, Delivery, SimulatedPlatform

SOUND = b"#!AMR\n" + bytes(range(64))
NEWEST = "SELECT conversation_id FROM wechat_followers ORDER BY said_at DESC LIMIT 1"
FREE = "条例没有规定向信访人收费"
ADDRESSES = iter(range(500, 600))
PHOTOS = (photo(), photo((300, 400)))
BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    "]><xml><Content>&b;&b;&b;&b;</Content></xml>"
)
OLD = 301  # seconds


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WechatStack]:
    with running_wechat_stack(tmp_path_factory.mktemp("wechat")) as running:
        yield running


async def seen_by(chats: Chats, openid: str, words: str, patience: float = 20.0) -> str:
    """All that the citizen has read, as soon as these words stand there."""
    end = time.monotonic() + patience
    while words not in (whole := "\n".join(each.text for each in chats.seen(openid))):
        assert time.monotonic() < end, f"never read {words}: {whole}"
        await asyncio.sleep(0.05)
    return whole


async def seen_times(chats: Chats, openid: str, words: str, times: int) -> int:
    """How often the words stand there, once they stand there so often."""
    end = time.monotonic() + 20
    while (count := sum(each.text.count(words) for each in chats.seen(openid))) < times and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return count


async def file_one(platform: SimulatedPlatform, openid: str) -> None:
    """A whole complaint."""
    for step in filing(next(ADDRESSES)):
        await platform.deliver(step(openid))


def attachments_of(stack: WechatStack, number: str) -> int:
    query = "SELECT count(*) FROM attachments WHERE case_id = (SELECT id FROM cases WHERE number = ?)"
    return int(rows(stack.register, query, number)[0][0])


async def test_a_complaint_with_two_photos_and_a_place_stands_in_the_register(stack: WechatStack) -> None:
    openid, before = make_openid(), cases_in(stack)
    async with stack.platform() as (platform, api, chats):
        photos = [messages.image(openid, api.keep(each, "image/jpeg")) for each in PHOTOS]
        steps: list[tuple[Message, str]] = [
            (messages.follow(openid), "您好"),
            (messages.click(openid, "file"), "您同意吗"),
            (messages.text(openid, "1"), "请您说说事情的经过"),
            (messages.text(openid, WAGES), "您希望怎么解决"),
            (photos[0], "材料收到了"),  # in the middle: what was asked stays asked
            (messages.text(openid, "让厂里把工资一次给清"), "您在哪里干活"),
            (messages.location(openid, 34.75, 113.65, "清河区工业园"), "请问您贵姓大名"),
            (messages.text(openid, "周桂兰"), "您住在哪里"),
            (messages.text(openid, "城关街道北门街12号"), "留个电话"),
            (messages.text(openid, "13800010001"), "这件事以前找过"),
            (messages.text(openid, "没有找过别的部门"), "证据材料：1份"),
            (photos[1], "证据材料：2份"),
            (messages.text(openid, "一"), "登记好了"),
        ]
        for message, words in steps:
            await platform.deliver(message)
            whole = await seen_by(chats, openid, words)
        assert whole.count("登记好了") == 1
        number, code = RECEIPT.findall(whole)[0]
    assert cases_in(stack) == before + 1
    assert attachments_of(stack, number) == len(PHOTOS)
    assert parts_of(stack, number)["parties"] == 1
    headers = {"X-Query-Code": code}
    found = httpx.get(f"{stack.base_url}/api/cases/{number}", headers=headers, trust_env=False).json()
    assert found["case"]["number"] == number
    assert mentions(stack.register, openid) == {}
    assert files_with(stack.settings.var_dir, openid) == []
    assert openid not in stack.log("public")


async def test_a_voice_is_read_back_and_kept_only_as_the_citizen_wants(stack: WechatStack) -> None:
    openid = make_openid()
    async with stack.platform() as (platform, api, chats):
        sounds = [api.keep(SOUND + bytes([number]), "audio/amr") for number in range(2)]
        steps: list[tuple[Message, str]] = [
            (messages.click(openid, "file"), "您同意吗"),
            (messages.text(openid, "1"), "请您说说事情的经过"),
            (messages.voice(openid, sounds[0]), "没法听成字"),  # without recognition
            (messages.text(openid, "录音留作材料"), "材料收到了"),
            (messages.voice(openid, sounds[1], f"{WAGES}。"), "您说的是"),
            (messages.text(openid, "1"), "您希望怎么解决"),
        ]
        for message, words in steps:
            await platform.deliver(message)
            whole = await seen_by(chats, openid, words)
    assert whole.count("您希望怎么解决") == 1
    kept = "SELECT count(*) FROM attachments WHERE media_type = 'audio/amr'"
    assert int(rows(stack.register, kept)[0][0]) == 1  # the first one only: it was wanted


async def test_a_touch_of_the_menu_while_the_number_is_asked_for_leaves_that_open(stack: WechatStack) -> None:
    openid = make_openid()
    async with stack.platform() as (platform, _, chats):
        await file_one(platform, openid)
        number, code = RECEIPT.findall(await seen_by(chats, openid, "登记好了"))[0]
        asker = make_openid()
        for message, words in (
            (messages.click(asker, "status"), "编号"),
            (messages.click(asker, "how-long"), "60日"),
            (messages.text(asker, number), "查询码"),
            (messages.click(asker, "road"), "复查、复核各30日"),
            (messages.text(asker, code), "现在到了"),
        ):
            await platform.deliver(message)
            whole = await seen_by(chats, asker, words)
    assert whole.count("请把回执上的编号告诉我") == whole.count("请再把查询码告诉我") == 2  # after the touch once more


async def test_a_story_told_on_the_page_is_asked_on_in_the_chat(stack: WechatStack) -> None:
    openid = make_openid()
    async with stack.platform() as (platform, _, chats):
        for message in (messages.click(openid, "file"), messages.text(openid, "1")):
            await platform.deliver(message)
        await seen_by(chats, openid, "请您说说事情的经过")
        conversation = str(rows(stack.register, NEWEST)[0][0])
        async with stack.page("story", conversation) as phone:
            for _ in range(2):  # the first answer was lost on the way
                answer = await phone.post("/h5/story", json={"text": WAGES, "key": "one"})
                assert "您希望怎么解决" in answer.json()["next"]
        await seen_by(chats, openid, "您希望怎么解决")
        await platform.deliver(messages.text(openid, "让厂里把工资一次给清"))
        whole = await seen_by(chats, openid, "您在哪里干活")
    assert whole.count("您希望怎么解决") == 1


async def test_nobody_is_turned_away_while_the_server_is_replaced(stack: WechatStack) -> None:
    openids, sent = [make_openid() for _ in range(3)], list[Delivery]()
    async with stack.platform() as (platform, _, chats):
        replacing = asyncio.create_task(asyncio.to_thread(stack.replace_public))

        async def ask(openid: str) -> int:
            count = 0
            while not replacing.done():
                sent.append(await platform.deliver(messages.text(openid, "信访要交钱吗？")))
                count += 1
            return count

        counts = await asyncio.gather(*map(ask, openids))
        await replacing
        answered = [await seen_times(chats, openid, FREE, count) for openid, count in zip(openids, counts, strict=True)]
    lost = [each for delivery in sent for each in delivery.tries if not each.is_answered and each.seconds < PATIENCE]
    assert lost == []  # neither refused nor hung up on
    assert all(delivery.arrived for delivery in sent)
    assert answered == list(counts)


async def test_a_hundred_messages_are_answered_once_through_everything_that_goes_wrong(stack: WechatStack) -> None:
    async with stack.platform() as (platform, api, chats):
        disturbance = Disturbance(repeated=0.2, cut=0.1, slow=0.04, refused=0.3, replaced=False)
        outcome = await Load(stack, platform, api, chats, disturbance).run(filers=6, askers=4, rate=10)
    print(outcome.figures())
    assert outcome.messages == 100
    assert outcome.wrong == []
    assert outcome.filed == outcome.receipts == 6
    assert outcome.counts.held > 0
    assert outcome.counts.away > 0


async def test_a_slow_turn_is_told_success_and_answered_by_customer_service(stack: WechatStack) -> None:
    openid = make_openid()
    async with stack.platform() as (platform, _, chats):
        stack.line.hold = lambda: 5.0
        try:
            delivery = await platform.deliver(messages.text(openid, "信访要交钱吗？"))
        finally:
            stack.line.hold = lambda: 0.0
        await seen_by(chats, openid, "钱")
    assert [each.body for each in delivery.tries] == [b"success"]
    assert {each.way for each in chats.seen(openid)} == {Way.CUSTOMER_SERVICE}


async def test_what_does_not_come_from_the_platform_is_refused_and_leaves_no_trace(stack: WechatStack) -> None:
    openid = make_openid()
    private = messages.text(openid, "我叫司马青禾，电话13912340765")
    before = mentions(stack.register, "")["wechat_messages"]
    async with stack.platform() as (platform, _, chats):
        query, body = platform.request(private)
        forged = {**query, "msg_signature": "0" * 40}
        replayed = platform.request(private, at=int(time.time()) - OLD)
        stranger = SimulatedPlatform(replace(stack.account, appid="wx0000000000000000"), "", chats, httpx.AsyncClient())
        plain = SimulatedPlatform(replace(stack.account, safe=False), "", chats, httpx.AsyncClient())
        unknown = SimulatedPlatform(make_account(), "", chats, httpx.AsyncClient())
        refused = {
            "forged": await platform.post(forged, body),
            "changed": await platform.post(query, body.replace(b"<Encrypt>", b"<Encrypt>A", 1)),
            "replayed": await platform.post(*replayed),
            "plain": await platform.post(*plain.request(private)),
            "wrong appid": await platform.post(*stranger.request(private)),
            "other keys": await platform.post(*unknown.request(private)),
            "bomb": await platform.post(*sealed(stack, BOMB)),
            "open bomb": await platform.post(query, BOMB.encode()),
            "1 MB": await platform.post(query, b"x" * 1_000_000),
        }
    statuses = {name: response.status_code for name, response in refused.items()}
    assert statuses == {
        "forged": 403,
        "changed": 403,
        "replayed": 403,
        "plain": 403,
        "wrong appid": 403,
        "other keys": 403,
        "bomb": 400,
        "open bomb": 400,
        "1 MB": 413,
    }
    assert {response.text for response in refused.values()} == {""}
    assert mentions(stack.register, "")["wechat_messages"] == before
    for secret in (openid, "司马青禾", "13912340765", "Traceback"):
        assert secret not in stack.log("public")


def sealed(stack: WechatStack, xml: str) -> tuple[dict[str, str], bytes]:
    """Something rightly signed and encrypted that is no message."""
    encrypted, stamp = seal(stack.account, xml.encode()), str(int(time.time()))
    signature = sign(stack.account.token, stamp, "n", encrypted)
    query = {"timestamp": stamp, "nonce": "n", "encrypt_type": "aes", "msg_signature": signature}
    return query, written("xml", {"Encrypt": encrypted}).encode()


async def test_a_kind_that_nobody_knows_is_answered_politely(stack: WechatStack) -> None:
    openid = make_openid()
    async with stack.platform() as (platform, _, chats):
        delivery = await platform.deliver(Message(openid, "hologram", {"Content": "x"}))
        assert await seen_by(chats, openid, "我看不懂")
        silent = await platform.deliver(messages.event(openid, "something_new"))
    assert delivery.is_passive
    assert silent.tries[0].body == b"success"
    assert len(chats.seen(openid)) == 1


async def test_the_address_is_checked_when_the_office_enters_it(stack: WechatStack) -> None:
    async with stack.platform() as (platform, _, _chats), httpx.AsyncClient(trust_env=False) as http:
        assert await platform.check_url()
        other = SimulatedPlatform(make_account(), f"{stack.base_url}/wechat", Chats(), http)
        assert not await other.check_url()
