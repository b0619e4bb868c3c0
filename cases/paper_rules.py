"""Which notice may be issued by whom and when, and the number that it gets: they count per office, kind and year, without a gap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from cases import policy
from cases.actors import Actor
from cases.acts.common import compartment_of
from cases.acts.staff import require_body
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case, Counter
from cases.policy import Compartment, NotPermitted
from petition.days import china_day
from petition.errors import NotAllowed
from petition.life import regulation
from petition.running import period_of
from petition.stages import Act, Event, Role, Stage, Track

CITATION = regulation(23, "第二款")
SENT = frozenset({Act.FORWARD, Act.ASSIGN})


@dataclass(frozen=True)
class Rule:
    """Who issues a kind: whoever may do one of `acts` in one of `parts`, once one of `after` has been done on one of `tracks`.

    Without `after`: while a period runs that the organ of the case has to keep.
    """

    kind: str
    word: str
    parts: frozenset[Role]
    acts: frozenset[Act]
    after: frozenset[Act]
    tracks: frozenset[Track] = frozenset(Track)


def standing(history: Iterable[Event]) -> tuple[Event, ...]:
    """The events that hold: what was sent to an organ that has objected since is undone (第二十三条第三款)."""
    events = tuple(history)
    back = max((place for place, event in enumerate(events) if event.act is Act.OBJECT), default=-1)
    return tuple(event for place, event in enumerate(events) if place > back or event.act not in SENT)


def is_due(rule: Rule, history: Iterable[Event], track: Track) -> bool:
    """Whether the case has come so far that this kind can be issued."""
    events = standing(history)
    if track not in rule.tracks:
        return False
    if rule.after:
        return _told(rule, events) is not None
    return events[-1].to is not Stage.REGISTERED and period_of(events, track) is not None


def may_issue(rule: Rule, actor: Actor, compartment: Compartment, history: Iterable[Event]) -> bool:
    """Whether somebody with these roles issues this kind: of the part that has done what it tells of."""
    event = _told(rule, standing(history))
    parts = rule.parts & {event.by} if event else rule.parts
    return any(policy.may_do(actor.roles, act, part, compartment) for act in rule.acts for part in parts)


def _told(rule: Rule, events: tuple[Event, ...]) -> Event | None:
    """The event that a notice of this kind tells of."""
    return next((event for event in reversed(events) if event.act in rule.after), None)


def require_issuer(case: Case, rule: Rule, actor: Actor) -> None:
    """NotPermitted for this person, NotAllowed at this stage."""
    actor.key_to(compartment_of(case))
    require_body(case, actor)
    if not may_issue(rule, actor, compartment_of(case), events_of(case)):
        raise NotPermitted(f"{actor.name} issues no {rule.kind}")
    if case.erased_at is not None or not is_due(rule, events_of(case), track_of_case(case)):
        raise NotAllowed(act=f"issue:{rule.kind}", stage=case.stage, citation=CITATION.text)


# --- numbers --------------------------------------------------------------------------------------------------------------------------


def next_number(uow: UnitOfWork, office: str, rule: Rule, now: datetime) -> str:
    """The number that a notice of this kind would get now; nothing is used up."""
    series, year = _series(office, rule), str(china_day(now).year)
    last = uow.session.scalar(select(Counter.last).where(Counter.office == series, Counter.day == year))
    uow.rollback()
    return spelt(office, rule, year, (last or 0) + 1)


def spelt(office: str, rule: Rule, year: str, number: int) -> str:
    """QH受告〔2026〕3号."""
    return f"{office}{rule.word}〔{year}〕{number}号"


def count(uow: UnitOfWork, office: str, rule: Rule, now: datetime) -> str:
    """Use the next number up; given back if the transaction is not committed."""
    series, year = _series(office, rule), str(china_day(now).year)
    counted = update(Counter).where(Counter.office == series, Counter.day == year).values(last=Counter.last + 1)
    last = uow.session.scalar(counted.returning(Counter.last).execution_options(synchronize_session=False))
    if last is None:
        last = 1
        uow.session.add(Counter(office=series, day=year, last=last))
    return spelt(office, rule, year, last)


def _series(office: str, rule: Rule) -> str:
    return f"{office}:{rule.kind}"
