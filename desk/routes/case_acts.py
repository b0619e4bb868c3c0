"""/cases/{number}/acts/{name}: doing something with a case. What was typed is never lost, and nothing of others is overwritten."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cases.database import UnitOfWork
from cases.evidence import seal_evidence
from cases.readable import readable
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases import scans
from desk.cases.doing import Doing, do
from desk.cases.forms import ActForm, Kind, Said, load_forms, read
from desk.cases.memory import InMemoryRoute, Sent
from desk.cases.reading import CasePage, read_case, recalled, standing
from desk.cases.showing import deeds_of
from desk.cases.words import ERRORS, Trouble, faults_of, trouble_of
from desk.pages import page
from desk.routes.case import facts_of, to_case
from petition.errors import CaseNotFound, Conflict, InvalidValue
from petition.stages import Act

router = APIRouter(prefix="/cases/{number}/acts", route_class=InMemoryRoute)
Acts = Annotated[Signed, Depends(allowed("cases.act"))]


@router.get("/{name}")
def ask(request: Request, services: ServicesOf, signed: Acts, number: str, name: str) -> Response:
    """The form of one act, alone on a page."""
    with services.register.unit_of_work() as uow:
        seen = read_case(services, uow, number, signed.actor)
    if seen.offer(name) is None:
        raise CaseNotFound()
    return page(request, "cases/act", facts_of(services, seen, signed.actor) | {"offer": seen.offer(name)})


@router.post("/{name}")
def act(request: Request, services: ServicesOf, signed: Acts, number: str, name: str, data: Sent) -> Response:
    """Do it, or say why not with everything that was typed."""
    form = load_forms(services.settings.desk_dir / "acts.yml").get(name)
    with services.register.unit_of_work() as uow:
        case_id = readable(uow, number, signed.actor)
    if form is None:
        raise CaseNotFound()
    said, version = read(form, data), str(data.get("version", ""))
    before = str(data.get("seen", ""))
    try:
        said = kept(services, form, said)
        if said.faults or not version.isdigit():
            return again(request, services, signed, number, name, said, faults_of(services.texts, said.faults))
        with services.register.unit_of_work() as uow:
            at_once = do(Doing(uow, case_id, signed.actor, said, int(version), services.clock()), name)
            seal_if_report(services, uow, name, said, number)
    except Conflict as error:
        trouble = trouble_of(services.texts, error, {})
        return again(request, services, signed, number, name, said, trouble, before=before, status=409)
    except ERRORS as error:
        labels = {each.name: each.label for each in form.fields}
        return again(request, services, signed, number, name, said, trouble_of(services.texts, error, labels))
    return to_case(services, signed, number, "done" if at_once else "proposed")


def kept(services: DeskServices, form: ActForm, said: Said) -> Said:
    """A scan that came is kept sealed at once, so that it is not lost where something else is wrong."""
    field = next((each for each in form.fields if each.kind is Kind.SCAN), None)
    if field is None or not said.scans:
        return said
    try:
        (stored, *_) = scans.keep_all(services, said.scans[:1], field.name)
    except InvalidValue as fault:
        return Said(
            said.typed,
            said.details,
            said.on,
            said.received_on,
            said.days,
            (),
            {**said.faults, field.name: fault.reason},
        )
    here = {field.name: stored}
    return Said({**said.typed, **here}, {**said.details, **here}, said.on, said.received_on, said.days, (), said.faults)


def seal_if_report(services: DeskServices, uow: UnitOfWork, name: str, said: Said, number: str) -> None:
    """What has become a report takes its files into the discipline compartment (第三十条第三款)."""
    if name == Act.CLASSIFY and said.details.get("type") == "report":
        seal_evidence(uow, services.files, number=number)


def again(
    request: Request,
    services: DeskServices,
    signed: Signed,
    number: str,
    name: str,
    said: Said,
    trouble: Trouble,
    *,
    before: str = "",
    status: int = 422,
) -> Response:
    """The form as it was typed; after a conflict beside what the case was and what it is. A case that is gone for them: CaseNotFound."""
    with services.register.unit_of_work() as uow:
        seen = read_case(services, uow, number, signed.actor)
    form = load_forms(services.settings.desk_dir / "acts.yml")[name]
    facts = facts_of(services, seen, signed.actor) | {
        "offer": seen.offer(name),
        "form": form,
        "act_label": form.label or Act(name).label,
        "typed": said.typed,
        "trouble": trouble.words,
        "field_trouble": trouble.fields,
    }
    if before:
        facts |= changes(services, seen, before)
    return page(request, "cases/act", facts, status)


def changes(services: DeskServices, seen: CasePage, before: str) -> dict[str, Any]:
    """Then and now side by side, and what others have done in between."""
    was, now = recalled(before), standing(seen.view)
    count = int(was["events"]) if was.get("events", "").isdigit() else len(seen.view.history)
    forms = load_forms(services.settings.desk_dir / "acts.yml")
    rows = [(name, was.get(name, ""), value) for name, value in now.items() if name != "events"]
    return {"compared": rows, "meanwhile": deeds_of(services.texts, seen.view.history[count:], forms)}
