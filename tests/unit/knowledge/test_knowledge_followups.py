"""Which short questions lean on the last answer, and which say something of their own."""

from __future__ import annotations

import pytest

from knowledge.followups import Followups, Piece, load_followups, topics_named
from knowledge.load import KnowledgeBase, load_knowledge
from petition.matters import Channel
from tests.unit.knowledge.factories import REPOSITORY

DATA = REPOSITORY / "data"
LEANING = {
    "duration": "那要多久？|得等多少天|大概多长时间|啥时候能好|几天能办下来|多久有结果啊|要多长时间才能有结果",
    "limit": "几天内|最晚啥时候去|过期了怎么办|这个有期限吗|来得及吗|有没有时间限制",
    "cost": "要钱吗|要钱不|收费吗|用交费不|要花多少钱|多少钱啊|免费的吗",
    "where": "去哪儿办|在哪办啊|去哪个部门|我该找谁|地址呢|电话多少|到哪里去|谁管",
    "materials": "需要什么材料|要带啥|要准备些什么东西|带什么证件|手续呢",
    "disagree": "不服怎么办|不服呢|我不满意怎么办|对结果不服怎么办|不同意咋办",
    "if_refused": "他们不受理咋办|不批呢|拒绝了怎么办|不给办怎么办|他们不管呢",
    "basis": "依据是啥|哪条规定|法律依据是什么|凭啥这么说|哪部法律",
    "again": "再说一遍|没听清|麻烦重复一下|再说一次",
    "simpler": "没听懂，说简单点|听不懂|说人话|不明白|太长了",
    "more": "还有呢|还有什么|还要注意什么|下一步呢|接下来怎么办",
    "how": "怎么申请|怎么办|那咋办|流程是什么|具体怎么弄",
}
OWN = (
    "行政复议要多久|复核要多久|信访收费吗|劳动仲裁去哪里|低保要什么材料|我要钱|老板不给钱怎么办|没钱怎么办|钱要不回来怎么办|要身份证吗|"
    "网上能办吗|谢谢|同意|好的|没有|你好|3万元|清河区|我想上访|不给钱|他打人怎么办|明天下雨吗|我叫马小云|算了|不是这个"
)


@pytest.fixture(scope="module")
def followups() -> Followups:
    return load_followups(DATA / "followups.yml")


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge(DATA / "knowledge")


@pytest.mark.parametrize(
    ("aspect", "text"), [(name, each) for name, texts in LEANING.items() for each in texts.split("|")]
)
def test_a_short_question_leans_on_the_last_answer(followups: Followups, aspect: str, text: str) -> None:
    assert followups.leans(text)[:1] == (aspect,)


@pytest.mark.parametrize("text", OWN.split("|"))
def test_what_names_a_matter_of_its_own_does_not(followups: Followups, text: str) -> None:
    assert followups.leans(text) == ()


def test_two_aspects_at_once_come_in_their_order(followups: Followups) -> None:
    assert followups.leans("要钱吗，要多久") == ("cost", "duration")
    assert followups.leans("要多久，要不要钱") == ("duration", "cost")


def test_nearly_no_phrasing_of_a_topic_is_taken_for_a_follow_up(followups: Followups, base: KnowledgeBase) -> None:
    """A phrasing is a whole question: where it leans all the same, the topic answers while nothing was said before."""
    leaning = [text for entry in base for text in entry.phrasings if followups.leans(text)]
    assert len(leaning) <= 5, leaning


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("复核是什么意思", "复核"),
        ("啥叫管辖", "管辖"),
        ("属地管理是啥", "属地管理"),
        ("听不懂这个词：时效", "时效"),
        ("你说的支付令是什么", "支付令"),
        ("解释一下听证", "听证"),
        ("什么意思", ""),
        ("这是什么意思啊？", ""),
        ("信访要多久", None),
        ("", None),
    ],
)
def test_a_question_for_a_meaning_leaves_the_term(followups: Followups, text: str, asked: str | None) -> None:
    assert followups.explains(text) == asked


def test_every_topic_that_is_named_is_there(followups: Followups, base: KnowledgeBase) -> None:
    assert {where: topic for where, topic in topics_named(followups).items() if topic not in base} == {}


def test_every_channel_has_a_topic_of_its_own(followups: Followups) -> None:
    assert set(followups.home) == set(map(str, Channel))


def test_every_piece_of_an_answer_can_be_asked_for(followups: Followups) -> None:
    assert {each.field for each in followups.aspects.values()} == set(Piece)


def test_a_related_topic_is_found_by_topic_then_family_then_channel(followups: Followups, base: KnowledgeBase) -> None:
    disagree, cost = followups.aspects["disagree"], followups.aspects["cost"]
    assert disagree.topic_for(base["review.verify-deadline"]) == "review.finality"
    assert disagree.topic_for(base["review.recheck-deadline"]) == "review.verify-deadline"
    assert disagree.topic_for(base["labour.arbitration-apply"]) == "labour.after-award"
    assert cost.topic_for(base["petition.what"]) == "petition.fees"
    assert cost.topic_for(base["petition.fees"]) is None
