"""Every route of the desk has a permission, and each role gets at each route exactly what data/desk/permissions.yml says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from cases.policy import StaffRole
from desk.access import OPEN
from tests.unit.desk.factories import Desk, make_desk


def permission_of(route: APIRoute) -> str | None:
    """Of the one dependency that says who may."""
    found = [getattr(each.call, "permission", None) for each in route.dependant.dependencies]
    held = [each for each in found if each]
    assert len(held) <= 1, f"{route.path} has two permissions"
    return held[0] if held else None


def routes_of(desk: Desk) -> list[APIRoute]:
    found = list(flat(desk.app.routes))
    assert len(found) > 10, "the routes were not found"
    return found


def flat(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Also those of routers that were included."""
    for each in routes:
        if isinstance(each, APIRoute):
            yield each
        elif (router := getattr(each, "original_router", None)) is not None:
            yield from flat(router.routes)


def filled(path: str) -> str:
    """An address of the route, of something that there is not."""
    return "/".join(
        "00000000-0000-0000-0000-000000000000" if part.startswith("{") else part for part in path.split("/")
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_every_route_asks_who_it_is_unless_it_is_listed(desk: Desk) -> None:
    assert {each.path for each in routes_of(desk) if permission_of(each) is None} <= OPEN


def test_every_permission_of_a_route_is_in_the_table_and_the_other_way_round(desk: Desk) -> None:
    used = {permission_of(each) for each in routes_of(desk)} - {None}
    assert used == set(desk.services.permissions)


async def test_nobody_gets_in_without_signing_in(desk: Desk) -> None:
    browser = desk.browser()
    for route in routes_of(desk):
        if permission_of(route) is None:
            continue
        for method in route.methods:
            answer = await browser.request(method, filled(route.path))
            assert answer.status_code in (303, 401), f"{method} {route.path}"


@pytest.mark.parametrize("role", list(StaffRole))
async def test_each_role_gets_what_the_table_says(desk: Desk, role: StaffRole) -> None:
    browser = await desk.sign_in(role)
    for route in routes_of(desk):
        permission = permission_of(route)
        if permission is None or route.path == "/logout":
            continue
        let_in = role in desk.services.permissions[permission]
        for method in route.methods:
            answer = await browser.request(method, filled(route.path))
            assert (answer.status_code != 403) == let_in, f"{role} {method} {route.path} {answer.status_code}"
