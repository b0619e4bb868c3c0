"""GET /: the page that somebody works with most."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from desk.access import Signed, allowed
from desk.pages import NAVIGATION, to_page

router = APIRouter()


@router.get("/")
def home(request: Request, signed: Annotated[Signed, Depends(allowed("home"))]) -> Response:
    """On to the first page of the bar that they may open."""
    return to_page(request, next(path for permission, path, _ in NAVIGATION if signed.may(permission)))
