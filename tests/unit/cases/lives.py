"""Cases that have lived a while, for tests of what counts their days: each event is written as given, on its day."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select

from cases import audit
from cases.audit import Entry
from cases.database import Register
from cases.file import file_petition
from cases.history import record_event
from cases.models import Case
from petition.days import CHINA
from petition.stages import Act, Event, Role, Stage
from tests.unit.cases.factories import OFFICE, make_filing

FORWARDED, ACCEPTED, HANDLING = (
    (Act.FORWARD, Stage.FORWARDED, Role.OFFICE),
    (Act.ACCEPT, Stage.ACCEPTED, Role.ORGAN),
    (Act.HANDLE, Stage.HANDLING, Role.ORGAN),
)
OBJECTED = (Act.OBJECT, Stage.REGISTERED, Role.ORGAN)
DECLINED = (Act.DECLINE, Stage.DECLINED, Role.ORGAN)
EXTENDED = (Act.EXTEND, Stage.EXTENDED, Role.ORGAN)
REPLIED = (Act.REPLY, Stage.REPLIED, Role.ORGAN)
GUIDED = (Act.GUIDE, Stage.GUIDED, Role.ORGAN)
WITHDRAWN = (Act.WITHDRAW, Stage.WITHDRAWN, Role.PETITIONER)
UNSOLVED = (Act.UNSOLVED, Stage.REPLIED, Role.PETITIONER)
REVIEWING = (Act.REQUEST_REVIEW, Stage.REVIEWING, Role.PETITIONER)
Happened = tuple[str, tuple[Act, Stage, Role]]


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), tzinfo=CHINA)


def live(
    register: Register, filed: str, *happened: Happened, key: str = "", days: int | None = None, **filing: object
) -> str:
    """The id of a case that was filed on a day and to which this happened; `days` belong to an extension."""
    made = make_filing(key or f"life-{filed}-{len(happened)}", **filing)
    with register.unit_of_work() as uow:
        receipt = file_petition(uow, made, office=OFFICE, now=noon(filed))
        case_id = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()

        def step() -> None:
            case = uow.session.get_one(Case, case_id)
            for day, (act, to, role) in happened:
                event = Event(date.fromisoformat(day), act, to, role, days=days if act is Act.EXTEND else None)
                record_event(uow.session, case, event, at=noon(day))
                uow.session.flush()
                audit.note(uow.session, Entry(noon(day), "test", f"act:{act}", case_id))

        uow.write(step)
    return case_id
