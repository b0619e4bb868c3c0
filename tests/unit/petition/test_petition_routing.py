"""Triage: what kind of petition a text is, and where it can go."""

from __future__ import annotations

from typing import Any

import pytest

from petition.matters import Branch, Channel, Matter, PetitionType
from petition.routing import Rules, Triage, triage
from petition.triage import Hint

REFUSALS = ("不受理", "不予受理", "不归", "不属于", "无权", "管不了")


def share(results: list[bool]) -> float:
    return sum(results) / len(results)


def test_the_dev_complaints_reach_their_type_matter_branch_and_channel(
    complaints: list[dict[str, Any]], rules: Rules
) -> None:
    got = [(item, item.get("also", {}), triage(item["text"], rules)) for item in complaints]
    assert share([found.type == item["type"] for item, _, found in got]) >= 0.97
    assert share([found.matter in [item["matter"], *also.get("matter", [])] for item, also, found in got]) >= 0.95
    assert share([found.branch in [item["branch"], *also.get("branch", [])] for item, also, found in got]) >= 0.95
    assert share([found.channels[0] in item["channels"] for item, _, found in got]) >= 0.95


def test_every_persona_reaches_the_expected_matter_and_type(personas: list[dict[str, Any]], rules: Rules) -> None:
    for persona in personas:
        expected = persona["outcome"].get("case", {})
        found = triage(persona["opening"] + persona["facts"]["narrative"][0], rules)
        for name in {"matter", "type"} & set(expected):
            accepted = expected[name] if isinstance(expected[name], list) else [expected[name]]
            assert getattr(found, name) in accepted, persona["id"]


@pytest.mark.parametrize(
    ("text", "kind", "matter", "branch", "channel"),
    [
        ("饭店要我们服务员交五百块押金才给上岗，还扣着身份证", "claim", "labour", 5, "labour-inspection"),
        ("怀孕六个月被公司劝退，想要个说法", "claim", "labour", 2, "labour-arbitration"),
        ("我把地租给老李种了五年，合同到期他说什么也不还", "claim", "rural", 2, "land-arbitration"),
        ("跑网约车被交通执法扣了车罚一万，我不服", "claim", "transport", 4, "reconsideration"),
        ("儿子被人捅了，公安局说是互殴不给立案", "claim", "justice", 1, "procuratorate"),
        ("网上买的手机是翻新的，客服把我拉黑了", "claim", "commerce", 5, "consumer"),
        ("当兵八年回来，说好的工作岗位一直没落实", "claim", "veterans", 6, "veterans"),
        ("民政所的人每发一份低保就要抽两百块钱", "report", "discipline", None, "discipline-report"),
        ("希望在便民大厅多配两台自助打印机", "suggestion", "governance", None, "petition"),
        ("党内给了我留党察看一年，我要向上级纪委申诉", "claim", "discipline", 3, "discipline-report"),
        ("三个月前寄到信访局的信没人回我，查也查不到", "claim", "governance", 6, "petition"),
        ("你好", "claim", "governance", 6, "petition"),
    ],
)
def test_ordinary_complaints(rules: Rules, text: str, kind: str, matter: str, branch: int | None, channel: str) -> None:
    found = triage(text, rules)
    assert (found.type, found.matter, found.branch, found.channels[0]) == (kind, matter, branch, channel)


def test_an_advice_from_others_is_not_a_suggestion(rules: Rules) -> None:
    assert triage("医生建议我转院，医院不给办，押金也不退", rules).type is PetitionType.CLAIM


def test_a_report_of_a_business_is_a_claim_for_investigation(rules: Rules) -> None:
    found = triage("举报城南黑诊所无证行医", rules)
    assert (found.type, found.matter, found.branch) == (PetitionType.CLAIM, Matter.HEALTH, Branch.DUTY)


def test_spaces_and_width_do_not_matter(rules: Rules) -> None:
    assert triage("厂 里 欠 我 工 资", rules) == triage("厂里欠我工资", rules)


def test_a_classifier_can_decide_where_words_do_not(rules: Rules) -> None:
    assert triage("他们一直不解决", rules, Hint({"rural": 0.9})).matter is Matter.RURAL
    assert triage("厂里欠我工资", rules, Hint({"rural": 0.2})).matter is Matter.LABOUR


def test_a_type_is_taken_from_a_sure_classifier_where_no_rule_speaks(rules: Rules) -> None:
    text = "村头那盏灯一直亮着"
    assert triage(text, rules, Hint(types={"suggestion": 0.9})).type is PetitionType.SUGGESTION
    assert triage(text, rules, Hint(types={"suggestion": 0.5})).type is PetitionType.CLAIM
    ruled = triage("建议在路口装个红绿灯", rules, Hint(types={"claim": 0.99}))
    assert ruled.type is PetitionType.SUGGESTION


def test_why_is_one_sentence_with_its_article_and_never_a_refusal(rules: Rules) -> None:
    for routes in rules.routes.values():
        for route in routes:
            assert route.why.count("。") == 1
            assert "条" in route.why.split("（《")[1]
            assert not any(refusal in route.why for refusal in REFUSALS), route.name


def test_branches_belong_to_claims_only(rules: Rules) -> None:
    for kind, routes in rules.routes.items():
        assert all(bool(route.branch) is (kind is PetitionType.CLAIM) for route in routes)
        names = [route.name for route in routes]
        assert len(names) == len(set(names))


def test_the_last_route_of_every_type_holds_always(rules: Rules) -> None:
    for kind in PetitionType:
        last = rules.routes[kind][-1].condition
        assert (last.when, last.unless, last.matters) == ((), (), frozenset())


def test_every_matter_has_words(rules: Rules) -> None:
    assert set(rules.matters) == set(Matter)


def test_a_rule_that_names_an_unknown_cue_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Rules.from_data(bare(types=[{"name": "x", "type": "claim", "when": ["nowhere"]}]))


def bare(**given: Any) -> dict[str, Any]:
    empty = {"cues": {}, "matters": {}, "routes": {}, "types": [], "clocks": {"unstopped": "", "clocks": []}}
    return {**empty, "howto": {"channels": {}, "routes": {}}, **given}


def test_names_of_routes_are_checked(rules: Rules) -> None:
    row = {"name": "x", "channels": [], "reason": "有理由", "law": "xinfang-gongzuo-tiaoli-2022", "article": 29}
    with pytest.raises(ValueError, match="twice"):
        Rules.from_data(bare(routes={"suggestion": [row, row]}))
    with pytest.raises(ValueError, match="nowhere"):
        Rules.from_data(bare(howto={"channels": {}, "routes": {"nowhere": "petition.what"}}))
    with pytest.raises(KeyError):
        rules.route("nowhere")


def test_every_channel_leads_to_a_topic_that_tells_how_to_use_it(rules: Rules, topics: dict[str, Any]) -> None:
    named = [*rules.howto.values(), *(r.howto for routes in rules.routes.values() for r in routes if r.howto)]
    assert set(named) <= set(topics)
    for routes in rules.routes.values():
        for route in routes:
            assert rules.topic_for(route.channels[0], route.name), route.name
    assert rules.topic_for(Channel.LABOUR_INSPECTION, "wage-arrears") == "labour.wage-arrears"
    assert rules.topic_for(Channel.LABOUR_ARBITRATION, "wage-arrears") == "labour.arbitration-apply"


def test_a_triage_survives_being_sent_and_cites_branch_and_channel(rules: Rules) -> None:
    found = triage("公司没签合同把我辞退了", rules)
    again = Triage.from_dict(found.as_dict())
    assert again.as_dict() == found.as_dict() | {"branch": 2}
    assert again.channels == found.channels
    assert [citation.article for citation in again.citations] == [31, 5]
    assert found.channels[0] is Channel.LABOUR_ARBITRATION
