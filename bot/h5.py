"""What the pages for phones share: the page itself, cookies that show nothing, and forms from our own pages only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.bodies import read_bounded
from bot.bootstrap import Services
from bot.errors import Refusal
from bot.links import Link, LinkFault, Links, Once
from petition.citation import chinese_number
from petition.days import in_words
from zhilu.headers import policy

TEMPLATES = Jinja2Templates(directory=Path(__file__).resolve().parent / "templates")
TEMPLATES.env.filters["day"] = in_words
TEMPLATES.env.filters["chinese"] = chinese_number
HEADERS = {
    "Content-Security-Policy": policy(form_action="'self'"),
    "Referrer-Policy": "same-origin",  # under no-referrer a form of ours would come with Origin: null, as one of a stranger
}
PATH = "/h5"
CASE, NUMBER, TALK = "zhilu_case", "zhilu_number", "zhilu_talk"
CASE_MINUTES = 20  # renewed whenever the citizen looks again


@dataclass(frozen=True)
class Shown:
    """A case that its holder has opened on this phone."""

    number: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class Talk:
    """The conversation that a link led to; `mine`: this phone was the first to use the link."""

    conversation: str
    file: str
    mine: bool
    link: str
    until: datetime


def page(
    request: Request, services: Services, name: str, facts: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """A page of templates/h5; its forms may be sent to us."""
    shown = {"office": services.office, **(facts or {})}
    return TEMPLATES.TemplateResponse(request, f"h5/{name}.html", shown, status_code=status, headers=HEADERS)


def to_page(name: str) -> RedirectResponse:
    """On to another page, which is fetched anew."""
    return RedirectResponse(f"{PATH}/{name}", 303)


def links_of(services: Services) -> Links:
    """Sealed with a key that is made from the secret of the installation."""
    return Links(services.settings.secret("engine_secret"))


def once_of(request: Request, services: Services) -> Once:
    """One for the whole server."""
    state = request.app.state
    if not hasattr(state, "h5_once"):
        state.h5_once = Once(services.settings.redis_url)
    once: Once = state.h5_once
    return once


def now() -> datetime:
    return datetime.now(UTC)


def own_page(request: Request) -> None:
    """Whoever changes something comes from a page of ours; Refusal (404): another site learns nothing."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    foreign = origin is not None and urlsplit(origin).netloc != host
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(404, "api.not-found")


async def read_fields(request: Request) -> dict[str, str]:
    """The fields of a form, within bounds; Refusal (422)."""
    try:
        return dict(parse_qsl((await read_bounded(request)).decode("utf-8"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise Refusal(422, "input.not-text") from None


def read_cookie(request: Request, services: Services, name: str) -> Link | None:
    """What stands in one of our cookies; None where there is none that is still good."""
    try:
        return links_of(services).read(name, request.cookies.get(name, ""), now())
    except LinkFault:
        return None


def put_cookie(
    answer: Response, services: Services, name: str, subject: Mapping[str, str], until: datetime, id: str = ""
) -> None:
    """Sealed, for our server alone, for the pages alone."""
    answer.set_cookie(
        name,
        links_of(services).make(name, subject, until, id),
        max_age=max(0, int((until - now()).total_seconds())),
        path=PATH,
        secure=services.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path=PATH)


def shown_of(request: Request, services: Services) -> Shown | None:
    """The case that is open on this phone."""
    cookie = read_cookie(request, services, CASE)
    return Shown(cookie.subject["number"], cookie.subject["code"]) if cookie else None


def put_shown(answer: Response, services: Services, shown: Shown) -> None:
    until = now() + timedelta(minutes=CASE_MINUTES)
    put_cookie(answer, services, CASE, {"number": shown.number, "code": shown.code}, until)


def talk_of(request: Request, services: Services) -> Talk | None:
    """The conversation that a link led to."""
    cookie = read_cookie(request, services, TALK)
    if cookie is None:
        return None
    subject = cookie.subject
    return Talk(subject["conversation"], subject.get("file", ""), "mine" in subject, cookie.id, cookie.until)


def put_talk(answer: Response, services: Services, talk: Talk) -> None:
    subject = {"conversation": talk.conversation, "file": talk.file} | ({"mine": "1"} if talk.mine else {})
    put_cookie(answer, services, TALK, subject, talk.until, talk.link)
