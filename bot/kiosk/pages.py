"""A page of the kiosk: whole, or only its screen where htmx asks for it; its headers, and how it looks for this citizen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.templating import Jinja2Templates

from bot.bootstrap import Services
from bot.kiosk.session import PATH, KioskSession, drop_cookie, put_cookie, session_of, sessions_of
from bot.kiosk.texts import Texts
from petition.citation import chinese_number
from petition.days import in_words
from zhilu.headers import policy
from zhilu.settings import Settings

TEMPLATES = Jinja2Templates(directory=Path(__file__).resolve().parent.parent / "templates")
TEMPLATES.env.filters["day"] = in_words
TEMPLATES.env.filters["chinese"] = chinese_number
LOOK = "zhilu_kiosk_look"
SCRIPTS_READ = ("keyboard", "hand", "speech", "devices", "idle", "net", "carry")  # namespaces that scripts need
THEMES = ("normal", "elder", "contrast", "dark")
SIZES = ("1", "2", "3", "4")
REACHES = ("full", "low")


@dataclass(frozen=True)
class Look:
    """How the page looks: nothing personal, so it stands in a cookie that the wipe drops."""

    theme: str = "normal"
    size: str = "1"
    reach: str = "full"

    @classmethod
    def read(cls, request: Request) -> Look:
        """What was chosen; whatever is not ours is as if nothing was."""
        return cls().changed(
            dict(zip(("theme", "size", "reach"), request.cookies.get(LOOK, "").split("."), strict=False))
        )

    def changed(self, wanted: Mapping[str, str]) -> Look:
        """With the choices that there are."""
        offered = {"theme": THEMES, "size": SIZES, "reach": REACHES}
        chosen = {name: wanted[name] for name, values in offered.items() if wanted.get(name) in values}
        return Look(**{**self.as_dict(), **chosen})

    def as_dict(self) -> dict[str, str]:
        return {"theme": self.theme, "size": self.size, "reach": self.reach}


def texts_of(request: Request) -> Texts:
    """The catalogue of this server, read once."""
    state, services = request.app.state, request.app.state.services
    if not hasattr(state, "kiosk_texts"):
        settings: Settings = services.settings
        state.kiosk_texts = Texts.of_kiosk(settings.kiosk_dir, settings.kiosk_language).filled_by(services.office)
    texts: Texts = state.kiosk_texts
    return texts


def headers(settings: Settings) -> dict[str, str]:
    """Forms to ourselves, sound from ourselves, the devices of this machine."""
    bridge = f" ws://127.0.0.1:{settings.kiosk_bridge_port}" if settings.kiosk_bridge_port else ""
    return {
        "Content-Security-Policy": policy(
            form_action="'self'",
            media_src="'self' blob:",
            img_src="'self' data: blob:",
            worker_src="'self'",
            connect_src=f"'self'{bridge}",
        ),
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",  # under no-referrer a form of ours would come with Origin: null
        "Vary": "HX-Request",
    }


def wants_part(request: Request) -> bool:
    """Whether htmx asks for the screen alone."""
    return request.headers.get("hx-request") == "true"


def page(
    request: Request,
    name: str,
    facts: Mapping[str, Any] | None = None,
    *,
    session: KioskSession | None = None,
    status: int = 200,
) -> Response:
    """A screen of templates/kiosk; the cookie of the session goes with it."""
    services: Services = request.app.state.services
    session = session or session_of(request)
    layout = "kiosk/part.html" if wants_part(request) else "kiosk/base.html"
    answer = render(request, name, {"layout": layout, "session": session, "screen": name, **(facts or {})}, status)
    if session is not None:
        put_cookie(answer, services, sessions_of(request), session)
    return answer


def fragment(request: Request, name: str, facts: Mapping[str, Any] | None = None) -> Response:
    """Something for #sheet; without scripts a page of its own."""
    layout = "kiosk/sheet.html" if wants_part(request) else "kiosk/base.html"
    return render(
        request, name, {"layout": layout, "session": session_of(request), "screen": name, **(facts or {})}, 200
    )


def render(request: Request, name: str, facts: Mapping[str, Any], status: int) -> HTMLResponse:
    services: Services = request.app.state.services
    texts = texts_of(request)
    shown = {
        "office": services.office,
        "t": texts,
        "look": Look.read(request),
        "scripts_read": {key: texts.raw(key) for key in texts.of(*SCRIPTS_READ)},
        "settings": services.settings,
        **facts,
    }
    return TEMPLATES.TemplateResponse(
        request, f"kiosk/{name}.html", shown, status_code=status, headers=headers(services.settings)
    )


def back_to_start(request: Request, path: str = PATH) -> Response:
    """Without scripts: on to the page, which is fetched anew."""
    return RedirectResponse(path, 303)


def put_look(answer: Response, services: Services, look: Look) -> None:
    """Until the wipe."""
    secure = services.settings.public_url.startswith("https://")
    value = ".".join(look.as_dict().values())
    answer.set_cookie(LOOK, value, path=PATH, httponly=True, samesite="strict", secure=secure)
    answer.headers["HX-Trigger"] = json.dumps({"look": look.as_dict()})


def forget_cookies(answer: Response) -> None:
    """Nothing of the session is left in the browser; the service worker and the registration of the device stay."""
    drop_cookie(answer)
    answer.delete_cookie(LOOK, path=PATH, httponly=True, samesite="strict")
    answer.headers["Clear-Site-Data"] = '"cache"'
