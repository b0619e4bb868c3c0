"""The public pages of the field guides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from petition.matters import Matter
from tests.contract.api.test_conversations import detail
from tests.unit.bot.factories import visiting

pytestmark = pytest.mark.asyncio


async def test_the_list_leads_to_every_sheet(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        page = (await visitor.http.get("/guides")).text
        links = re.findall(r'href="(/guides/[a-z-]+)"', page)
        assert links == [*(f"/guides/{matter}" for matter in Matter), "/guides/general"]
        assert {(await visitor.http.get(link)).status_code for link in links} == {200}


async def test_a_sheet_shows_demand_channel_body_limit_and_law(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        page = (await visitor.http.get("/guides/labour")).text
        body = visitor.services.office.bodies["labour-arbitration"]
    for text in ("工资被拖欠", "劳动仲裁", body.name, body.phone, "起1年内", "《劳动争议调解仲裁法》第二十七条"):
        assert text in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("path", ["/guides", "/guides/housing"])
async def test_the_pages_hold_nothing_that_the_policy_would_block(tmp_path: Path, path: str) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.http.get(path)
        for link in re.findall(r'href="(/static/[^"]+)"', response.text):
            assert (await visitor.http.get(link)).status_code == 200
    assert "unsafe" not in response.headers["content-security-policy"]
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:|https?://", response.text)
    assert 'lang="zh-CN"' in response.text


@pytest.mark.parametrize("name", ["nowhere", "<script>alert(1)</script>", "..%2Fsecrets"])
async def test_a_sheet_that_there_is_not_is_told_in_chinese(tmp_path: Path, name: str) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.http.get(f"/guides/{name}")
    assert response.status_code == 404
    assert detail(response)
    assert "alert" not in response.text
