"""Who complains, where that is not one person with a name, a phone and a house; and reports, which begin with how far names are shown."""

from __future__ import annotations

import pytest

from actions.heard import Heard
from actions.services import Services
from knowledge.reply import Reply
from tests.unit.actions.factories import FOR_MOTHER, GROUP, REPORT, WAGES, Citizen, at, filed


def tell(citizen: Citizen, text: str) -> Reply:
    """A message of which the engine reads nothing."""
    citizen.hear(Heard(text))
    return citizen.reply


# --- several people, somebody else, an organisation ------------------------------------------------------------------------------


def test_a_crowd_is_asked_kindly_for_representatives(citizen: Citizen) -> None:
    reply = citizen.say(GROUP, "同意", "请环保部门去查，叫它装好设备再开工")
    assert reply.asks == "people"
    assert "每个人的事都算数" in reply.text
    assert "《信访工作条例》第二十条第三款" in reply.text
    assert "其他人的意见由代表转达" in reply.text


def test_more_than_five_are_told_why_and_by_which_article(citizen: Citizen) -> None:
    citizen.say(GROUP, "同意", "请环保部门去查，叫它装好设备再开工")
    reply = citizen.say("张小山、李四海、王五一、赵六合、孙七星、周八方、吴九州")
    assert "您说了7个人" in reply.text
    assert reply.text.count("《信访工作条例》第二十条第三款") == 1
    assert reply.asks == "people"


def test_who_files_for_somebody_gives_the_own_name(citizen: Citizen) -> None:
    reply = citizen.say(FOR_MOTHER, "同意", "退还押金三万元")
    assert reply.asks == "name"
    assert "您自己的姓名" in reply.text
    assert "委托书" in reply.text


def test_an_organisation_is_asked_for_its_contact(services: Services) -> None:
    citizen = at(services, "name", request="让厂里把工资一次给清")
    reply = tell(citizen, "清河区恒发商贸有限公司")
    assert reply.asks == "people"
    assert "联系人的姓名" in reply.text
    assert tell(citizen, "李四海").asks == "address"
    tell(citizen, "城关街道北门街12号")
    citizen.say("13800010001", "没有找过别的部门", "/skip")
    assert "联系人：李**" in citizen.reply.text
    assert "代表：" not in citizen.reply.text


def test_the_contact_in_the_same_breath_is_not_asked_again(services: Services) -> None:
    citizen = at(services, "name", request="让厂里把工资一次给清")
    assert tell(citizen, "恒发商贸有限公司，联系人李四海").asks == "address"
    assert (citizen.draft["name"], citizen.draft["people"]) == ("恒发商贸有限公司", ["李四海"])


# --- no phone, no house -----------------------------------------------------------------------------------------------------------


def test_without_a_phone_it_is_said_how_they_will_hear(services: Services) -> None:
    citizen = at(services, "phone", name="周桂兰", address="城关街道北门街12号", request="让厂里把工资一次给清")
    reply = citizen.touch("/skip")
    assert "书面答复会寄到您的住址" in reply.text
    assert reply.asks == "prior_handling"


def test_without_phone_and_address_there_is_number_and_code(services: Services) -> None:
    citizen = at(services, "phone", confidentiality="anonymous", request="让厂里把工资一次给清")
    assert "凭编号和查询码" in citizen.touch("/skip").text
    assert "寄到您的住址" not in citizen.reply.text


def test_a_site_hut_is_an_address(services: Services) -> None:
    citizen = at(services, "address", name="周桂兰", request="让厂里把工资一次给清")
    assert tell(citizen, "住工棚").asks == "phone"
    assert citizen.draft["address"] == "住工棚"


def test_who_lives_nowhere_is_told_what_will_do_and_is_never_turned_away(services: Services) -> None:
    citizen = at(services, "address", name="周桂兰", request="让厂里把工资一次给清")
    reply = tell(citizen, "没固定住处")
    assert reply.asks == "address"
    assert "没有固定住处也能登记" in reply.text
    assert tell(citizen, "真的没有固定住处").asks == "phone"
    assert citizen.draft["address"] == "无固定住处"


# --- reports ----------------------------------------------------------------------------------------------------------------------


def test_a_report_is_told_first_who_will_read_it(citizen: Citizen) -> None:
    reply = citizen.say(REPORT, "同意")
    assert reply.asks == "confidentiality"
    assert [line.split("：")[0] for line in reply.text.splitlines()[1:4]] == ["实名", "实名，但要保密", "匿名"]
    assert "只有纪检人员能打开" in reply.text
    assert "《信访工作条例》第三十条第三款" in reply.text


@pytest.mark.parametrize("wish", ["我要举报", "我想检举一个人"])
def test_the_wish_to_report_alone_asks_it_before_the_story(citizen: Citizen, wish: str) -> None:
    tell(citizen, wish)
    assert citizen.touch("/affirm").asks == "confidentiality"
    assert citizen.say("匿名").asks == "narrative"


def test_a_claim_is_asked_in_the_usual_words(services: Services) -> None:
    citizen = at(services, "confidentiality", confidentiality=None)
    citizen.slots["intake"] |= {"marks": {"privacy_raised": True}}
    assert "纪检" not in citizen.say("随便").text


def test_nothing_of_a_report_is_shown_to_whoever_files_the_same(new_services: Services) -> None:
    told = (
        "我要投诉",
        "同意",
        REPORT,
        "实名",
        "请纪委去查他，把钱退给我",
        "方志明",
        "城关街道北门街12号",
        "13800010001",
        "没有",
        "跳过",
    )
    for _ in range(2):
        citizen = Citizen(new_services)
        summary = citizen.say(*told)
        assert summary.kind == "summary"
        assert "登记过" not in summary.text
        assert "已经登记" not in summary.text
        assert "有人反映" not in summary.text
        assert filed(new_services, citizen.touch("/affirm"))


def test_the_story_that_names_no_report_stays_a_claim(citizen: Citizen) -> None:
    assert citizen.say("我要投诉", "同意", WAGES).asks == "request"
