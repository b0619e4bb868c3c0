"""Whatever is tried, in whatever order: no stage is reached without its legal step. The order is the regulation's, not the table's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from petition.errors import DeadlinePassed, NotAllowed
from petition.roadmap import clock_of
from petition.stages import (
    LIFECYCLE,
    Act,
    Event,
    Role,
    Stage,
    Track,
    apply_act,
    is_merged,
    register,
    stage_of,
    steps_from,
)

FILED = date(2026, 1, 20)
GAPS = st.sampled_from((-1, 0, 1, 3, 29, 30, 31, 56, 57, 58, 61))
WHOLE = (
    (Act.FORWARD, Role.OFFICE), (Act.ACCEPT, Role.ORGAN), (Act.HANDLE, Role.ORGAN), (Act.REPLY, Role.ORGAN),
    (Act.REQUEST_REVIEW, Role.PETITIONER), (Act.REVIEW, Role.REVIEWER), (Act.REQUEST_RECHECK, Role.PETITIONER),
    (Act.RECHECK, Role.RECHECKER),
)  # fmt: skip
BOLD = (
    (Act.WITHDRAW, Role.PETITIONER), (Act.CONCLUDE, Role.OFFICE), (Act.GUIDE, Role.ORGAN),
    (Act.DECLINE, Role.ORGAN), (Act.OBJECT, Role.ORGAN), *WHOLE,
)  # fmt: skip


class Past:
    """What has happened before an event, in the words of the articles."""

    def __init__(self, events: list[Event], track: Track) -> None:
        self.events, self.track = events, track
        self.stages = [event.to for event in events]

    def was(self, *stages: str) -> bool:
        return any(stage in stages for stage in self.stages)

    def first(self, stage: str) -> Event:
        return next(event for event in self.events if event.to == stage)

    def received(self, stage: str) -> date | None:
        """The day on which the written answer was received; None where nobody has recorded it."""
        kept = [each for each in self.events if each.to == stage and each.act in (Act.REPLY, Act.REVIEW, Act.DELIVER)]
        return kept[-1].received_on or (kept[-1].on if kept[-1].act is Act.DELIVER else None)

    @property
    def opinion(self) -> bool:
        return self.track is Track.OPINION


def _within(on: date, start: date | None, days: int) -> bool:
    """自收到之日起: a period whose beginning nobody knows is not over."""
    return start is None or (on - start).days <= days


def _concluded(now: Event, past: Past) -> bool:
    last = past.stages[-1]
    if last in ("replied", "reviewed") and past.opinion and _within(now.on, past.received(last), 30):
        return False  # 第三十五条、第三十六条: the petitioner may still ask
    return last in ("guided", "declined", "replied", "reviewed", "rechecked")


TAKEN_UP = ("accepted", "handling", "extended")
ENDS = ("guided", "declined", "replied")
# Stage → who alone may bring it about, and what the articles ask for before it.
LAW: dict[str, tuple[tuple[str, ...], Callable[[Event, Past], bool]]] = {
    "registered": (("organ",), lambda now, past: past.stages[-1] in ("forwarded", "assigned")),
    "forwarded": (("office", "organ"), lambda now, past: past.stages[-1] == "registered"),
    "assigned": (("office", "organ"), lambda now, past: past.stages[-1] == "registered"),
    "guided": (("office", "organ"), lambda now, past: past.track is Track.OTHER and not past.was(*ENDS)),
    "accepted": (("organ",), lambda now, past: not past.was(*TAKEN_UP, *ENDS)),
    "declined": (("office", "organ"), lambda now, past: not past.was(*TAKEN_UP, *ENDS)),
    "handling": (("organ",), lambda now, past: past.was("accepted") and not past.was(*ENDS)),
    "extended": (
        ("organ",),
        lambda now, past: (
            past.opinion
            and past.was("handling")
            and not past.was("extended", *ENDS)
            and _within(now.on, past.first("accepted").on, 60)
            and 1 <= (now.days or 0) <= 30
        ),
    ),
    "replied": (("organ",), lambda now, past: past.was("accepted") and past.was("handling") and not past.was(*ENDS)),
    "reviewing": (
        ("petitioner",),
        lambda now, past: past.opinion and past.stages[-1] == "replied" and _within(now.on, past.received("replied"), 30),
    ),
    "reviewed": (("reviewer",), lambda now, past: past.stages[-1] == "reviewing"),
    "rechecking": (
        ("petitioner",),
        lambda now, past: past.opinion and past.stages[-1] == "reviewed" and _within(now.on, past.received("reviewed"), 30),
    ),
    "rechecked": (("rechecker",), lambda now, past: past.stages[-1] == "rechecking"),
    "concluded": (("office",), _concluded),
    "withdrawn": (("petitioner",), lambda now, past: not past.was("replied", "concluded")),
}  # fmt: skip


class AnyOrder(RuleBasedStateMachine):
    """Staff and petitioner try anything on any day."""

    def __init__(self) -> None:
        super().__init__()
        self.history = [register(FILED)]
        self.track = Track.OPINION

    @initialize(
        track=st.sampled_from(Track), by=st.sampled_from((Role.OFFICE, Role.ORGAN)), done=st.integers(-4, len(WHOLE))
    )
    def begin(self, track: Track, by: Role, done: int) -> None:
        """Half of them begin somewhere on the way of a claim with an opinion."""
        self.history, self.track = [register(FILED, by)], Track.OPINION if done > 0 else track
        for act, role in WHOLE[: max(done, 0)]:
            assert self.attempt(act, role, 2, None, 0)

    @rule(gap=GAPS, days=st.sampled_from((0, 1, 30, 31)))
    def prolong(self, gap: int, days: int) -> None:
        for wait in (gap, 0):  # twice: the second one is never lawful
            self.attempt(Act.EXTEND, Role.ORGAN, wait, days, 0)

    @rule(bold=st.sampled_from(BOLD), gap=GAPS)
    def something_bold(self, bold: tuple[Act, Role], gap: int) -> None:
        self.attempt(*bold, gap, 20, 0)

    @rule(
        act=st.sampled_from(Act),
        role=st.sampled_from(Role),
        gap=GAPS,
        days=st.none() | st.integers(-1, 40),
    )
    def anything(self, act: Act, role: Role, gap: int, days: int | None) -> None:
        self.attempt(act, role, gap, days, 0)

    @rule(data=st.data(), gap=GAPS, days=st.integers(1, 31), late=st.integers(0, 5))
    def something_that_the_table_offers(self, data: st.DataObject, gap: int, days: int, late: int) -> None:
        offered = [step for step in steps_from(stage_of(self.history), self.track) if step.to] or LIFECYCLE
        step = data.draw(st.sampled_from(offered))
        self.attempt(step.act, step.role, gap, days, late)

    @rule(track=st.sampled_from(Track))
    def classify(self, track: Track) -> None:
        role = Role.ORGAN if stage_of(self.history) in (Stage.ACCEPTED, Stage.HANDLING, Stage.EXTENDED) else Role.OFFICE
        if self.attempt(Act.CLASSIFY, role, 0, None, 0):
            self.track = track

    def attempt(self, act: Act, role: Role, gap: int, days: int | None, late: int) -> bool:
        on = self.history[-1].on + timedelta(days=gap)
        try:
            event = apply_act(
                self.history, act, role, on, track=self.track, days=days, received_on=on + timedelta(days=late)
            )
        except DeadlinePassed as passed:
            until = passed.details["until"]
            assert role is Role.PETITIONER or act is Act.EXTEND
            assert isinstance(until, date)
            assert until < on
            return False
        except NotAllowed:
            return False
        self.check(event)
        self.history.append(event)
        return True

    def check(self, event: Event) -> None:
        past = Past(self.history, self.track)
        assert event.on >= self.history[-1].on
        if event.to is not past.stages[-1] or event.act is Act.EXTEND:
            who, lawful = LAW[event.to]
            assert event.by in who
            assert lawful(event, past), (event, self.history)
            assert not past.was("concluded", "withdrawn")
            assert not is_merged(self.history) or event.act is Act.WITHDRAW
        if event.by is Role.PETITIONER:
            self.check_clock(event)

    def check_clock(self, event: Event) -> None:
        """What a citizen does never gives an organ less or more time than it had for the same thing."""
        before = clock_of(self.history, event.on, track=self.track)
        after = clock_of([*self.history, event], event.on, track=self.track)
        if before and after:
            assert (after.due, after.period_id) == (before.due, before.period_id)
        if event.to is self.history[-1].to:
            assert (before is None) == (after is None)

    @invariant()
    def the_stage_is_where_the_last_event_led(self) -> None:
        assert stage_of(self.history) is self.history[-1].to


AnyOrder.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyOrder = AnyOrder.TestCase
