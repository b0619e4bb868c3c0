"""/cases/{number}/files/{id}: pictures as the server has written them anew, and originals as a download; each look is noted."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cases.attachments import Form, NotShown
from cases.originals import read_original
from cases.pictures import belongs, read_sheet
from cases.readable import readable
from desk.access import ServicesOf, Signed, allowed
from desk.pages import page
from petition.errors import CaseNotFound

router = APIRouter(prefix="/cases/{number}/files/{id}")
Reader = Annotated[Signed, Depends(allowed("cases.read"))]
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class Look(StrEnum):
    """Large or small."""

    DISPLAY = "display"
    THUMBNAIL = "thumbnail"


FORMS = {Look.DISPLAY: Form.DISPLAY, Look.THUMBNAIL: Form.THUMBNAIL}


@router.get("/picture/{look}")
def picture(services: ServicesOf, signed: Reader, number: str, id: str, look: str) -> Response:
    """A picture written anew by the server; never the bytes that were handed in."""
    if look not in list(Look):
        raise CaseNotFound()
    with services.register.unit_of_work() as uow:
        require_file(services, signed, number, id)
        content = read_sheet(uow, services.files, id, FORMS[Look(look)], signed.actor, now=services.clock())
    if content is None:
        raise CaseNotFound()
    return Response(content, media_type="image/jpeg", headers={"Content-Security-Policy": SANDBOX})


@router.get("/original")
def original(request: Request, services: ServicesOf, signed: Reader, number: str, id: str) -> Response:
    """As it was handed in, to keep and not to show: the browser opens nothing of it. The log says who took it."""
    require_file(services, signed, number, id)
    try:
        with services.register.unit_of_work() as uow:
            piece = read_original(uow, services.files, id, signed.actor, now=services.clock())
    except NotShown:
        return page(request, "problem", {"words": services.texts("cases.files.not-shown")}, 409)
    except FileNotFoundError:
        return page(request, "problem", {"words": services.texts("cases.files.lost")}, 404)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(piece.name or 'file', safe='')}",
        "Content-Security-Policy": SANDBOX,
    }
    return Response(piece.content, media_type="application/octet-stream", headers=headers)


def require_file(services: ServicesOf, signed: Signed, number: str, id: str) -> None:
    """CaseNotFound for a case that they may not read, and for a file that is not of this case."""
    with services.register.unit_of_work() as uow:
        if not belongs(uow, id, readable(uow, number, signed.actor)):
            raise CaseNotFound()
