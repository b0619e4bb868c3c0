"""Doing what a form asks for: each by its use case, with the version that whoever filled it in had before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from cases import hearings, jurisdiction, mediation, merging
from cases.actors import Actor
from cases.acts import Approval, act, allocate, name_reviewer
from cases.database import UnitOfWork
from cases.readable import readable
from cases.staff.accounts import all_accounts
from desk.cases.forms import Said
from desk.cases.organs import clerks_of
from petition.days import china_day
from petition.errors import InvalidValue
from petition.proceedings import Decision, Weight
from petition.stages import Act

Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class Doing:
    """Who does what with which case, and when."""

    uow: UnitOfWork
    case_id: str
    actor: Actor
    said: Said
    version: int
    now: datetime

    def word(self, name: str) -> str:
        """A detail as text."""
        return str(self.said.details.get(name) or "")

    def day(self, name: str) -> date:
        """A detail as a day; InvalidValue."""
        value = self.said.details.get(name)
        if not isinstance(value, date):
            raise InvalidValue(slot=name, reason="day")
        return value


def do(doing: Doing, name: str) -> bool:
    """Whether it has taken effect: False where it waits for a second person. The errors of the use cases."""
    if name in SPECIAL:
        SPECIAL[name](doing)
        return True
    return _act(doing, Act(name), dict(doing.said.details))


def _act(doing: Doing, what: Act, details: Mapping[str, object]) -> bool:
    said = doing.said
    done = act(
        doing.uow,
        doing.case_id,
        what,
        doing.actor,
        details=details,
        on=said.on,
        received_on=said.received_on,
        days=said.days,
        version=doing.version,
        now=doing.now,
    )
    return not isinstance(done, Approval)


def _classify(doing: Doing) -> None:
    """An unticked box says something here: it is not urgent, and no such channel is open."""
    said = doing.said.details
    details = {name: said[name] for name in ("type", "matter") if said.get(name)}
    details |= {"channels": said.get("channels") or [], "urgent": bool(said.get("urgent"))}
    if doing.word("branch"):
        details["branch"] = int(doing.word("branch")) if doing.word("branch").isdigit() else doing.word("branch")
    _act(doing, Act.CLASSIFY, details)


def _merge(doing: Doing) -> None:
    into = readable(doing.uow, doing.word("into"), doing.actor)
    merging.merge(
        doing.uow, doing.case_id, into, doing.actor, reason=doing.word("reason"), version=doing.version, now=doing.now
    )


def _refer(doing: Doing) -> None:
    mediation.refer(
        doing.uow,
        doing.case_id,
        doing.actor,
        mediator=doing.word("mediator"),
        petitioner_consented_on=doing.day("petitioner_consented_on"),
        other_consented_on=doing.day("other_consented_on"),
        version=doing.version,
        now=doing.now,
    )


def _hearing(doing: Doing) -> None:
    """The one that was called ends; one that was not called is written down as it was."""
    called = doing.word("hearing")
    if not called:
        _act(doing, Act.HOLD_HEARING, dict(doing.said.details))
        return
    _of_this_case(doing, called)
    ends_on = doing.said.on or china_day(doing.now)
    hearings.end_hearing(doing.uow, called, doing.actor, ends_on=ends_on, outcome=doing.word("outcome"), now=doing.now)


def _call_off(doing: Doing) -> None:
    called = doing.word("hearing")
    _of_this_case(doing, called)
    hearings.call_off(doing.uow, called, doing.actor, reason=doing.word("reason"), now=doing.now)


def _of_this_case(doing: Doing, hearing: str) -> None:
    known = hearings.hearings_of(doing.uow, doing.case_id, doing.actor, now=doing.now)
    if hearing not in [each.id for each in known]:
        raise InvalidValue(slot="hearing", reason="choice-unknown")


def _call(doing: Doing) -> None:
    hearings.call_hearing(
        doing.uow,
        doing.case_id,
        doing.actor,
        begins_on=doing.day("begins_on"),
        place=doing.word("place"),
        weight=_choice(doing, "weight", Weight),
        now=doing.now,
    )


def _publish(doing: Doing) -> None:
    hearings.publish_opinion(doing.uow, doing.case_id, doing.actor, now=doing.now)


def _allocate(doing: Doing) -> None:
    clerk = doing.word("clerk") or None
    if clerk and clerk not in {each.name for each in clerks_of(all_accounts(doing.uow), doing.actor)}:
        raise InvalidValue(slot="clerk", reason="choice-unknown")
    allocate(doing.uow, doing.case_id, clerk, doing.actor, version=doing.version, now=doing.now)


def _name_reviewer(doing: Doing) -> None:
    name_reviewer(doing.uow, doing.case_id, doing.word("body"), doing.actor, version=doing.version, now=doing.now)


def _succeed(doing: Doing) -> None:
    jurisdiction.succeed(
        doing.uow,
        doing.case_id,
        doing.word("body"),
        doing.actor,
        how=_choice(doing, "how", Decision),
        reason=doing.word("reason"),
        now=doing.now,
    )


def _link(doing: Doing) -> None:
    other = readable(doing.uow, doing.word("other"), doing.actor)
    merging.link(doing.uow, doing.case_id, other, doing.actor, reason=doing.word("reason"), now=doing.now)


def _unlink(doing: Doing) -> None:
    other = readable(doing.uow, doing.word("other"), doing.actor)
    merging.unlink(doing.uow, doing.case_id, other, doing.actor, now=doing.now)


def _choice(doing: Doing, name: str, read: Callable[[str], Chosen]) -> Chosen:
    try:
        return read(doing.word(name))
    except ValueError:
        raise InvalidValue(slot=name, reason="choice-unknown") from None


SPECIAL: Mapping[str, Callable[[Doing], None]] = {
    "classify": _classify,
    "merge": _merge,
    "refer-mediation": _refer,
    "hold-hearing": _hearing,
    "call-hearing": _call,
    "call-off-hearing": _call_off,
    "publish-opinion": _publish,
    "allocate": _allocate,
    "name-reviewer": _name_reviewer,
    "succeed": _succeed,
    "link": _link,
    "unlink": _unlink,
}
