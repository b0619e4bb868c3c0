"""Every period of the regulation at its last day and the day after, counted by hand on the calendars of 2025, 2026 and 2028."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from petition import deadlines
from petition.deadlines import due_date
from petition.errors import DeadlinePassed, NotAllowed
from petition.roadmap import clock_of, roadmap
from petition.stages import Act, Event, Role, Stage, Track, apply_act, find_step, last_day, register
from tests.unit.petition.lives import (
    ACCEPTED,
    HANDLING,
    HOLIDAYS,
    RECHECKING,
    REPLIED,
    REVIEWED,
    REVIEWING,
    go,
    iso,
    live,
)

DAY = timedelta(days=1)

# a life, the period that runs, its last day counted by hand, and the act that keeps it
ORGANS = [
    (("2026-03-01",), "route", "2026-03-16", "office forward"),
    (("2025-12-25",), "route", "2026-01-09", "office assign"),
    (("2026-02-10",), "route", "2026-02-25", "office forward"),
    (("2028-02-20",), "route", "2028-03-06", "office forward"),
    (("2026-03-01", "office forward 2026-03-05"), "transferred-notice", "2026-03-20", "organ accept"),
    (("2026-03-01", "office forward 2026-03-05 received=2026-03-08"), "transferred-notice", "2026-03-23", "organ accept"),
    (ACCEPTED, "handling", "2026-05-09", "organ handle"),
    (HANDLING, "handling", "2026-05-09", "organ reply"),
    (("2025-12-10", "office forward 2025-12-15", "organ accept 2025-12-20", "organ handle 2025-12-21"),
     "handling", "2026-02-18", "organ reply"),
    (("2027-12-20", "office forward 2027-12-25", "organ accept 2028-01-01", "organ handle 2028-01-01"),
     "handling", "2028-03-01", "organ reply"),
    ((*HANDLING, "organ extend 2026-05-09 days=30"), "extension", "2026-06-08", "organ reply"),
    ((*HANDLING, "organ extend 2026-04-01 days=10"), "extension", "2026-05-19", "organ reply"),
    (REVIEWING, "review", "2026-05-31", "reviewer review"),
    ((*REPLIED, "petitioner request-review 2026-05-01 received=2026-05-06"), "review", "2026-06-05", "reviewer review"),
    (RECHECKING, "recheck", "2026-07-01", "rechecker recheck"),
    ((*RECHECKING, "rechecker hold-hearing 2026-06-10 days=4"), "recheck", "2026-07-05", "rechecker recheck"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "period", "last", "act"), ORGANS)
def test_an_organ_is_in_time_on_the_last_day_and_late_the_day_after(
    lines: tuple[str, ...], period: str, last: str, act: str
) -> None:
    history, until = live(*lines), iso(last)
    kept, late = (roadmap(history, day, holidays=HOLIDAYS) for day in (until, until + DAY))
    assert kept.clock
    assert late.clock
    assert (kept.clock.period_id, kept.due, kept.clock.days_left) == (period, until, 0)
    assert (late.clock.days_left, kept.late) == (-1, ())
    assert len(late.late) == 3
    go(history, f"{act} {until + DAY}")  # late is late, not void


# a life, the request, its last day
RIGHTS = [
    (REPLIED, Act.REQUEST_REVIEW, "2026-05-20"),
    ((*HANDLING, "organ reply 2026-04-20 received=2026-04-25"), Act.REQUEST_REVIEW, "2026-05-25"),
    ((*REPLIED, "organ deliver 2026-04-28"), Act.REQUEST_REVIEW, "2026-05-28"),
    (("2025-11-01", "office forward 2025-11-02", "organ accept 2025-11-03", "organ handle 2025-11-04", "organ reply 2026-01-20 received=2026-01-20"),
     Act.REQUEST_REVIEW, "2026-02-19"),
    (("2027-12-01", "office forward 2027-12-02", "organ accept 2027-12-03", "organ handle 2027-12-04", "organ reply 2028-01-31 received=2028-01-31"),
     Act.REQUEST_REVIEW, "2028-03-01"),
    (REVIEWED, Act.REQUEST_RECHECK, "2026-06-19"),
    ((*REVIEWED, "reviewer deliver 2026-05-31"), Act.REQUEST_RECHECK, "2026-06-30"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "act", "last"), RIGHTS)
def test_a_right_can_be_used_on_its_last_day_and_is_refused_the_day_after(
    lines: tuple[str, ...], act: Act, last: str
) -> None:
    history, until = live(*lines), iso(last)
    right = roadmap(history, until, holidays=HOLIDAYS).next_right
    assert right
    assert (right.act, right.until) == (act, until)
    assert "上一级机关" in right.to
    assert roadmap(history, until + DAY, holidays=HOLIDAYS).next_right is None
    assert apply_act(history, act, Role.PETITIONER, until, holidays=HOLIDAYS).on == until
    with pytest.raises(DeadlinePassed) as passed:
        apply_act(history, act, Role.PETITIONER, until + DAY, holidays=HOLIDAYS)
    assert passed.value.details["until"] == until


@pytest.mark.parametrize(("lines", "act", "last"), RIGHTS)
def test_nobody_concludes_on_the_last_day_of_a_right(lines: tuple[str, ...], act: Act, last: str) -> None:
    history = live(*lines)
    with pytest.raises(NotAllowed):
        apply_act(history, Act.CONCLUDE, Role.OFFICE, iso(last))
    assert apply_act(history, Act.CONCLUDE, Role.OFFICE, iso(last) + DAY).to is Stage.CONCLUDED


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2025-12-30", "2026-01-07"),  # New Year is off, Sunday 4 January is worked
        ("2026-02-11", "2026-02-25"),  # Saturday 14 February is worked, then the Spring Festival
        ("2026-02-25", "2026-03-03"),  # Saturday 28 February is worked
        ("2026-09-30", "2026-10-13"),  # National Day, Saturday 10 October is worked
        ("2026-03-06", "2026-03-13"),  # an ordinary week-end
    ],
)
def test_five_working_days_to_object(received: str, last: str) -> None:
    filed = iso(received) - DAY
    history = live(str(filed), f"office forward {filed} received={received}")
    step = find_step(Stage.FORWARDED, Act.OBJECT, Role.ORGAN)
    assert last_day(step, history, HOLIDAYS) == iso(last)
    assert go(history, f"organ object {iso(last) + DAY}").to is Stage.REGISTERED


def test_a_last_day_in_the_holidays_stays_there() -> None:
    assert not HOLIDAYS.is_working_day(iso("2026-02-18"))
    assert due_date(deadlines.HANDLING, iso("2025-12-20"), HOLIDAYS) == iso("2026-02-18")


def test_an_objection_does_not_start_the_fifteen_days_anew() -> None:
    history = live("2026-03-01", "office forward 2026-03-05", "organ object 2026-03-10")
    assert roadmap(history, iso("2026-03-11")).due == iso("2026-03-16")


def test_after_an_objection_the_next_organ_counts_from_its_own_receipt() -> None:
    history = live("2026-03-01", "office forward 2026-03-05", "organ object 2026-03-10", "office forward 2026-03-12")
    assert roadmap(history, iso("2026-03-13")).due == iso("2026-03-27")


def test_a_letter_counts_from_the_day_it_arrived() -> None:
    history = [register(iso("2026-03-04"), received_on=iso("2026-03-01"))]
    assert roadmap(history, iso("2026-03-05")).due == iso("2026-03-16")


def test_what_an_organ_received_itself_it_answers_within_fifteen_days() -> None:
    clock = clock_of([register(iso("2026-03-01"), Role.ORGAN)], iso("2026-03-05"))
    assert clock
    assert (clock.due, clock.citation.article, clock.citation.clause) == (iso("2026-03-16"), 23, "第二款")


@pytest.mark.parametrize(("on", "days", "allowed"), [("2026-05-09", 30, True), ("2026-05-10", 30, False), ("2026-05-09", 31, False)])  # fmt: skip
def test_an_extension_comes_before_the_end_and_is_thirty_days_at_most(on: str, days: int, allowed: bool) -> None:
    history = live(*HANDLING)
    if allowed:
        assert go(history, f"organ extend {on} days={days}").to is Stage.EXTENDED
    else:
        with pytest.raises(NotAllowed):
            go(history, f"organ extend {on} days={days}")


def test_there_is_one_extension() -> None:
    history = live(*HANDLING, "organ extend 2026-04-01 days=10")
    with pytest.raises(NotAllowed):
        go(history, "organ extend 2026-04-02 days=10")


def test_a_hearing_of_the_organ_and_mediation_do_not_stop_the_sixty_days() -> None:
    history = live(*HANDLING, "organ refer-mediation 2026-03-20", "organ hold-hearing 2026-04-01 days=5")
    assert roadmap(history, iso("2026-04-02")).due == iso("2026-05-09")


def test_a_hearing_after_the_end_cures_nothing() -> None:
    history = live(*RECHECKING, "rechecker hold-hearing 2026-07-03 days=2")
    assert roadmap(history, iso("2026-07-04")).due == iso("2026-07-01")


@pytest.mark.parametrize("days", ["", "days=0", "days=11"])
def test_a_hearing_is_as_long_as_there_was_time_for(days: str) -> None:
    history = live(*RECHECKING)
    with pytest.raises(NotAllowed):
        go(history, f"rechecker hold-hearing 2026-06-10 {days}".strip())


@pytest.mark.parametrize("track", [Track.OTHER, Track.SUGGESTION, Track.REPORT])
def test_only_branch_six_has_the_sixty_days_and_the_reviews(track: Track) -> None:
    history = live(*REPLIED[:3], track=track)
    assert roadmap(history, iso("2026-06-01"), track=track).clock is None
    for line in REPLIED[3:]:
        go(history, line, track)
    assert roadmap(history, iso("2026-04-21"), track=track).next_right is None


def test_how_a_report_is_acknowledged_has_rules_of_its_own() -> None:
    history = live("2026-03-01", "office forward 2026-03-05", track=Track.REPORT)
    assert roadmap(history, iso("2026-04-30"), track=Track.REPORT).clock is None


def test_a_class_that_changes_takes_the_clock_away_and_brings_it_back() -> None:
    history = live(*HANDLING, "organ classify 2026-03-15")
    assert clock_of(history, iso("2026-03-16"), track=Track.OTHER) is None
    back = clock_of(history, iso("2026-03-16"), track=Track.OPINION)
    assert back
    assert back.due == iso("2026-05-09")


def test_a_claim_with_a_way_of_its_own_is_guided_even_after_acceptance() -> None:
    history = live(*HANDLING, "organ classify 2026-03-15")
    with pytest.raises(NotAllowed):
        go(history, "organ guide 2026-03-16", Track.OPINION)
    go(history, "organ guide 2026-03-16", Track.OTHER)
    road = roadmap(history, iso("2026-03-17"), track=Track.OTHER)
    assert [str(each.id) for each in road.stages] == [
        "registered", "forwarded", "accepted", "handling", "guided", "concluded",
    ]  # fmt: skip


def test_nothing_happens_before_what_was_last_or_in_the_future() -> None:
    history: list[Event] = live(*HANDLING)
    today: date = iso("2026-03-20")
    for on, received in (
        ("2026-03-10", None),
        ("2026-03-21", None),
        ("2026-03-20", "2026-03-21"),
        ("2026-03-20", "2026-03-19"),
    ):
        with pytest.raises(NotAllowed):
            apply_act(
                history, Act.REPLY, Role.ORGAN, iso(on), received_on=iso(received) if received else None, today=today
            )
    assert apply_act(history, Act.REPLY, Role.ORGAN, today, today=today).to is Stage.REPLIED


def test_a_merged_petition_waits_for_its_main_one() -> None:
    history = live("2026-03-01", "office forward 2026-03-05", "office merge 2026-03-06")
    road = roadmap(history, iso("2026-05-01"))
    assert (road.due, road.late) == (None, ())
    assert Act.SUPPLEMENT in [right.act for right in road.rights]
    for line in ("organ accept 2026-03-07", "office merge 2026-03-07"):
        with pytest.raises(NotAllowed):
            go(history, line)
    go(history, "office unmerge 2026-03-08")
    assert roadmap(history, iso("2026-03-09")).due == iso("2026-03-20")
    with pytest.raises(NotAllowed):
        go(history, "office unmerge 2026-03-09")
