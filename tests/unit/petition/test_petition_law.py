"""Whatever the package cites stands in the statute that it names."""

from __future__ import annotations

import re
from typing import Any

import pytest

from knowledge.entry import Entry
from knowledge.entry import Unit as EntryUnit
from knowledge.load import load_knowledge
from knowledge.rules import load_rules
from petition.citation import LAW_TITLES, Citation, Law, chinese_number
from petition.clocks import Clocks, RunningClock, Unit
from petition.deadlines import PERIODS
from petition.matters import CHANNELS, MATTERS, Branch, Channel, Matter, PetitionType
from petition.rules import Rules
from petition.stages import LIFECYCLE, Stage
from tests.unit.petition.conftest import REPOSITORY

NOT_CITABLE = ("SUPERSEDED", "REPEALED", "HISTORICAL")
RULES = load_rules(REPOSITORY / "data" / "triage")

# Which topic of topics.yml states a period.
TOPIC_OF_PERIOD = {
    "route": "accept.register-15-days",
    "direct-notice": "accept.direct-notice",
    "transferred-notice": "accept.transferred-notice",
    "objection": "staff.transfer-objection",
    "handling": "petition.deadline-handling",
    "extension": "petition.deadline-handling",
    "review-request": "review.recheck-deadline",
    "review": "review.no-extension",
    "recheck-request": "review.verify-deadline",
    "recheck": "review.verify-time",
}


def stands(citation: Citation, laws: Any) -> bool:
    front, articles = laws[citation.law]
    return citation.article in articles and not front["status"].startswith(NOT_CITABLE)


@pytest.mark.parametrize("law", Law)
def test_titles_are_those_of_the_statutes(law: Law, laws: Any) -> None:
    assert LAW_TITLES[law] == laws[law][0]["title"]


def test_every_citation_stands_in_a_law_in_force(laws: Any, rules: Rules) -> None:
    cited = [
        *(info.citation for info in CHANNELS.values() if info.citation),
        *(step.citation for step in LIFECYCLE),
        *(stage.citation for stage in Stage),
        *(period.citation for period in PERIODS.values()),
        *(clock.citation for clock in rules.clocks.all),
        *(route.citation for routes in rules.routes.values() for route in routes),
        *(kind.citation for kind in PetitionType),
        *(branch.citation for branch in Branch),
    ]
    assert [citation.text for citation in cited if not stands(citation, laws)] == []


def test_channel_ids_are_those_of_the_topics(topics: dict[str, Any]) -> None:
    assert {topic["channel"] for topic in topics.values()} <= set(map(str, Channel))


@pytest.mark.parametrize("period", PERIODS)
def test_every_period_agrees_with_its_topic_and_article(period: str, topics: dict[str, Any], laws: Any) -> None:
    rule, topic = PERIODS[period], topics[TOPIC_OF_PERIOD[period]]
    assert rule.citation.article in [citation["article"] for citation in topic["citations"]]
    assert any(
        f"{rule.length}{'个工作日' if rule.unit == '工作日' else '日'}" in item.split("|") for item in topic["must_say"]
    )
    assert rule.text in laws[rule.citation.law][1][rule.citation.article]


@pytest.mark.parametrize("clock", RULES.clocks.all, ids=lambda clock: str(clock.name))
def test_every_clock_states_the_limit_of_its_article(clock: RunningClock, laws: Any) -> None:
    assert clock.limit in laws[clock.citation.law][1][clock.citation.article]
    assert clock.limit in clock.warning
    assert "{" not in clock.warning


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(load_knowledge(REPOSITORY / "data" / "knowledge"))


def test_the_clocks_and_the_answers_state_the_same_limits(entries: list[Entry]) -> None:
    compared = 0
    for clock in RULES.clocks.all:
        place = (clock.citation.law, clock.citation.article)
        stated = {
            (each.length, str(each.unit))
            for entry in entries
            for each in entry.deadlines
            if (entry.law_of(each), each.article) == place
        }
        compared += bool(stated)
        assert not stated or (clock.length, str(clock.unit)) in stated, clock.name
    assert compared >= 10


def test_clocks_count_in_the_units_of_the_answers() -> None:
    assert set(map(str, Unit)) == set(map(str, EntryUnit))


def warnings(*channels: Channel, matter: Matter | None = None, route: str = "") -> list[str]:
    return [clock.warning for clock in RULES.clocks.running(channels, matter, route)]


def test_the_warning_says_that_petitioning_does_not_stop_the_clock() -> None:
    reconsideration, suit = warnings(Channel.RECONSIDERATION, Channel.ADMIN_LITIGATION)
    assert ["60日" in reconsideration, "6个月" in suit] == [True, True]
    assert "没有把信访" in reconsideration
    assert "没有把信访" in suit


def test_pollution_damage_has_the_five_years_of_the_environment_code_only() -> None:
    (only,) = warnings(Channel.CIVIL_LITIGATION, Channel.ENVIRONMENT, matter=Matter.ENVIRONMENT)
    assert "5年" in only


@pytest.mark.parametrize("route", ["owners-decision", "village-decision", "family", "retrial-rejected"])
def test_what_asks_for_no_payment_has_no_limitation_of_three_years(route: str) -> None:
    assert warnings(Channel.CIVIL_LITIGATION, route=route) == []
    assert "3年" in warnings(Channel.CIVIL_LITIGATION, route="housing-contract")[0]


def test_a_route_with_a_clock_of_its_own_has_that_one() -> None:
    (only,) = warnings(Channel.CIVIL_LITIGATION, route="award-or-judgment-unpaid")
    assert "2年" in only


def test_no_reason_of_a_route_states_a_limit_by_hand() -> None:
    written = (REPOSITORY / "data" / "triage" / "branches-and-channels.yml").read_text(encoding="utf-8")
    reasons = [row.partition("reason: ")[2] for row in written.splitlines()]
    assert [each for each in reasons if re.search(r"[0-9一二两三四五六七八九十]+(日|天|个月|年)内", each)] == []
    assert any("60日内" in route.why for route in RULES.routes[PetitionType.CLAIM])


@pytest.mark.parametrize("say", ["{limit}内", "自{from}之日起{limitt}内"])
def test_a_clock_with_an_unknown_placeholder_is_refused(say: str) -> None:
    row = {
        "name": "x", "channel": "petition", "length": 3, "unit": "day", "from": "知道",
        "law": "xinfang-gongzuo-tiaoli-2022", "article": 35, "say": say,
    }  # fmt: skip
    data = {"unstopped": "", "clocks": [row]}
    if "limitt" in say:
        with pytest.raises(ValueError, match="limitt"):
            Clocks.from_data(data)
    else:
        (clock,) = Clocks.from_data(data).all
        assert clock.warning == "3日内"
    with pytest.raises(ValueError, match=r"limitt|twice"):
        Clocks.from_data({"unstopped": "", "clocks": [row, row]})


def test_a_citation_reads_as_statutes_are_quoted() -> None:
    assert Citation(Law.PETITION, 36, "第一款").text == "《信访工作条例》第三十六条第一款"
    assert Citation(Law.ENVIRONMENT, 1054).text == "《生态环境法典》第一千零五十四条"


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (15, "十五"), (20, "二十"), (101, "一百零一"), (1054, "一千零五十四")]
)
def test_article_numbers_in_chinese(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_the_seventeen_matters_and_where_money_is_at_stake() -> None:
    without = {matter for matter in Matter if not MATTERS[matter].has_amount}
    assert len(Matter) == 17
    assert without == {Matter.ENVIRONMENT, Matter.JUSTICE, Matter.DISCIPLINE, Matter.GOVERNANCE, Matter.ECONOMY}
