"""The table of the life of a petition: who may do what, and until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from petition import deadlines
from petition.deadlines import PERIODS, due_date
from petition.errors import DeadlinePassed, NotAllowed
from petition.matters import Branch, PetitionType
from petition.roadmap import State, roadmap
from petition.stages import (
    LIFECYCLE,
    Act,
    Event,
    Role,
    Stage,
    Track,
    allowed_acts,
    apply_act,
    register,
    stage_of,
    track_of,
)

FILED = date(2026, 9, 1)
WAYS = {  # act, role, days after filing
    "replied": [
        (Act.FORWARD, Role.OFFICE, 5),
        (Act.ACCEPT, Role.ORGAN, 10),
        (Act.HANDLE, Role.ORGAN, 11),
        (Act.REPLY, Role.ORGAN, 40),
    ],
}
WAYS["handling"] = WAYS["replied"][:3]
WAYS["reviewed"] = [*WAYS["replied"], (Act.REQUEST_REVIEW, Role.PETITIONER, 50), (Act.REVIEW, Role.REVIEWER, 70)]
WAYS["concluded"] = [
    *WAYS["reviewed"],
    (Act.REQUEST_RECHECK, Role.PETITIONER, 80), (Act.RECHECK, Role.RECHECKER, 100), (Act.CONCLUDE, Role.OFFICE, 101),
]  # fmt: skip


def day(number: int) -> date:
    return FILED + timedelta(days=number)


def history_to(way: str, track: Track = Track.OPINION) -> list[Event]:
    events = [register(FILED)]
    for act, role, after in WAYS[way]:
        received_on = day(after) if act in (Act.REPLY, Act.REVIEW) else None
        events.append(apply_act(events, act, role, day(after), track=track, received_on=received_on))
    return events


class Holidays:
    """National Day 2026: 1 to 7 October off, Saturday 10 October worked."""

    def is_working_day(self, day: date) -> bool:
        if day == date(2026, 10, 10):
            return True
        return day.weekday() < 5 and not date(2026, 10, 1) <= day <= date(2026, 10, 7)


def test_every_stage_can_be_reached_and_only_ends_lead_nowhere() -> None:
    reached = {step.to for step in LIFECYCLE} | {Stage.REGISTERED}
    leading_on = {stage for step in LIFECYCLE if step.to for stage in step.source}
    assert set(Stage) - reached == set()
    assert set(Stage) - leading_on == {Stage.CONCLUDED, Stage.WITHDRAWN}


def test_every_row_tells_the_citizen_something_and_every_period_is_used() -> None:
    assert all(step.told for step in LIFECYCLE)
    assert {step.within.id for step in LIFECYCLE if step.within} == set(PERIODS)


def test_the_whole_way_to_the_end() -> None:
    assert stage_of(history_to("concluded")) is Stage.CONCLUDED


@pytest.mark.parametrize("stage", Stage)
def test_withdrawing_ends_with_the_reply(stage: Stage) -> None:
    before_reply = list(Stage).index(stage) < list(Stage).index(Stage.REPLIED)
    assert (Act.WITHDRAW in allowed_acts(stage, Role.PETITIONER)) is before_reply


@pytest.mark.parametrize(
    ("kind", "branch", "track"),
    [(PetitionType.CLAIM, each, Track.OPINION if each == 6 else Track.OTHER) for each in Branch]
    + [(PetitionType.REPORT, None, Track.REPORT), (PetitionType.SUGGESTION, None, Track.SUGGESTION)],
)
def test_only_branch_six_has_the_clock_and_the_reviews(kind: PetitionType, branch: Branch | None, track: Track) -> None:
    assert track_of(kind, branch) is track


def test_outside_branch_six_there_is_no_extension_no_review_and_no_due_day() -> None:
    assert Act.EXTEND not in allowed_acts(Stage.HANDLING, Role.ORGAN, Track.OTHER)
    assert Act.REQUEST_REVIEW not in allowed_acts(Stage.REPLIED, Role.PETITIONER, Track.OTHER)
    assert roadmap(history_to("handling", Track.OTHER), day(12), track=Track.OTHER).due is None


def test_a_step_out_of_turn_is_refused_with_its_article() -> None:
    with pytest.raises(NotAllowed) as refused:
        apply_act([register(FILED)], Act.REQUEST_REVIEW, Role.PETITIONER, day(1))
    assert refused.value.details == {
        "act": "request-review",
        "stage": "registered",
        "citation": "《信访工作条例》第三十五条",
    }


def test_the_handling_organ_cannot_review_its_own_reply() -> None:
    history = [*history_to("replied")]
    history.append(apply_act(history, Act.REQUEST_REVIEW, Role.PETITIONER, day(50)))
    with pytest.raises(NotAllowed):
        apply_act(history, Act.REVIEW, Role.ORGAN, day(60))


def test_the_thirty_days_run_from_receipt_of_the_reply() -> None:
    history = history_to("handling")
    history.append(apply_act(history, Act.REPLY, Role.ORGAN, day(40), received_on=day(45)))
    last = day(75)
    assert apply_act(history, Act.REQUEST_REVIEW, Role.PETITIONER, last).to is Stage.REVIEWING
    with pytest.raises(DeadlinePassed) as passed:
        apply_act(history, Act.REQUEST_REVIEW, Role.PETITIONER, last + timedelta(days=1))
    assert passed.value.details["until"] == last
    assert passed.value.details["citation"] == "《信访工作条例》第三十五条"


def test_supplements_do_not_move_the_stage_or_its_clock() -> None:
    history = history_to("handling")
    before = roadmap(history, day(20)).due
    history.append(apply_act(history, Act.SUPPLEMENT, Role.PETITIONER, day(20)))
    assert (stage_of(history), roadmap(history, day(20)).due) == (Stage.HANDLING, before)


@pytest.mark.parametrize("days", [None, 0, 31])
def test_an_extension_is_one_to_thirty_days(days: int | None) -> None:
    with pytest.raises(NotAllowed):
        apply_act(history_to("handling"), Act.EXTEND, Role.ORGAN, day(60), days=days)


@pytest.mark.parametrize(
    ("period", "start", "due"),
    [
        (deadlines.HANDLING, date(2026, 9, 1), date(2026, 10, 31)),
        (deadlines.ROUTE, date(2026, 9, 20), date(2026, 10, 5)),
        (deadlines.REVIEW_REQUEST, date(2024, 1, 31), date(2024, 3, 1)),
    ],
)
def test_days_are_calendar_days_and_the_next_day_is_day_one(period: deadlines.Period, start: date, due: date) -> None:
    assert due_date(period, start) == due


def test_working_days_follow_the_calendar_given() -> None:
    assert due_date(deadlines.OBJECTION, date(2026, 9, 30), Holidays()) == date(2026, 10, 13)
    assert due_date(deadlines.OBJECTION, date(2026, 9, 4)) == date(2026, 9, 11)


def test_days_of_a_hearing_are_not_counted() -> None:
    assert due_date(deadlines.RECHECK, date(2026, 9, 1), not_counted=4) == date(2026, 10, 5)


def test_a_new_petition_waits_for_forwarding_within_fifteen_days() -> None:
    road = roadmap([register(FILED)], day(3))
    states = {row.id: row.state for row in road.stages}
    assert (road.stage, road.due) == (Stage.REGISTERED, day(15))
    assert (states[Stage.REGISTERED], states[Stage.FORWARDED]) == (State.NOW, State.NEXT)
    assert [right.act for right in road.rights] == [Act.WITHDRAW, Act.SUPPLEMENT, Act.REMIND]


def test_an_extension_moves_the_day_of_the_reply() -> None:
    history = history_to("handling")
    assert roadmap(history, day(12)).due == day(10 + 60)
    history.append(apply_act(history, Act.EXTEND, Role.ORGAN, day(60), days=20))
    assert roadmap(history, day(61)).due == day(10 + 60 + 20)


def test_after_the_reply_the_right_to_review_is_shown_until_its_last_day() -> None:
    history = history_to("replied")
    shown = roadmap(history, day(70)).as_dict()["rights"]
    assert isinstance(shown, list)
    assert shown[0] | {"title": ""} == {
        "act": "request-review", "title": "", "until": day(70).isoformat(), "to": "原办理机关、单位的上一级机关、单位",
        "citation": "《信访工作条例》第三十五条",
    }  # fmt: skip
    assert Act.REQUEST_REVIEW not in [right.act for right in roadmap(history, day(71)).rights]


def test_nobody_concludes_while_the_citizen_may_still_ask_for_review() -> None:
    history = history_to("replied")
    with pytest.raises(NotAllowed) as refused:
        apply_act(history, Act.CONCLUDE, Role.OFFICE, day(70))
    assert refused.value.details["citation"] == "《信访工作条例》第三十五条"
    assert apply_act(history, Act.CONCLUDE, Role.OFFICE, day(71)).to is Stage.CONCLUDED


def test_where_nobody_recorded_the_receipt_no_right_is_over_and_nothing_is_concluded() -> None:
    """第三十五条: 自收到书面答复之日起; the day on which it was written takes no right away."""
    history = history_to("handling")
    history.append(apply_act(history, Act.REPLY, Role.ORGAN, day(40)))
    (right,) = (each for each in roadmap(history, day(71)).rights if each.act is Act.REQUEST_REVIEW)
    assert right.until is None
    with pytest.raises(NotAllowed):
        apply_act(history, Act.CONCLUDE, Role.OFFICE, day(200))
    assert apply_act(history, Act.REQUEST_REVIEW, Role.PETITIONER, day(200)).to is Stage.REVIEWING
    history.append(apply_act(history, Act.DELIVER, Role.ORGAN, day(50)))
    assert apply_act(history, Act.REQUEST_REVIEW, Role.PETITIONER, day(80)).to is Stage.REVIEWING
    with pytest.raises(DeadlinePassed):
        apply_act(history, Act.REQUEST_REVIEW, Role.PETITIONER, day(81))
    assert apply_act(history, Act.CONCLUDE, Role.OFFICE, day(81)).to is Stage.CONCLUDED


def test_concluded_without_review_shows_the_reviews_as_skipped() -> None:
    history = history_to("replied")
    history.append(apply_act(history, Act.CONCLUDE, Role.OFFICE, day(75)))
    states = {row.id: row.state for row in roadmap(history, day(80)).stages}
    assert (states[Stage.REPLIED], states[Stage.REVIEWING], states[Stage.CONCLUDED]) == (
        State.DONE,
        State.SKIPPED,
        State.NOW,
    )


def test_a_guided_petition_has_a_short_road() -> None:
    history = [register(FILED)]
    history.append(apply_act(history, Act.GUIDE, Role.OFFICE, day(4), track=Track.OTHER))
    road = roadmap(history, day(5), track=Track.OTHER)
    assert [row.id for row in road.stages] == [Stage.REGISTERED, Stage.GUIDED, Stage.CONCLUDED]
    assert "法定途径" in road.told


def test_after_an_objection_forwarding_lies_ahead_again() -> None:
    history = [register(FILED)]
    history.append(apply_act(history, Act.FORWARD, Role.OFFICE, day(3)))
    history.append(apply_act(history, Act.OBJECT, Role.ORGAN, day(7)))
    states = {row.id: row.state for row in roadmap(history, day(8)).stages}
    assert (states[Stage.REGISTERED], states[Stage.FORWARDED]) == (State.NOW, State.NEXT)


def test_a_withdrawn_petition_has_nothing_ahead() -> None:
    history = [register(FILED)]
    history.append(apply_act(history, Act.WITHDRAW, Role.PETITIONER, day(2)))
    road = roadmap(history, day(3))
    assert [row.id for row in road.stages] == [Stage.REGISTERED, Stage.WITHDRAWN]
    assert road.rights == ()
