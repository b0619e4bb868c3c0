"""A machine of the hall is registered by staff, and only then a kiosk, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.devices_stage import OpenKiosk, check, running_hall, touch
from tests.e2e.kiosk.devices_stage import kiosk as kiosk


def test_staff_register_the_machine_by_touch_and_can_take_it_back(kiosk: OpenKiosk, tmp_path: Path) -> None:
    with running_hall(tmp_path, kiosk_registration="required") as hall:
        page = kiosk(hall)
        expect(page.get_by_role("heading", name="这台机器还没有登记")).to_be_visible()
        check(page, "not-registered")
        page.get_by_label("登记码").fill("K-0000-0000")
        touch(page, "登记这台机器")
        expect(page.get_by_role("alert")).to_contain_text("登记码不对")
        page.get_by_label("登记码").fill(hall.invite("大厅1号机"))
        touch(page, "登记这台机器")
        expect(page.get_by_role("heading", name="这台机器已经登记：大厅1号机")).to_be_visible()
        check(page, "registered")
        page.get_by_role("link", name="开始使用").tap()
        expect(page.locator("#screen")).to_have_attribute("data-screen", "start")
        assert "zhilu_kiosk_device" not in page.evaluate("document.cookie")
        hall.revoke("大厅1号机")
        page.get_by_role("link", name="首页").tap()
        expect(page.get_by_role("heading", name="这台机器还没有登记")).to_be_visible()
