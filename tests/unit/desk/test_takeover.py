"""Taking over at the desk: who waits, one clerk at a time, plain words both ways, and the citizen knows who is there."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cases import takeover, taking
from cases.conversations import close_conversation, open_conversation
from cases.handovers import HandoverKind, HandoverNotFound, leave, open_handover
from cases.policy import StaffRole
from desk.takeover import LONGEST, Watcher, canned_for, fitting, load_canned, news, plain
from knowledge.office import load_office
from tests.unit.desk.factories import NOW, Desk, make_desk
from zhilu.settings import ROOT

DRAFT = {"narrative": "厂里欠我五个月工资", "name": "周**", "amount": 21000, "consent": True, "evidence": ["a", "b"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def flagged(
    desk: Desk, kind: str = "asked", *, draft: dict[str, Any] | None = None, report: bool = False, ago: int = 0
) -> tuple[str, str]:
    now = NOW - timedelta(minutes=ago)
    with desk.register.unit_of_work() as uow:
        conversation, _ = open_conversation(uow, "kiosk", now)
        flag, _ = open_handover(uow, conversation, HandoverKind(kind), surface="kiosk", now=now)
        if draft:
            takeover.keep_draft(uow, conversation, draft, report=report, now=now)
    return conversation, flag


def citizen_says(desk: Desk, conversation: str, text: str) -> takeover.Silence | None:
    with desk.register.unit_of_work() as uow:
        return takeover.hear(uow, conversation, text, NOW)


def citizen_gets(desk: Desk, conversation: str) -> tuple[str, ...]:
    with desk.register.unit_of_work() as uow:
        return takeover.collect(uow, conversation, NOW)


async def say(browser: httpx.AsyncClient, flag: str, text: str, **headers: str) -> httpx.Response:
    return await browser.post(f"/takeover/{flag}/say", data={"text": text}, headers=headers)


async def test_who_waits_is_shown_with_what_they_told_and_danger_first(desk: Desk) -> None:
    _, calm = flagged(desk, draft=DRAFT, ago=30)
    _, danger = flagged(desk, "self-harm")
    clerk = await desk.sign_in("clerk")
    shown = (await clerk.get("/takeover")).text
    assert shown.index(danger) < shown.index(calm)
    assert "可能轻生" in shown
    assert "大厅自助机" in shown
    assert "2026年11月21日 9:30起" in shown
    assert "厂里欠我五个月工资" in shown
    detail = (await clerk.get(f"/takeover/{calm}")).text
    assert "周**" in detail
    assert "21,000元" in detail
    assert "2份材料" in detail
    assert "同意收集个人信息" not in detail


async def test_a_talk_from_beginning_to_end(desk: Desk) -> None:
    conversation, flag = flagged(desk, draft=DRAFT)
    clerk = await desk.sign_in("clerk", name="李接谈")
    taken = await clerk.post(f"/takeover/{flag}/take")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/takeover/{flag}")
    assert "工作人员来了" in citizen_gets(desk, conversation)[0]
    citizen_says(desk, conversation, "<b>在吗</b>")
    page = (await clerk.get(f"/takeover/{flag}")).text
    assert "&lt;b&gt;在吗&lt;/b&gt;" in page
    assert "来访人在等您回话" in (await clerk.get("/takeover/waiting")).text
    assert (await say(clerk, flag, "在，您请说")).status_code == 303
    assert citizen_gets(desk, conversation) == ("在，您请说",)
    left = await clerk.post(f"/takeover/{flag}/leave", data={"how": "assistant"})
    assert left.headers["location"] == "/takeover"
    assert "下面由助手接着帮您" in citizen_gets(desk, conversation)[0]
    assert citizen_says(desk, conversation, "你好") is None
    assert (await clerk.get(f"/takeover/{flag}")).status_code == 404


async def test_two_clerks_never_both_have_one(desk: Desk) -> None:
    conversation, flag = flagged(desk)
    first, second = await desk.sign_in("clerk", name="李"), await desk.sign_in("head", name="王")
    answers = await asyncio.gather(*(each.post(f"/takeover/{flag}/take") for each in (first, second)))
    assert sorted(each.headers["location"] for each in answers) == [f"/takeover/{flag}", f"/takeover/{flag}?busy=1"]
    loser = second if answers[1].headers["location"].endswith("busy=1") else first
    assert "同事刚刚接走了" in (await loser.get(f"/takeover/{flag}?busy=1")).text
    assert (await say(loser, flag, "我也来")).status_code == 409
    assert (await loser.post(f"/takeover/{flag}/leave", data={"how": "done"})).status_code == 409
    assert (await loser.get(f"/takeover/{flag}/said")).status_code == 404
    assert len(citizen_gets(desk, conversation)) == 1


async def test_what_a_clerk_writes_is_plain_text_of_a_thousand_characters(desk: Desk) -> None:
    conversation, flag = flagged(desk)
    clerk = await desk.sign_in("clerk")
    await clerk.post(f"/takeover/{flag}/take")
    citizen_gets(desk, conversation)
    assert (await say(clerk, flag, "字" * LONGEST)).status_code == 303
    long = await say(clerk, flag, "字" * (LONGEST + 1))
    assert long.status_code == 422
    assert "字" * (LONGEST + 1) in long.text, "nothing typed is lost"
    assert (await say(clerk, flag, " \u200b ")).status_code == 422
    await say(clerk, flag, '<a href="https://evil.test">点\u202e这里</a>')
    assert citizen_gets(desk, conversation) == ("字" * LONGEST, '＜a href="https://evil.test"＞点这里＜/a＞')
    hx = await say(clerk, flag, "好", **{"HX-Request": "true"})
    assert hx.status_code == 204


async def test_a_report_is_for_discipline_alone(desk: Desk) -> None:
    _, flag = flagged(desk, draft={"narrative": "某科长受贿"}, report=True)
    clerk, officer = await desk.sign_in("clerk"), await desk.sign_in("discipline")
    for path in ("/takeover", f"/takeover/{flag}"):
        assert "受贿" not in (await clerk.get(path)).text
    assert (await clerk.post(f"/takeover/{flag}/take")).status_code == 403
    assert "受贿" in (await officer.get(f"/takeover/{flag}")).text
    assert (await officer.post(f"/takeover/{flag}/take")).status_code == 303


async def test_a_danger_is_only_left_by_somebody_who_says_that_it_is_looked_after(desk: Desk) -> None:
    _, flag = flagged(desk, "self-harm")
    clerk = await desk.sign_in("clerk")
    await clerk.post(f"/takeover/{flag}/take")
    for how in ("assistant", "done"):
        refused = await clerk.post(f"/takeover/{flag}/leave", data={"how": how})
        assert (refused.status_code, "请先确认人已经有人照看" in refused.text) == (422, True)
    assert (await clerk.post(f"/takeover/{flag}/leave", data={"how": "done", "safe": "true"})).status_code == 303


async def test_it_can_be_put_back_for_a_colleague(desk: Desk) -> None:
    _, flag = flagged(desk, "self-harm")
    first, second = await desk.sign_in("clerk", name="李"), await desk.sign_in("clerk", name="王")
    await first.post(f"/takeover/{flag}/take")
    await first.post(f"/takeover/{flag}/leave", data={"how": "colleague"})
    assert (await second.post(f"/takeover/{flag}/take")).headers["location"] == f"/takeover/{flag}"


async def test_only_the_registering_office_talks_with_citizens(desk: Desk) -> None:
    _, flag = flagged(desk)
    elsewhere = await desk.sign_in("clerk", name="镇里的", body="某镇人民政府")
    for path in (
        "/takeover",
        "/takeover/waiting",
        "/takeover/stream",
        "/takeover/news",
        "/takeover/canned",
        f"/takeover/{flag}",
    ):
        assert (await elsewhere.get(path)).status_code == 403
    assert (await elsewhere.post(f"/takeover/{flag}/take")).status_code == 403


async def test_a_citizen_who_left_ends_the_talk(desk: Desk) -> None:
    conversation, flag = flagged(desk)
    clerk = await desk.sign_in("clerk")
    await clerk.post(f"/takeover/{flag}/take")
    with desk.register.unit_of_work() as uow:
        assert not leave(uow, conversation, NOW)
        close_conversation(uow, conversation)
    gone = await clerk.get(f"/takeover/{flag}/state")
    assert (gone.status_code, "已经结束了" in gone.text) == (404, True)
    assert (await say(clerk, flag, "在吗", **{"HX-Request": "true"})).status_code == 409
    with desk.register.unit_of_work() as uow, pytest.raises(HandoverNotFound):
        takeover.messages(uow, flag)


async def test_sentences_and_answers_are_offered_and_never_sent(desk: Desk) -> None:
    conversation, flag = flagged(desk)
    clerk = await desk.sign_in("clerk")
    await clerk.post(f"/takeover/{flag}/take")
    citizen_gets(desk, conversation)
    offered = (await clerk.get("/takeover/canned", params={"q": "信访多少天答复"})).text
    assert "依据：《信访工作条例》" in offered
    assert "接待大厅" in (await clerk.get("/takeover/canned")).text
    assert citizen_gets(desk, conversation) == ()


def test_our_sentences_are_whole_and_fit() -> None:
    office = load_office(ROOT / "data" / "office" / "sample.yml")
    ours = load_canned(ROOT / "data" / "desk" / "canned.yml", office)
    assert all("{" not in each.text for each in ours)
    assert [each.title for each in canned_for("打字 上班", ours)] == ["请打电话"]


def test_an_answer_is_cut_at_its_lines_and_keeps_its_basis() -> None:
    cut = fitting("\n".join(["长" * 400] * 4 + ["依据：《信访工作条例》第二十二条"]))
    assert len(cut) <= LONGEST
    assert cut.endswith("第二十二条")
    assert cut.count("\n") == 2


def test_plain_keeps_lines_and_drops_what_nobody_sees() -> None:
    assert plain(" 一\r\n二\t三\u200b\ud800 ") == "一\n二 三"


async def test_everybody_who_listens_is_told_and_only_that_something_changed(desk: Desk) -> None:
    watcher = Watcher(desk.register, seconds=0.01)
    _, flag = flagged(desk, draft=DRAFT)
    ears = [watcher.listen(5) for _ in range(3)]
    first = [await anext(ear) for ear in ears]
    assert all(seen is not None and [each.flag.id for each in seen] == [flag] for seen in first)
    with desk.register.unit_of_work() as uow:
        taking.take(uow, flag, "李", frozenset({StaffRole.CLERK}), "来了", NOW)
    for ear in ears:
        seen = await anext(ear)
        assert seen is not None
        told = news(seen, "李", frozenset({StaffRole.CLERK}))
        assert (told["waiting"], list(told["mine"])) == ({}, [flag])
        assert not {"李", "周", "工资"} & set(json.dumps(told, ensure_ascii=False))
        await ear.aclose()
    assert watcher._task is None, "nobody listens, nobody looks"


async def test_the_stream_says_what_waits(desk: Desk) -> None:
    _, flag = flagged(desk, "self-harm")
    clerk = await desk.sign_in("clerk")
    answer = await clerk.get("/takeover/stream")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = json.loads(answer.text.partition("data: ")[2].partition("\n")[0])
    assert told["waiting"] == {flag: True}


async def test_every_page_asks_what_waits_and_is_told_no_more_than_the_stream_tells(desk: Desk) -> None:
    _, flag = flagged(desk, "self-harm", draft=DRAFT)
    clerk = await desk.sign_in("clerk", name="李")
    answer = await clerk.get("/takeover/news")
    assert answer.json()["waiting"] == {flag: True}
    assert "工资" not in answer.text
    await clerk.post(f"/takeover/{flag}/take")
    assert (await clerk.get("/takeover/news")).json()["waiting"] == {}


async def test_a_report_that_waits_is_counted_for_discipline_alone(desk: Desk) -> None:
    _, flag = flagged(desk, report=True, draft=DRAFT)
    clerk, officer = await desk.sign_in("clerk"), await desk.sign_in("discipline")
    assert (await clerk.get("/takeover/news")).json()["waiting"] == {}
    assert (await officer.get("/takeover/news")).json()["waiting"] == {flag: False}


@pytest.mark.parametrize("path", ["/cases", "/search", "/account", "/takeover"])
async def test_the_number_has_its_place_in_the_bar_of_every_page(desk: Desk, path: str) -> None:
    clerk = await desk.sign_in("clerk")
    text = (await clerk.get(path)).text
    assert text.count('id="waits"') == 1
    assert 'src="/static/waiting.js"' in text
    assert 'role="status"' in text


async def test_it_is_not_there_for_those_who_take_nobody_over(desk: Desk) -> None:
    others = [await desk.sign_in("handler"), await desk.sign_in("clerk", name="镇里的", body="某镇人民政府")]
    for each in others:
        text = (await each.get("/search")).text
        assert 'id="waits"' not in text
        assert "waiting.js" not in text
