"""What `zhilu kiosk` says, and the token that a page of a kiosk shows to the bridge of its own machine."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from cases.kiosks import Device, Invitation
from petition.days import CHINA
from zhilu.settings import Settings

NONE = "还没有登记过自助机。登记一台：zhilu kiosk register 大厅1号机"


def bridge_token(settings: Settings, device: str = "") -> str:
    """One for each registered machine; one for all while kiosks need no registration."""
    secret = settings.secret("engine_secret").encode()
    return hmac.digest(secret, f"zhilu kiosk bridge\0{device}".encode(), "sha256").hex()


def origins_of(settings: Settings) -> tuple[str, ...]:
    """Whose pages the bridge serves: the office's own, and this machine's while there is no public address."""
    if settings.public_url:
        return (settings.public_url.rstrip("/"),)
    return tuple(f"http://{host}:{settings.public_port}" for host in ("127.0.0.1", "localhost"))


def invitation_lines(invited: Invitation, address: str) -> list[str]:
    """What staff carry to the machine."""
    return [
        f"登记码：{invited.code}",
        f"十分钟内有效（到{invited.until.astimezone(CHINA):%H:%M}），只能用一次。",
        f"在这台机器上打开 {address.rstrip('/')}/kiosk/register ，输入登记码。",
    ]


def device_lines(devices: Sequence[Device]) -> list[str]:
    """One line a machine."""
    return [_line(each) for each in devices] or [NONE]


def _line(device: Device) -> str:
    if device.revoked_at:
        state = f"{_day(device.revoked_at)}已停用"
    elif device.registered_at:
        state = f"{_day(device.registered_at)}登记，最近使用{device.seen_on}"
    else:
        state = "等待登记"
    return f"{device.id}  {device.name}  {state}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).astimezone(CHINA):%Y-%m-%d}"
