"""A report never reaches the one it names."""

from __future__ import annotations

import pytest

from petition.errors import NotAllowed
from petition.forwarding import check_forward, names_body
from petition.matters import PetitionType

REPORT = PetitionType.REPORT


@pytest.mark.parametrize(
    ("respondent", "body"),
    [
        ("张湾乡民政所所长李建国", "张湾乡民政所"),
        ("张湾乡民政所所长李建国", "清河区张湾乡民政所"),
        ("民政局王局长", "清河区民政局"),
        ("城关街道办事处", "城关街道办"),
        ("清河区人民法院法官", "清河区法院"),
        ("石桥镇政府", "石桥镇人民政府"),
        ("潘家沟村民委员会", "潘家沟村委会"),
        ("恒盛箱包有限公司", "恒盛箱包公司"),
    ],
)
def test_the_body_that_is_named_does_not_get_the_report(respondent: str, body: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        check_forward(REPORT, {"respondent": respondent}, body)
    assert refused.value.details["citation"] == "《信访工作条例》第三十条第三款"


@pytest.mark.parametrize("body", ["清河区纪委监委", "清河市民政局", "清河区委组织部"])
def test_others_may_get_it(body: str) -> None:
    check_forward(REPORT, {"respondent": "张湾乡民政所所长李建国"}, body)


def test_without_a_respondent_the_story_counts() -> None:
    story = {"narrative": "张湾乡民政所的所长收了贫困户的红包"}
    with pytest.raises(NotAllowed):
        check_forward(REPORT, story, "张湾乡民政所")
    check_forward(REPORT, story, "清河区纪委监委")


def test_a_claim_may_go_to_the_body_that_has_to_answer_for_it() -> None:
    check_forward(PetitionType.CLAIM, {"respondent": "清河区民政局"}, "清河区民政局")


def test_in_doubt_it_is_named() -> None:
    assert names_body("", "清河区民政局")
    assert names_body("清河区民政局", "")
