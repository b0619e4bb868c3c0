"""/audit: an auditor reads the log and checks that nobody has changed it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from cases import audit, audit_reading
from cases.audit_reading import Wanted
from desk.access import ServicesOf, Signed, allowed
from desk.pages import page

router = APIRouter(prefix="/audit")
Auditor = Annotated[Signed, Depends(allowed("audit"))]
Words = Annotated[str, Query(max_length=64)]


@router.get("")
def show(
    request: Request, services: ServicesOf, signed: Auditor,
    actor: Words = "", act: Words = "", number: Words = "", day: Words = "", before: int | None = None,
) -> Response:  # fmt: skip
    """Rows, the newest first."""
    wanted = Wanted(actor.strip(), act.strip(), number.strip(), day_of(day), before)
    with services.register.unit_of_work() as uow:
        rows, after = audit_reading.read(uow, wanted, by=signed.name, now=services.clock())
    asked = {"actor": actor, "act": act, "number": number, "day": day}
    return page(request, "audit/log", {"rows": rows, "after": after, "asked": asked})


@router.post("/verify")
def verify(request: Request, services: ServicesOf, signed: Auditor) -> Response:
    """The whole chain, read through; with the anchor that the office should keep elsewhere."""
    with services.register.unit_of_work() as uow:
        report = audit.verify(uow)
    return page(request, "audit/verified", {"report": report})


def day_of(written: str) -> date | None:
    """A day, or none where it is not one."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
