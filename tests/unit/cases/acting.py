"""People and a desk for tests of acts: each test says who does what on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from cases.actors import Actor, Citizen
from cases.acts import Approval, act, approve
from cases.database import UnitOfWork
from cases.file import file_petition
from cases.models import Case
from cases.policy import StaffRole
from petition.draft import Filing
from petition.matters import Matter, PetitionType
from petition.stages import Act, Event
from tests.unit.cases.factories import NOON, OFFICE, VALUES, make_filing

BUREAU, CITY, PROVINCE = "县人社局", "市人社局", "省人社厅"
COMMISSION = "县纪委监委"
ACCUSED = "张湾乡民政所"


def staff(name: str, *roles: StaffRole, body: str | None = None) -> Actor:
    return Actor(name, frozenset(roles), body)


CLERK = staff("clerk", StaffRole.CLERK)
HEAD = staff("head", StaffRole.HEAD)
HANDLER = staff("handler", StaffRole.HANDLER, body=BUREAU)
BOSS = staff("boss", StaffRole.HEAD, body=BUREAU)
REVIEWER = staff("reviewer", StaffRole.REVIEWER, body=CITY)
RECHECKER = staff("rechecker", StaffRole.RECHECKER, body=PROVINCE)
SUPERVISOR = staff("supervisor", StaffRole.SUPERVISOR)
DISCIPLINE = staff("discipline", StaffRole.DISCIPLINE)
DISCIPLINE_HEAD = staff("discipline-head", StaffRole.DISCIPLINE, StaffRole.HEAD)
AUDITOR = staff("auditor", StaffRole.AUDITOR)


def day(number: int) -> datetime:
    """Noon, so many days after the filing."""
    return NOON + timedelta(days=number)


def on(number: int) -> date:
    return day(number).date()


def make_report(filing_key: str = "report-1") -> Filing:
    values = {**VALUES, "narrative": "民政所所长收了贫困户的红包", "respondent": f"{ACCUSED}所长"}
    return make_filing(filing_key, type=PetitionType.REPORT, matter=Matter.DISCIPLINE, branch=None, values=values)


@dataclass(frozen=True)
class Desk:
    """One case, and hands to act on it."""

    uow: UnitOfWork
    id: str
    code: str

    @property
    def citizen(self) -> Citizen:
        return Citizen(self.id)

    @property
    def case(self) -> Case:
        """The row as it is in the database now."""
        self.uow.rollback()
        return self.uow.session.scalars(
            select(Case).where(Case.id == self.id).execution_options(populate_existing=True)
        ).one()

    def do(self, what: Act, actor: Actor, number: int = 0, **said: Any) -> Event | Approval:
        known = {name: said.pop(name) for name in ("on", "received_on", "version", "days") if name in said}
        return act(self.uow, self.id, what, actor, details=said, now=day(number), **known)

    def agree(self, what: Act, actor: Actor, second: Actor, number: int = 0, **said: Any) -> Event:
        """Proposed by one, approved by the other."""
        proposed = self.do(what, actor, number, **said)
        assert isinstance(proposed, Approval)
        return approve(self.uow, proposed.id, second, now=day(number))


def at_the_desk(uow: UnitOfWork, filing: Filing | None = None) -> Desk:
    filing = filing or make_filing()
    receipt = file_petition(uow, filing, office=OFFICE, now=NOON)
    case_id = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()
    return Desk(uow, case_id, receipt.query_code)


def forwarded(uow: UnitOfWork) -> Desk:
    """A claim that the office has forwarded to the bureau on day 2."""
    desk = at_the_desk(uow)
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    return desk


def replied(uow: UnitOfWork) -> Desk:
    """A claim that the bureau has answered on day 20."""
    desk = handled(uow)
    desk.do(Act.REPLY, HANDLER, 20, received_on=on(20), outcome="refuse")
    return desk


def handled(uow: UnitOfWork) -> Desk:
    """A claim that the bureau has in hand since day 6."""
    desk = forwarded(uow)
    desk.do(Act.ACCEPT, HANDLER, 5)
    desk.do(Act.HANDLE, HANDLER, 6)
    return desk
