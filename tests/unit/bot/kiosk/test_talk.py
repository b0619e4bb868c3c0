"""The conversation at the kiosk: one turn once, nothing lost, nothing unmasked left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Heard, Utterance
from cases import handovers, takeover
from cases.database import UnitOfWork
from knowledge.reply import Reply
from tests.unit.bot.factories import PNG, FakeEngine
from tests.unit.bot.kiosk.kiosk_client import Kiosk, standing_at, words


class FormEngine(FakeEngine):
    """Asks for name, phone and place, whatever it is told; shows what it has masked."""

    ASKS = ("name", "phone", "place", "confirm")

    async def hear(self, utterance: Utterance) -> Heard:
        if utterance.payload.startswith("/correct"):
            self.heard.append(utterance)
            return Heard((self.question("name"),), {}, 1.0)
        if utterance.payload in ("/file", "") or utterance.payload == "/skip":
            self.heard.append(utterance)
            self._fail_if_away()
            said = {each.id for each in self.heard if each.text and each.text != "信访多久"}
            if utterance.text == "信访多久":
                answer = Reply.model_validate({"kind": "answer", "text": "六十日。"})
                return Heard((answer, self.question(self.ASKS[len(said)])), {}, 1.0)
            return Heard((self.question(self.ASKS[min(len(said), 3)]),), {}, 1.0)
        return await super().hear(utterance)

    def question(self, asks: str) -> Reply:
        drafts: dict[str, dict[str, Any]] = {
            "phone": {"name": "马**"},
            "place": {"name": "马**", "phone": "139****0001"},
        }
        return Reply.model_validate(
            {"kind": "question", "text": f"请问{asks}？", "asks": asks, "draft": drafts.get(asks, {}), "left": 3}
        )


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    async with standing_at(tmp_path) as one:
        yield one


@pytest.fixture
async def form(tmp_path: Path) -> AsyncIterator[Kiosk]:
    async with standing_at(tmp_path, FormEngine()) as one:
        yield one


async def test_an_answer_shows_text_law_and_what_can_be_asked_next(kiosk: Kiosk) -> None:
    await kiosk.post("/ask")
    screen = await kiosk.say("信访多少天有结果", 1)
    assert "一般60天。" in screen.text
    assert "依据：《信访工作条例》第三十四条第一款" in words(screen)
    assert "2026年11月20日查对过" in screen.text
    assert "到期没答复怎么办" in screen.text
    assert "/kiosk/speech/1/0" in screen.text


async def test_a_double_touch_is_one_turn(kiosk: Kiosk) -> None:
    first = await kiosk.touch("/file", 1)
    again = await kiosk.touch("/file", 1)
    assert [each.payload for each in kiosk.engine.heard] == ["/file"]
    assert again.text == first.text


async def test_the_message_id_is_made_of_session_and_turn(kiosk: Kiosk) -> None:
    await kiosk.say("你好", 1)
    await kiosk.say("你好", 2)
    assert [each.id for each in kiosk.engine.heard] == [f"{kiosk.session.id}-1", f"{kiosk.session.id}-2"]
    assert {each.surface for each in kiosk.engine.heard} == {"kiosk"}


async def test_the_question_says_why_how_many_are_left_and_which_keys_help(form: Kiosk) -> None:
    screen = await form.touch("/file", 1)
    assert "还有3个问题" in screen.text
    assert "书面答复要写给您本人" in screen.text
    assert 'data-asks="name"' in screen.text
    screen = await form.say("马小云", 2)
    assert 'data-keyboard="number" data-asks="phone"' in screen.text


async def test_what_was_typed_is_masked_once_it_is_said(form: Kiosk) -> None:
    await form.touch("/file", 1)
    screen = await form.say("马小云", 2)
    assert "马小云" not in screen.text
    screen = await form.say("13900000001", 3)
    assert "13900000001" not in screen.text
    assert "联系电话：139****0001" not in words(screen)  # the last exchange stands in the question, not beside it
    screen = await form.say("城东", 4)
    assert "联系电话：139****0001" in words(screen)
    assert "马**" in screen.text


async def test_a_name_that_was_not_taken_is_not_shown_either(form: Kiosk) -> None:
    await form.touch("/file", 1)
    await form.say("信访多久", 2)
    screen = await form.touch("/skip", 3)
    assert "姓名（名称）：****" in words(screen)


async def test_a_digression_is_answered_above_the_same_question(form: Kiosk) -> None:
    await form.touch("/file", 1)
    screen = await form.say("信访多久", 2)
    assert screen.text.index("六十日。") < screen.text.index('id="question"')
    assert 'data-asks="name"' in screen.text


async def test_back_puts_the_question_before_again(form: Kiosk) -> None:
    await form.touch("/file", 1)
    await form.say("马小云", 2)
    screen = await form.post("/back", turn=3)
    assert form.engine.heard[-1].payload == '/correct{"slot": "name"}'
    assert 'data-asks="name"' in screen.text
    screen = await form.post("/back", turn=4)
    assert 'data-screen="start"' in screen.text


async def test_an_engine_that_is_away_loses_nothing(form: Kiosk) -> None:
    await form.touch("/file", 1)
    form.engine.away = True
    screen = await form.say("马小云", 2)
    assert "0000-12345678" in screen.text
    assert "再试一次" in screen.text
    assert 'value="马小云"' in screen.text
    assert 'data-asks="name"' in screen.text
    form.engine.away = False
    screen = await form.say("马小云", 2)
    assert 'data-asks="phone"' in screen.text
    assert "马小云" not in screen.text


async def test_nothing_and_a_foreign_button_are_refused_in_words(kiosk: Kiosk) -> None:
    empty = await kiosk.say("", 1)
    assert empty.status_code == 422
    assert "notice" in empty.text
    foreign = await kiosk.touch("/restart", 1)
    assert foreign.status_code == 422
    assert kiosk.engine.heard == []


async def test_danger_comes_first_and_large(kiosk: Kiosk) -> None:
    screen = await kiosk.say("我不想活了", 1)
    assert 'class="card safety danger" role="alert"' in screen.text
    assert "110" in screen.text
    assert "/kiosk/news" in screen.text


async def test_a_file_goes_to_the_conversation(form: Kiosk) -> None:
    await form.touch("/file", 1)
    screen = await form.http.post("/kiosk/attach", files={"file": ("工资条.png", PNG)}, headers={"HX-Request": "true"})
    assert screen.status_code == 200
    assert form.engine.heard[-1].payload.startswith("/attach")
    refused = await form.http.post("/kiosk/attach", files={"file": ("x.exe", b"MZ")}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text


async def test_a_person_is_one_touch_away_and_the_form_stays_where_it_was(form: Kiosk) -> None:
    await form.touch("/file", 1)
    sheet = await form.post("/person")
    assert form.engine.heard[-1].payload == "/handoff"
    assert "0000-12345678" in sheet.text
    assert form.session.turn == 1
    screen = await form.say("马小云", 2)
    assert 'data-asks="phone"' in screen.text
    assert 'hx-get="/kiosk/news"' in screen.text


async def test_a_person_is_there_without_an_engine(kiosk: Kiosk) -> None:
    kiosk.engine.away = True
    sheet = await kiosk.post("/person")
    assert sheet.status_code == 200
    assert "0000-12345678" in sheet.text
    assert "没能从机器上通知到工作人员" in sheet.text


async def test_no_clerk_no_more_questions_for_news(kiosk: Kiosk) -> None:
    assert (await kiosk.get("/news")).status_code == 286
    await kiosk.say("你好", 1)
    assert (await kiosk.get("/news")).status_code == 286


async def test_what_a_clerk_says_comes_by_itself(kiosk: Kiosk) -> None:
    await kiosk.touch("/handoff", 1)
    conversation, now = kiosk.session.conversation, datetime.now(UTC)

    def answer(uow: UnitOfWork) -> str:
        flag, _ = handovers.open_handover(uow, conversation, handovers.HandoverKind.ASKED, surface="kiosk", now=now)
        handovers.take(uow, flag, "王科")
        takeover.say(uow, flag, "王科", "请到1号窗口。", now)
        return flag

    flag = await kiosk.services.records._run(answer)
    news = await kiosk.get("/news")
    assert "请到1号窗口。" in news.text
    assert 'hx-get="/kiosk/news"' in news.text
    assert (await kiosk.get("/news")).status_code == 204
    await kiosk.services.records._run(lambda uow: handovers.close(uow, flag, now))
    assert (await kiosk.get("/news")).status_code == 286


async def test_back_from_the_road_leads_to_the_question_and_not_before_it(form: Kiosk) -> None:
    await form.touch("/file", 1)
    await form.say("马小云", 2)
    await form.get("/roadmap")
    screen = await form.post("/back", turn=3, **{"from": "roadmap"})
    assert 'data-asks="phone"' in screen.text
    assert len(form.engine.heard) == 2


async def test_keeping_the_draft_shows_its_code(form: Kiosk) -> None:
    await form.touch("/file", 1)
    await form.say("马小云", 2)
    await form.say("13900000001", 3)
    assert 'data-unfiled="yes"' in (await form.get()).text
    screen = await form.post("/keep", turn=4)
    assert [each.payload for each in form.engine.heard[-2:]] == ["/cancel", "/keep"]
    assert screen.status_code == 200


async def test_the_receipt_stays_for_the_session_and_not_in_the_conversation(kiosk: Kiosk) -> None:
    await kiosk.say("核对", 1)
    screen = await kiosk.touch("/affirm", 2)
    assert 'data-screen="receipt"' in screen.text
    assert "7K2M-9QXD-4T0B" in screen.text
    assert "7K2M-9QXD-4T0B" not in (await kiosk.get("/talk")).text
    assert "7K2M-9QXD-4T0B" in (await kiosk.get("/receipt")).text
    await kiosk.post("/end")
    assert "7K2M-9QXD-4T0B" not in (await kiosk.get("/receipt")).text


async def test_without_scripts_a_form_leads_on_to_the_page(kiosk: Kiosk) -> None:
    answer = await kiosk.post("/say", part=False, text="信访多少天有结果", turn=1)
    assert answer.status_code == 303
    assert "一般60天。" in (await kiosk.get(part=False)).text


async def test_another_site_can_do_nothing(kiosk: Kiosk) -> None:
    answer = await kiosk.http.post("/kiosk/say", data={"text": "你好"}, headers={"Origin": "https://elsewhere.test"})
    assert answer.status_code == 404
    assert kiosk.engine.heard == []
