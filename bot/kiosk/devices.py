"""Which machine asks: with `kiosk_registration=required` only a registered one opens the pages of the kiosk.

A request from this machine itself is no exception: behind a reverse proxy on the same machine all requests come from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response

from bot.bootstrap import Services
from bot.kiosk.session import PATH
from cases.kiosks import Device, Enrolled
from zhilu.kiosks import bridge_token

COOKIE = "zhilu_kiosk_device"
LIFE = timedelta(days=400)  # browsers keep no cookie longer; every page renews it
REGISTER = f"{PATH}/register"


class NotRegistered(Exception):
    """The machine is none of the office's kiosks."""


@dataclass(frozen=True)
class Bridge:
    """Where the card reader and the printer of this machine answer, and what they want to see."""

    port: int
    token: str

    def as_dict(self) -> dict[str, object]:
        return {"port": self.port, "token": self.token}


async def device_of(request: Request) -> Device | None:
    """The machine that asks, for `dependencies=[Depends(device_of)]` of every page; NotRegistered where it has to be registered."""
    services: Services = request.app.state.services
    device = await known_device(request, services)
    if device is None and services.settings.kiosk_registration == "required":
        raise NotRegistered()
    return device


async def known_device(request: Request, services: Services) -> Device | None:
    """The registered machine that asks; None for any other."""
    token = request.cookies.get(COOKIE, "")
    return await services.records.kiosk(token) if token else None


def bridge_of(services: Services, device: Device | None) -> Bridge | None:
    """None where the office has set no port: then nobody looks for devices."""
    port = services.settings.kiosk_bridge_port
    return Bridge(port, bridge_token(services.settings, device.id if device else "")) if port else None


def put_device_cookie(answer: Response, services: Services, token: str) -> None:
    """Not to be read by any script, for the pages of the kiosk alone."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFE.total_seconds()),
        path=PATH,
        secure=services.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


def put_enrolled(answer: Response, services: Services, enrolled: Enrolled) -> None:
    """From now on the machine is known."""
    put_device_cookie(answer, services, enrolled.token)


def renew(request: Request, answer: Response, services: Services) -> None:
    """The registration of a machine that is used does not run out."""
    put_device_cookie(answer, services, request.cookies[COOKIE])
