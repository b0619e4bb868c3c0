"""Whatever the package cites stands in the statute that it names."""

from __future__ import annotations

from typing import Any

import pytest

from petition.citation import LAW_TITLES, Citation, Law, chinese_number
from petition.clocks import BY_ROUTE, CLOCKS, RunningClock, clocks_for
from petition.deadlines import PERIODS
from petition.matters import CHANNELS, MATTERS, Branch, Channel, Matter, PetitionType
from petition.rules import Rules
from petition.stages import LIFECYCLE, Stage

NOT_CITABLE = ("SUPERSEDED", "REPEALED", "HISTORICAL")
ALL_CLOCKS = [*CLOCKS, *(clock for clocks in BY_ROUTE.values() for clock in clocks)]

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
        *(clock.citation for clock in ALL_CLOCKS),
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


@pytest.mark.parametrize("clock", ALL_CLOCKS, ids=lambda clock: f"{clock.channel}-{clock.limit}")
def test_every_clock_states_the_limit_of_its_article(clock: RunningClock, laws: Any) -> None:
    article = laws[clock.citation.law][1][clock.citation.article]
    spellings = {clock.limit, clock.limit.replace("1年", "一年"), clock.limit.replace("1个月", "一个月")}
    assert any(spelling in article.replace("两年", "2年") for spelling in spellings)


def test_the_warning_says_that_petitioning_does_not_stop_the_clock() -> None:
    warnings = [clock.warning for clock in clocks_for([Channel.RECONSIDERATION, Channel.ADMIN_LITIGATION])]
    assert ["60日" in warnings[0], "6个月" in warnings[1]] == [True, True]
    assert all("没有把信访" in warning for warning in warnings)


def test_pollution_damage_has_the_five_years_of_the_environment_code_only() -> None:
    clocks = clocks_for([Channel.CIVIL_LITIGATION, Channel.ENVIRONMENT], Matter.ENVIRONMENT)
    assert [clock.limit for clock in clocks] == ["5年"]


def test_a_route_with_a_clock_of_its_own_has_that_one() -> None:
    assert [clock.limit for clock in clocks_for([Channel.CIVIL_LITIGATION], route="award-or-judgment-unpaid")] == [
        "2年"
    ]


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
