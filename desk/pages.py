"""A page of the desk: whole, or the part that htmx asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from desk.access import services_of
from petition.citation import chinese_number
from petition.days import CHINA, china_day, in_words
from zhilu.headers import policy

TEMPLATES = Jinja2Templates(directory=Path(__file__).resolve().parent / "templates")
HEADERS = {"Content-Security-Policy": policy(form_action="'self'"), "Referrer-Policy": "same-origin"}
# (permission, address, key of the text): the pages in the bar, for those who may open them
NAVIGATION = (
    ("cases.list", "/cases", "nav.cases"),
    ("search", "/search", "nav.search"),
    ("takeover", "/takeover", "nav.takeover"),
    ("receptions", "/receptions", "nav.receptions"),
    ("figures", "/figures", "nav.figures"),
    ("teaching.read", "/teaching", "nav.teaching"),
    ("accounts", "/accounts", "nav.accounts"),
    ("kiosks", "/kiosks", "nav.kiosks"),
    ("audit", "/audit", "nav.audit"),
)


def day(value: date | None) -> str:
    """2026年11月21日; a moment in China's time."""
    if isinstance(value, datetime):
        value = china_day(value)
    return in_words(value)


def moment(value: datetime | None) -> str:
    """2026年11月21日 9:05."""
    if value is None:
        return ""
    local = value.astimezone(CHINA)
    return f"{day(local.date())} {local.hour}:{local.minute:02}"


TEMPLATES.env.filters["day"] = day
TEMPLATES.env.filters["moment"] = moment
TEMPLATES.env.filters["chinese"] = chinese_number


def page(request: Request, name: str, facts: Mapping[str, Any] | None = None, status: int = 200) -> HTMLResponse:
    """`templates/<name>.html` with what every page knows: `t`, `office`, `signed`, `navigation`, `part` (htmx wants only the inside)."""
    services = services_of(request)
    signed = getattr(request.state, "signed", None)
    shown = {
        "t": services.texts,
        "office": services.office,
        "signed": signed,
        "csrf": signed.csrf if signed else "",
        "navigation": [each for each in NAVIGATION if signed and signed.may(each[0])],
        "here": request.url.path,
        "part": request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true",
        **(facts or {}),
    }
    return TEMPLATES.TemplateResponse(request, f"{name}.html", shown, status_code=status, headers=HEADERS)


def to_page(request: Request, path: str) -> Response:
    """On to another page, which is fetched anew; htmx is told in its own way."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
