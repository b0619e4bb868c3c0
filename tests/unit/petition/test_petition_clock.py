"""What the citizen is shown: the clock, what can be done when the office is late, the next right, and what each act tells."""

from __future__ import annotations

import json

import pytest

from petition.roadmap import roadmap, told
from petition.stages import Act, Stage, Track
from tests.unit.petition.lives import (
    ACCEPTED,
    HANDLING,
    HOLIDAYS,
    RECHECKED,
    RECHECKING,
    REPLIED,
    REVIEWED,
    REVIEWING,
    iso,
    live,
)

LATE = iso("2026-12-31")


@pytest.mark.parametrize(
    ("lines", "owed_by", "duty"),
    [
        (ACCEPTED[:1], "信访部门", "第四十三条"),
        (ACCEPTED[:2], "办理单位", "第四十四条第（三）项"),
        (HANDLING, "办理单位", "第四十五条第（一）项"),
        (REVIEWING, "复查机关", "第四十五条第（一）项"),
        (RECHECKING, "复核机关", "第四十五条第（一）项"),
    ],
)
def test_a_late_office_is_named_with_what_the_citizen_can_do(lines: tuple[str, ...], owed_by: str, duty: str) -> None:
    road = roadmap(live(*lines), LATE, holidays=HOLIDAYS)
    assert road.clock
    assert road.clock.owed_by == owed_by
    remind, supervise, duties = road.late
    assert "催办" in remind
    assert "督办" in supervise
    assert "第四十条" in supervise
    assert duty in duties
    assert Act.REMIND in [right.act for right in road.rights]


def test_a_late_petition_office_is_not_asked_to_watch_itself() -> None:
    assert "上一级信访部门" in roadmap(live("2026-03-01"), LATE).late[1]
    assert "上一级" not in roadmap(live(*HANDLING), LATE).late[1]


@pytest.mark.parametrize("lines", [REPLIED, REVIEWED, RECHECKED, (*REPLIED, "office conclude 2026-06-01")])
def test_nobody_is_late_where_nobody_owes_anything(lines: tuple[str, ...]) -> None:
    road = roadmap(live(*lines), LATE)
    assert (road.clock, road.due, road.late) == (None, None, ())


def test_the_next_right_names_its_day_its_body_and_its_article() -> None:
    review = roadmap(live(*REPLIED), iso("2026-05-01")).next_right
    recheck = roadmap(live(*REVIEWED), iso("2026-06-01")).next_right
    assert review
    assert recheck
    assert (review.until, review.to, review.citation.article) == (
        iso("2026-05-20"),
        "原办理机关、单位的上一级机关、单位",
        35,
    )
    assert (recheck.until, recheck.to, recheck.citation.article) == (
        iso("2026-06-19"),
        "复查机关、单位的上一级机关、单位",
        36,
    )
    assert roadmap(live(*HANDLING), iso("2026-05-01")).next_right is None
    assert roadmap(live(*RECHECKED), iso("2026-06-21")).next_right is None


@pytest.mark.parametrize("lines", [REPLIED, REVIEWED, RECHECKED, (*RECHECKED, "office conclude 2026-06-21")])
def test_answered_but_not_solved_can_be_said(lines: tuple[str, ...]) -> None:
    history = live(*lines, "petitioner unsolved 2026-06-22")
    assert history[-1].to is history[-2].to
    assert "没有解决" in told(history)


def test_each_act_tells_what_happened() -> None:
    assert [told(live(*RECHECKED[:count])) for count in (1, 2, 3)] == [
        "", "已转送有权处理的单位。", "您的事项已受理。办理单位应当自受理之日起60日内办结，出具处理意见书。",
    ]  # fmt: skip
    assert "30日" in told(live(*REPLIED, "organ deliver 2026-04-22"))


def test_a_petition_of_another_class_is_told_in_the_words_of_its_class() -> None:
    history = live("2026-03-01", "office forward 2026-03-02", "organ accept 2026-03-03", track=Track.SUGGESTION)
    assert "研究论证" in told(history, Track.SUGGESTION)


def test_what_is_told_survives_a_change_of_class() -> None:
    history = live("2026-03-01", "office guide 2026-03-02", track=Track.OTHER)
    assert "法定途径" in told(history, Track.OPINION)


def test_the_road_can_be_sent_as_json() -> None:
    sent = json.loads(json.dumps(roadmap(live(*HANDLING), iso("2026-05-10")).as_dict(), ensure_ascii=False))
    assert sent["clock"] == {
        "due": "2026-05-09", "days_left": -1, "owed_by": "办理单位", "period": "handling", "citation": "《信访工作条例》第三十四条",
    }  # fmt: skip
    assert len(sent["late"]) == 3


def test_after_an_objection_no_stage_shows_the_day_of_the_first_organ() -> None:
    history = live("2026-03-01", "office forward 2026-03-02", "organ object 2026-03-04")
    due = {each.id: each.due for each in roadmap(history, iso("2026-03-05")).stages}
    assert (due[Stage.FORWARDED], due[Stage.ACCEPTED]) == (iso("2026-03-16"), None)
