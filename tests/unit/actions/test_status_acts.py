"""What a citizen can do in conversation with a case whose receipt they have shown."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.heard import Heard
from actions.registry import TASKS
from actions.services import Services
from cases.acts import act, name_reviewer
from cases.conversations import open_conversation
from cases.file import Receipt, file_petition
from cases.models import Case
from cases.track import CaseView, track
from knowledge.reply import Kind, Reply
from petition.stages import Act, Stage
from tests.unit.actions.factories import Visit, hear, later, recorded
from tests.unit.cases.acting import BUREAU, CITY, CLERK, HANDLER, REVIEWER
from tests.unit.cases.factories import NAME, OFFICE, make_filing

FORM = "validate_status_form"
NOTHING = Reply(kind=Kind.NOTICE, text="")


class Guest(Visit):
    """Somebody with a receipt, in a conversation that Rasa keeps."""

    def __init__(self, services: Services, receipt: Receipt) -> None:
        super().__init__(services)
        self.receipt = receipt

    def shows(self) -> Reply:
        halves = {"case_number": self.receipt.number, "query_code": self.receipt.query_code}
        return self.hears(Heard("查进度", "status", 0.9, entities=halves))

    def says(self, text: str) -> Reply:
        known = text.startswith("/") or text in recorded()
        return self.hears(hear(text) if known else Heard(text, "out_of_scope", 0.3))

    def touches(self, title: str) -> Reply:
        """A button of the last reply that has some."""
        reply = next(each for each in reversed(self.replies) if each.buttons)
        payload = next(each.payload for each in reply.buttons or () if each.title == title)
        return self.hears(hear(payload))

    def hears(self, heard: Heard) -> Reply:
        replies, events = TASKS[FORM](self.tracker("/help"), heard, self.services)
        self.replies, self.events = list(replies), list(events)
        self.slots |= {each["name"]: each["value"] for each in self.events if each["event"] == "slot"}
        self.slots = json.loads(json.dumps(self.slots))
        return self.replies[-1] if self.replies else NOTHING

    @property
    def titles(self) -> list[str]:
        return [each.title for each in self.reply.buttons or ()]

    @property
    def over(self) -> bool:
        return self.slots.get("requested_slot") is None

    @property
    def view(self) -> CaseView:
        with self.services.register.unit_of_work() as uow:
            found = self.receipt
            return track(uow, found.number, found.query_code, client="test", now=self.services.now())

    def acts(self) -> list[Act]:
        return [event.act for event in self.view.history]


def file(services: Services, key: str, **changes: Any) -> Receipt:
    with services.register.unit_of_work() as uow:
        return file_petition(uow, make_filing(key, **changes), office=OFFICE, now=services.now())


def staff(services: Services, receipt: Receipt, what: Act, who: Any, days: int, **said: Any) -> None:
    with services.register.unit_of_work() as uow:
        case = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()
        uow.rollback()
        known = {name: said.pop(name) for name in ("on", "received_on") if name in said}
        act(uow, case, what, who, details=said, now=services.now() + timedelta(days=days), **known)


def answered(services: Services, key: str) -> Receipt:
    """A claim that the bureau has answered on day 20: 11 December 2026."""
    receipt = file(services, key)
    staff(services, receipt, Act.FORWARD, CLERK, 2, body=BUREAU)
    staff(services, receipt, Act.ACCEPT, HANDLER, 5)
    staff(services, receipt, Act.HANDLE, HANDLER, 6)
    received_on = (services.now() + timedelta(days=20)).date()
    staff(services, receipt, Act.REPLY, HANDLER, 20, outcome="refuse", received_on=received_on)
    return receipt


@pytest.fixture
def guest(new_services: Services) -> Guest:
    return Guest(new_services, file(new_services, "fresh"))


def test_the_status_tells_who_has_it_what_was_done_and_the_next_right(new_services: Services) -> None:
    receipt = answered(new_services, "answered")
    guest = Guest(later(new_services, days=21), receipt)
    reply = guest.shows()
    assert "现在到了“已答复”这一步" in reply.text
    assert f"现在由{BUREAU}办" in reply.text
    assert "上一步：2026年12月11日，答复。处理意见书已出具。" in reply.text
    assert (
        "申请复查，最晚到2027年1月10日，向原办理机关、单位的上一级机关、单位提出。依据《信访工作条例》第三十五条"
        in reply.text
    )
    assert set(guest.titles) == {"评价", "申请复查", "答复了，没解决", "结束查询"}
    assert NAME not in json.dumps(reply.as_dict(), ensure_ascii=False)


def test_a_late_office_is_told_with_what_the_citizen_can_do(guest: Guest) -> None:
    guest.services = later(guest.services, days=20)
    reply = guest.shows()
    assert "已经过了5天" in reply.text
    assert "第四十条" in reply.text
    assert "催办" in guest.titles


def test_a_reminder_is_done_at_once_and_too_early_one_is_told_its_day(guest: Guest) -> None:
    guest.shows()
    guest.touches("催办")
    assert "2026年11月26日起可以催" in guest.replies[0].text
    assert "第二十八条" in guest.replies[0].text
    guest.services = later(guest.services, days=6)
    guest.slots["status_tries"]["heard_at"] = guest.services.now().isoformat()
    guest.says("能不能帮我催一下")
    assert "催办记下了" in guest.replies[0].text
    assert guest.acts()[-1] is Act.REMIND


def test_a_withdrawal_is_confirmed_and_ends_the_query(guest: Guest) -> None:
    guest.shows()
    assert "收不回来" in guest.touches("撤回").text
    guest.touches("先不办")
    assert Act.WITHDRAW not in guest.acts()
    guest.touches("撤回")
    guest.touches("确定撤回")
    assert "撤回了" in guest.replies[0].text
    assert guest.view.stage is Stage.WITHDRAWN
    assert guest.over
    assert guest.slots["query_code"] is None


@pytest.mark.parametrize("words", ["不是", "算了", "/deny", "嗯……", "撤回要多久？"])
def test_what_is_no_yes_withdraws_nothing(guest: Guest, words: str) -> None:
    guest.shows()
    guest.touches("撤回")
    guest.says(words)
    assert guest.view.stage is Stage.REGISTERED
    assert not guest.over


def test_material_is_told_in_pieces_and_handed_in_once(guest: Guest) -> None:
    guest.shows()
    assert guest.touches("补充材料").asks == "case_text"
    assert "“工地的考勤表在我手里”" in guest.says("工地的考勤表在我手里").text
    assert "1份" in guest.says('/attach{"id": "photo-1"}').text
    assert "还有三个工友作证" in guest.says("还有三个工友作证").text
    guest.touches("交上去")
    assert "收到了" in guest.replies[0].text
    assert guest.acts().count(Act.SUPPLEMENT) == 1
    assert "考勤表" not in json.dumps(guest.slots, ensure_ascii=False)


def test_a_photo_at_the_menu_is_material_for_the_case(guest: Guest) -> None:
    guest.shows()
    assert "材料1份" in guest.says('/attach{"id": "photo-1"}').text
    guest.says("好的")
    assert guest.acts()[-1] is Act.SUPPLEMENT


def test_rating_asks_one_thing_at_a_time(new_services: Services) -> None:
    guest = Guest(later(new_services, days=21), answered(new_services, "rated"))
    guest.shows()
    assert guest.touches("评价").asks == "case_of"
    assert guest.touches("办理单位").asks == "case_satisfaction"
    assert guest.says("不太满意").asks == "case_satisfaction"
    assert guest.says("不满意").asks == "case_reason"
    guest.touches("跳过")
    assert "评价记下了" in guest.replies[0].text
    guest.touches("评价")
    guest.touches("办理单位")
    guest.touches("满意")
    guest.touches("跳过")
    assert "已经评价过了" in guest.replies[0].text
    assert guest.acts().count(Act.RATE) == 1


def test_a_review_is_confirmed_and_its_application_written_from_the_case(new_services: Services) -> None:
    guest = Guest(later(new_services, days=21), answered(new_services, "review"))
    with guest.services.register.unit_of_work() as uow:
        conversation, _ = open_conversation(uow, "web", guest.services.now())
    guest.shows()
    guest.says("我不服")
    assert guest.reply.asks == "case_confirm"
    assert "第三十五条" in guest.reply.text
    guest.hears(Heard("", "paper", 1.0, {"id": "review"}, button=True, conversation=conversation))
    paper, question = guest.replies
    assert paper.files
    assert "姓名" not in paper.text.split("空着")[1].split("。")[0]
    assert "原办理机关" not in paper.text.split("空着")[1].split("。")[0]
    assert question.asks == "case_confirm"
    guest.touches("现在申请复查")
    assert [each.kind for each in guest.replies] == ["notice", "status"]
    assert guest.view.stage is Stage.REVIEWING


def test_a_right_that_is_over_is_refused_with_its_day_and_article(new_services: Services) -> None:
    guest = Guest(later(new_services, days=60), answered(new_services, "too-late"))
    guest.shows()
    assert "申请复查" not in guest.titles
    guest.says("我要申请复查")
    assert "最晚到2027年1月10日，已经过了" in guest.replies[0].text
    assert "第三十五条" in guest.replies[0].text


def test_a_recheck_goes_the_same_way(new_services: Services) -> None:
    receipt = answered(new_services, "recheck")
    guest = Guest(later(new_services, days=21), receipt)
    guest.shows()
    guest.touches("申请复查")
    guest.touches("现在申请复查")
    with new_services.register.unit_of_work() as uow:
        case = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()
        name_reviewer(uow, case, CITY, CLERK, now=guest.services.now())
    staff(new_services, receipt, Act.REVIEW, REVIEWER, 40)
    guest = Guest(later(new_services, days=41), receipt)
    assert f"现在由{CITY}办" in guest.shows().text
    guest.says("我要申请复核")
    assert "第三十六条" in guest.reply.text
    guest.touches("现在申请复核")
    assert guest.view.stage is Stage.RECHECKING


def test_answered_but_not_solved_is_kept(new_services: Services) -> None:
    guest = Guest(later(new_services, days=21), answered(new_services, "unsolved"))
    guest.shows()
    assert guest.says("根本没有解决").asks == "case_reason"
    guest.says("工资到现在一分没给")
    assert "没有解决" in guest.replies[0].text
    assert guest.acts()[-1] is Act.UNSOLVED


def test_after_a_pause_the_code_has_to_be_shown_again(guest: Guest) -> None:
    guest.shows()
    guest.services = later(guest.services, minutes=11)
    guest.says('/choose{"id": "withdraw"}')
    assert "再说一遍查询码" in guest.replies[0].text
    assert guest.reply.asks == "query_code"
    assert not guest.slots["query_code"]


@pytest.mark.parametrize("words", ["/cancel", "算了", "没有了", "好的", "结束查询", "第四个"])
def test_ending_forgets_the_code(guest: Guest, words: str) -> None:
    guest.shows()
    guest.says(words)
    assert guest.over
    assert guest.slots["query_code"] is None


@pytest.mark.parametrize("words", ["第二个", "补充材料"])
def test_a_button_of_the_menu_can_be_said(guest: Guest, words: str) -> None:
    guest.shows()
    guest.says(words)
    assert guest.reply.asks == "case_text"


def test_a_question_in_between_is_answered_and_the_menu_follows(guest: Guest) -> None:
    guest.shows()
    guest.says("信访多久有结果？")
    assert guest.replies[0].topic
    assert "催办" in guest.titles


def test_another_wish_leaves_the_case(guest: Guest) -> None:
    guest.shows()
    guest.says("/file")
    assert guest.follow_up == "intake_form"
    assert guest.slots["query_code"] is None


def test_a_wrong_code_later_shows_nothing(guest: Guest) -> None:
    guest.shows()
    guest.slots["query_code"] = "AAAA-BBBB-CCCC"
    guest.says("催办")
    assert "没有查到" in guest.replies[0].text
    assert guest.reply.asks == "case_number"


def test_the_last_day_of_a_step_is_said_in_words(guest: Guest) -> None:
    guest.services = later(guest.services, days=(date(2026, 12, 6) - date(2026, 11, 21)).days)
    assert "今天是最后一天" in guest.shows().text


def test_a_danger_in_between_comes_first_and_what_was_told_stays(guest: Guest) -> None:
    guest.shows()
    guest.touches("补充材料")
    guest.says("工地的考勤表在我手里")
    guest.says("我不想活了")
    assert guest.replies[0].kind == "safety"
    assert Act.SUPPLEMENT not in guest.acts()
    guest.says("/affirm")
    assert guest.acts()[-1] is Act.SUPPLEMENT


def test_a_number_inside_of_what_is_told_is_part_of_it(guest: Guest) -> None:
    guest.shows()
    guest.touches("补充材料")
    told = "跟QH-20251101-7那件是一个老板"
    guest.hears(Heard(told, "complain", 0.9, entities={"case_number": "QH-20251101-7"}))
    assert told in guest.reply.text


def test_another_number_asks_for_its_code(guest: Guest) -> None:
    guest.shows()
    guest.hears(Heard("QH-20251101-7", "status", 0.9, entities={"case_number": "QH-20251101-7"}))
    assert guest.reply.asks == "query_code"
    assert not guest.slots["query_code"]
