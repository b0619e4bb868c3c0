"""Whether the desk lives, and whether its database answers."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from cases.database import RegisterFault
from cases.staff.accounts import all_accounts
from desk.access import ServicesOf

router = APIRouter()


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(services: ServicesOf) -> JSONResponse:
    """The register answers."""
    try:
        with services.register.unit_of_work() as uow:
            all_accounts(uow)
    except RegisterFault:
        return JSONResponse({"database": "failed"}, 503)
    return JSONResponse({"database": "ok"})
