"""contract.md, "Cases": where a case stands, for whoever holds the receipt."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from cases.database import create_register
from cases.file import Receipt
from tests.contract.api.test_conversations import detail
from tests.unit.bot.factories import Visitor, visiting
from tests.unit.cases.factories import KEY, file_one, make_url

pytestmark = pytest.mark.asyncio
UNKNOWN = "QH-20260101-1"


def file_a_case(folder: Path) -> Receipt:
    register = create_register(make_url(folder), KEY)
    receipt = file_one(register)
    register.close()
    return receipt


async def look_up(visitor: Visitor, number: str, code: str) -> httpx.Response:
    return await visitor.http.get(f"/api/cases/{number}", headers={"X-Query-Code": code})


async def test_the_holder_of_the_receipt_sees_the_case_and_its_road(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        receipt = file_a_case(tmp_path)
        body = (await look_up(visitor, receipt.number, receipt.query_code)).json()
        assert body["case"]["number"] == receipt.number
        assert body["case"]["stage"] == "registered"
        assert body["case"].keys() >= {"number", "stage", "due", "days_left", "history"}
        assert body["case"]["history"][0].keys() >= {"on", "event", "by"}
        assert body["roadmap"]["stage"] == "registered"
        assert body["roadmap"]["stages"][0].keys() >= {"id", "title", "state", "on", "due"}
        assert body["roadmap"]["rights"][0].keys() >= {"act", "until", "to", "citation"}
        assert "马小云" not in str(body)


async def test_a_code_typed_in_full_width_or_small_letters_is_the_same_code(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        receipt = file_a_case(tmp_path)
        wide = "".join(f"%{byte:02X}" for byte in receipt.query_code.replace("-", "－").lower().encode())
        assert (await look_up(visitor, receipt.number, wide)).status_code == 200


async def test_an_unknown_number_and_a_wrong_code_look_alike(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        receipt = file_a_case(tmp_path)
        unknown = await look_up(visitor, UNKNOWN, receipt.query_code)
        wrong = await look_up(visitor, receipt.number, "0000-0000-0000")
        without = await visitor.http.get(f"/api/cases/{receipt.number}")
        assert [each.status_code for each in (unknown, wrong, without)] == [404, 404, 404]
        assert detail(unknown) == detail(wrong) == detail(without)


async def test_repeated_misses_are_locked_out(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        responses = [await look_up(visitor, UNKNOWN, "0000-0000-0000") for _ in range(6)]
        assert {each.status_code for each in responses[:4]} == {404}
        assert responses[-1].status_code == 429
        assert int(responses[-1].headers["retry-after"]) > 60
        assert "分钟" in detail(responses[-1])


async def test_too_many_look_ups_are_told_when_to_come_back(tmp_path: Path) -> None:
    async with visiting(tmp_path, lookups_per_minute=2) as visitor:
        receipt = file_a_case(tmp_path)
        responses = [await look_up(visitor, receipt.number, receipt.query_code) for _ in range(3)]
        assert [each.status_code for each in responses] == [200, 200, 429]
        assert int(responses[-1].headers["retry-after"]) > 0
