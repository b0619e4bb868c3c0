"""Registration of kiosks at the server's door: who gets in, what a machine is told of its devices, what a revoked one sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from bot.app import create_app
from bot.kiosk.devices import COOKIE
from cases import kiosks
from cases.lockout import MOST_MISSES
from tests.unit.bot.factories import FakeEngine, make_services
from tests.unit.cases.factories import make_register
from zhilu.kiosks import bridge_token

HALL, NOT_REGISTERED = "大厅1号机", "这台机器还没有登记"
OPEN_TO_ALL = {
    "/kiosk/register",
    "/kiosk/offline",
    "/kiosk/sw.js",
    "/kiosk/words",
    "/kiosk/words/{name}.json",
}  # of nobody: the form for staff with its keyboard, and what stands there without a server


@dataclass
class Hall:
    """A running server with its register, and a machine before it."""

    folder: Path
    http: httpx.AsyncClient
    app: Any

    def invite(self) -> str:
        return self._with(lambda uow: kiosks.invite(uow, HALL, "李四", now=datetime.now(UTC)).code)

    def revoke(self) -> None:
        self._with(lambda uow: kiosks.revoke(uow, HALL, "李四", now=datetime.now(UTC)))

    def _with(self, step: Any) -> Any:
        register = make_register(self.folder)
        try:
            with register.unit_of_work() as uow:
                return step(uow)
        finally:
            register.close()

    async def register(self, code: str) -> httpx.Response:
        return await self.http.post("/kiosk/register", data={"code": code})


@asynccontextmanager
async def hall(folder: Path, **changes: Any) -> AsyncIterator[Hall]:
    app = create_app(make_services(folder, FakeEngine(), **changes))
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://zhilu.test")
    async with app.router.lifespan_context(app), http:
        yield Hall(folder, http, app)


async def test_a_code_of_staff_makes_the_machine_a_kiosk(tmp_path: Path) -> None:
    async with hall(tmp_path, kiosk_registration="required", public_url="https://zhilu.test") as here:
        first = await here.http.get("/kiosk")
        assert first.status_code == 403
        assert NOT_REGISTERED in first.text
        assert "zhilu kiosk register" in first.text
        done = await here.register(here.invite())
        assert (done.status_code, done.headers["location"]) == (303, "/kiosk/register")
        cookie = done.headers["set-cookie"]
        for said in ("HttpOnly", "SameSite=strict", "Path=/kiosk", "Secure", "Max-Age=34560000"):
            assert said in cookie
        assert HALL in (await here.http.get("/kiosk/register")).text
        assert (await here.http.get("/kiosk")).status_code == 200


async def test_a_revoked_machine_is_out_at_its_next_request(tmp_path: Path) -> None:
    async with hall(tmp_path, kiosk_registration="required") as here:
        await here.register(here.invite())
        here.http.cookies = httpx.Cookies({COOKIE: here.http.cookies[COOKIE]})
        assert (await here.http.get("/kiosk/start")).status_code in (200, 303)
        here.revoke()
        assert (await here.http.get("/kiosk/start")).status_code == 403
        by_script = await here.http.get("/kiosk/start", headers={"HX-Request": "true"})
        assert (by_script.status_code, by_script.headers["hx-redirect"]) == (403, "/kiosk/register")
        assert NOT_REGISTERED in (await here.http.get("/kiosk/register")).text


async def test_no_page_of_the_kiosk_is_open_to_a_machine_that_is_not_registered(tmp_path: Path) -> None:
    async with hall(tmp_path, kiosk_registration="required") as here:
        found = [
            each for each in routes_of(here.app) if each.path.startswith("/kiosk") and each.path not in OPEN_TO_ALL
        ]
        assert len(found) > 10
        for route in found:
            for method in route.methods:
                answer = await here.http.request(method, route.path.replace("{", "").replace("}", ""))
                assert answer.status_code == 403, (method, route.path)


def routes_of(holder: Any) -> list[APIRoute]:
    """Also those that were included."""
    found: list[APIRoute] = []
    for each in holder.routes:
        if isinstance(each, APIRoute):
            found.append(each)
        elif hasattr(each, "effective_candidates"):
            found += [route for route in each.effective_candidates() if hasattr(route, "methods")]
    return found


async def test_where_registration_is_open_every_machine_may_be_used(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        assert (await here.http.get("/kiosk")).status_code == 200
        assert (await here.http.get("/kiosk/device")).json() == {"name": "", "bridge": None}


@pytest.mark.parametrize("code", ["", "K-0000-0000", "登记码", "x" * 300])
async def test_a_wrong_code_is_told_in_words(tmp_path: Path, code: str) -> None:
    async with hall(tmp_path) as here:
        answer = await here.register(code)
        assert answer.status_code == 422
        assert "登记码不对" in answer.text
        assert "set-cookie" not in answer.headers


async def test_who_guesses_codes_has_to_wait(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        code = here.invite()
        for guess in range(MOST_MISSES):
            assert (await here.register(f"K-0000-000{guess}")).status_code == 422
        locked = await here.register(code)
        assert locked.status_code == 429
        assert "请等15分钟再试" in locked.text


async def test_a_form_of_another_site_registers_nothing(tmp_path: Path) -> None:
    async with hall(tmp_path) as here:
        code = here.invite()
        answer = await here.http.post(
            "/kiosk/register", data={"code": code}, headers={"Origin": "https://other.example"}
        )
        assert answer.status_code == 404
        assert (await here.register(code)).status_code == 303


async def test_each_machine_has_a_token_of_its_own_for_its_bridge(tmp_path: Path) -> None:
    async with hall(tmp_path, kiosk_bridge_port=8765) as here:
        before = (await here.http.get("/kiosk/device")).json()
        await here.register(here.invite())
        answer = await here.http.get("/kiosk/device")
        after = answer.json()
        settings = here.app.state.services.settings
        assert before == {"name": "", "bridge": {"port": 8765, "token": bridge_token(settings)}}
        assert after["name"] == HALL
        assert after["bridge"]["token"] not in (before["bridge"]["token"], "")
        assert COOKIE in answer.headers["set-cookie"]  # good for another 400 days
        assert "no-store" in answer.headers["cache-control"]


async def test_pages_may_speak_with_the_bridge_only_where_there_is_one(tmp_path: Path) -> None:
    async with hall(tmp_path, kiosk_bridge_port=8765) as here:
        headers = (await here.http.get("/kiosk")).headers
        assert "connect-src 'self' ws://127.0.0.1:8765;" in f"{headers['content-security-policy']};"
        assert "camera=(self)" in headers["permissions-policy"]
    async with hall(tmp_path) as here:
        assert "ws:" not in (await here.http.get("/kiosk")).headers["content-security-policy"]
        assert "camera=()" in (await here.http.get("/healthz")).headers["permissions-policy"]
