"""/cases/enter: a letter, a visit or a call becomes the citizen's own case, with its scans; the receipt is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from cases.attachments import MOST_IN_A_CONVERSATION
from cases.doors import enter
from cases.evidence import seal_evidence
from cases.file import Receipt, find_receipt
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases import scans
from desk.cases.choices import branches, matters, types
from desk.cases.entering import DOORS, Entry, read_entry, typed_in
from desk.cases.memory import InMemoryRoute, Sent
from desk.cases.suggested import suggested
from desk.cases.words import ERRORS, trouble_of
from desk.pages import page
from petition.days import china_day
from petition.draft import SLOTS
from petition.errors import InvalidValue
from petition.matters import PetitionType
from petition.parties import Confidentiality

router = APIRouter(prefix="/cases/enter", route_class=InMemoryRoute)
Enters = Annotated[Signed, Depends(allowed("cases.enter"))]
SUGGEST = "suggest"


@router.get("")
def blank(request: Request, services: ServicesOf, signed: Enters) -> Response:
    """An empty form, received today."""
    today = china_day(services.clock()).isoformat()
    typed = {"key": str(uuid4()), "received_on": today, "door": "letter", "confidentiality": "named"}
    return form(request, services, typed)


@router.post("")
def register(request: Request, services: ServicesOf, signed: Enters, data: Sent) -> Response:
    """Into the register; or the form as it was typed, with what is wrong, or with what the rules suggest."""
    typed = typed_in(data)
    if data.get("step") == SUGGEST:
        return suggestion(request, services, typed)
    entry = read_entry(typed, china_day(services.clock()))
    if entry.filing is None:
        return form(request, services, typed, 422, faults=entry.faults)
    try:
        receipt = enter_it(services, signed, with_channels(services, entry), data)
    except InvalidValue as fault:
        return form(request, services, typed, 422, faults=(fault,))
    except ERRORS as error:
        trouble = trouble_of(services.texts, error, labels(services))
        return form(request, services, typed, 422, trouble=trouble.words)
    return page(request, "cases/entered", {"receipt": receipt, "entry": entry})


def with_channels(services: DeskServices, entry: Entry) -> Entry:
    """The channels that the rules find, where the clerk has classified it as the rules do."""
    filing = entry.filing
    found = suggested(services.settings.triage_dir, entry.typed)
    if (
        filing is None
        or found is None
        or (found.type, found.matter, found.branch) != (filing.type, filing.matter, filing.branch)
    ):
        return entry
    return replace(entry, filing=replace(filing, channels=found.channels))


def enter_it(services: DeskServices, signed: Signed, entry: Entry, data: FormData) -> Receipt:
    """The same receipt for the same form, with its scans filed once."""
    assert entry.filing is not None
    with services.register.unit_of_work() as uow:
        known = find_receipt(uow, entry.filing.filing_key)
    if known:
        return known
    files = [each for each in data.getlist("scans") if isinstance(each, UploadFile) and each.size]
    if len(files) > MOST_IN_A_CONVERSATION:
        raise InvalidValue(slot="scans", reason="attachment-count")
    ids = scans.keep_all(services, files, "scans")
    with services.register.unit_of_work() as uow:
        receipt = enter(
            uow,
            entry.filing,
            entry.door,
            signed.actor,
            office=services.office.id,
            received_on=entry.received_on,
            scans=ids,
            now=services.clock(),
        )
        if entry.filing.type is PetitionType.REPORT:
            seal_evidence(uow, services.files, number=receipt.number)
    return receipt


def suggestion(request: Request, services: DeskServices, typed: dict[str, str]) -> Response:
    """Type, matter and branch by the rules; the clerk may choose otherwise."""
    found = suggested(services.settings.triage_dir, typed)
    if found is None:
        return form(request, services, typed, 422, faults=(InvalidValue(slot="narrative", reason="missing"),))
    classified = {
        "type": found.type.value,
        "matter": found.matter.value,
        "branch": str(found.branch.value) if found.branch else "",
    }
    return form(request, services, typed | classified, found=found)


def form(
    request: Request,
    services: DeskServices,
    typed: Mapping[str, str],
    status: int = 200,
    *,
    faults: tuple[InvalidValue, ...] = (),
    **more: Any,
) -> Response:
    """The form with what was typed."""
    t = services.texts
    fields = {each.slot: trouble_of(t, each, {}).words for each in faults}
    facts: dict[str, Any] = {
        "typed": typed,
        "field_trouble": fields,
        "labels": labels(services),
        "door_pairs": [(each.value, each.label) for each in DOORS],
        "type_pairs": types(),
        "matter_pairs": matters(),
        "branches": branches(),
        "shown_pairs": [(each.value, each.label) for each in Confidentiality],
    }
    if faults:
        facts["trouble"] = t("cases.error.form")
    return page(request, "cases/enter", facts | more, status)


def labels(services: DeskServices) -> dict[str, str]:
    """What the fields are called."""
    own = {
        name: services.texts(f"cases.enter.{name}")
        for name in ("door", "received_on", "type", "matter", "branch", "scans")
    }
    return {name: slot.title for name, slot in SLOTS.items()} | own
