"""The QR code of a slip: a phone that scans it has number and query code filled in, and they are in no address that a server sees."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from bot.receipts import opened_case_url
from tests.e2e.test_h5 import OpenPhone, Server
from tests.e2e.test_h5 import phone as phone
from tests.e2e.test_h5 import pytestmark as pytestmark
from tests.e2e.test_h5 import server as server


def test_one_touch_opens_the_case_of_a_slip(server: Server, phone: OpenPhone) -> None:
    filed = server.house.file(3)
    page: Page = phone()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto(opened_case_url(server.url, filed.number, filed.query_code))
    expect(page.locator("#code")).to_have_value(filed.query_code)
    assert page.url == f"{server.url}/h5/case"
    assert not any(filed.query_code in each for each in asked)
    page.get_by_role("button", name="查一查").tap()
    expect(page.get_by_text(re.compile(filed.number)).first).to_be_visible()
