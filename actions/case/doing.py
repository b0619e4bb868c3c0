"""Does what was asked for, in the register; the rules of petitioning stand there and in petition/."""

from __future__ import annotations

from actions import papers
from actions.case.plans import PAPERS, Part
from actions.case.query import StatusQuery
from actions.heard import Heard
from actions.services import Services
from cases import acts
from cases.actors import Citizen
from cases.acts import Rated, Satisfaction
from cases.database import UnitOfWork
from cases.filed import case_draft
from cases.supplement import supplement
from cases.track import CaseView
from knowledge.reply import Reply
from petition.errors import DeadlinePassed, NotAllowed
from petition.stages import Act, Role, find_step, last_day


def do(uow: UnitOfWork, query: StatusQuery, view: CaseView, services: Services) -> None:
    """The act under way; NotAllowed, Conflict. The same query does it once."""
    citizen, said, key, now = Citizen(view.id), query.said, query.key, services.now()
    reason = str(said.get(Part.REASON) or "")
    match query.doing:
        case Act.REMIND:
            acts.remind(uow, citizen, key=key, now=now)
        case Act.SUPPLEMENT:
            values = {"narrative": said.get(Part.TEXT) or "", "evidence": said.get("evidence") or []}
            supplement(uow, view.id, {name: value for name, value in values.items() if value}, filing_key=key, now=now)
        case Act.WITHDRAW:
            acts.withdraw(uow, citizen, key=key, now=now)
        case Act.RATE:
            of, how = Rated(said[Part.OF]), Satisfaction(said[Part.SATISFACTION])
            acts.rate(uow, citizen, of, how, reason=reason, key=key, now=now)
        case Act.UNSOLVED:
            acts.unsolved(uow, citizen, reason=reason, now=now)
        case Act.REQUEST_REVIEW:
            acts.request_review(uow, citizen, key=key, now=now)
        case Act.REQUEST_RECHECK:
            acts.request_recheck(uow, citizen, key=key, now=now)


def why_not(act: Act, view: CaseView, services: Services) -> NotAllowed:
    """The rule against an act that is not among the rights now."""
    try:
        step = find_step(view.stage, act, Role.PETITIONER, view.track)
    except NotAllowed as error:
        return error
    law, until = step.citation.text, last_day(step, view.history, services.register.holidays)
    if until and until < view.today:
        return DeadlinePassed(act=str(act), stage=str(view.stage), until=until, citation=law)
    return NotAllowed(act=str(act), stage=str(view.stage), citation=law)


def application(act: Act, view: CaseView, heard: Heard, services: Services) -> Reply:
    """The application for review or recheck, filled from what was filed; what was not said stays blank."""
    with services.register.unit_of_work() as uow:
        draft = case_draft(uow, Citizen(view.id), PAPERS[act], now=services.now())
    draft |= {"case_number": view.number, "case_body": view.body or ""}
    return papers.made(services.papers[PAPERS[act]], draft, heard, services)
