"""Which cases somebody of the staff can open at all; of every other one they do not even learn that there is such a number."""

from __future__ import annotations

from sqlalchemy import select

from cases.actors import Actor
from cases.acts import bodies
from cases.database import UnitOfWork
from cases.models import Case
from cases.policy import NotPermitted
from cases.track import normal_number
from petition.errors import CaseNotFound


def readable(uow: UnitOfWork, number: str, actor: Actor) -> str:
    """The id of the case; CaseNotFound for an unknown number and for a case that does not concern them alike."""
    try:
        case = uow.session.scalars(select(Case).where(Case.number == normal_number(number))).one_or_none()
        if case is None:
            raise CaseNotFound()
        bodies.require_reader(uow, case, actor)
        return case.id
    except NotPermitted:
        raise CaseNotFound() from None
    finally:
        uow.rollback()
