"""Who tells a story with five facts is asked little more."""

from __future__ import annotations

from statistics import median

from tests.e2e.citizen import ANSWERS, Citizen
from tests.e2e.stack import Stack

MOST_QUESTIONS = 9
STORIES = (
    "我叫司马青禾，电话13912340765，2026年5月到8月在清河区城关街道的青禾砖厂做搬运，工资三万二千六一直没给，要求付清",
    "我住在清河区柳树巷37号，去年腊月在石桥镇跟着宏远建设绑钢筋，欠我两万八，打过两次劳动监察电话没用，我要投诉",
    "上个月15号我在云溪镇的旺客隆超市买了过期奶粉，花了三百六十八，孩子吃了拉肚子，找店长不管，我叫韩冬梅，我要投诉",
    "我们小区锦绣花园的锦绣物业从2026年1月起每户多收了八百四的停车费，业主群里问了十几回没人理，电话13700011122，要求退钱",
    "双河镇的永发砖厂从2026年3月起天天半夜冒黑烟，我家十亩果树叶子全黄了，损失大概一万五，环保来过一次没结果，我叫崔大山，要求赔偿",
)
SLOTS_LEFT = {
    **ANSWERS,
    "prior_handling": "/skip",
    "place": "清河区城关街道",
    "people": "/skip",
    "on_behalf_of": "/skip",
}


def questions_until_the_summary(stack: Stack, story: str) -> int:
    with Citizen(stack.base_url) as citizen:
        citizen.say(story)
        if "triage" in citizen.kinds:
            citizen.say("/file")
        asked = 0
        while citizen.asked != "confirm":
            asked += 1
            assert asked <= 2 * MOST_QUESTIONS, citizen.replies
            citizen.answer(SLOTS_LEFT)
        return asked


def test_a_story_with_five_facts_needs_few_questions(stack: Stack) -> None:
    assert median(questions_until_the_summary(stack, story) for story in STORIES) <= MOST_QUESTIONS
