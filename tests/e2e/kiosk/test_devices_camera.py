"""A paper is photographed at the kiosk, in a real browser with Chromium's own fake camera."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsers import chromium
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.devices_stage import Hall, OpenKiosk, asked, check, touch
from tests.e2e.kiosk.devices_stage import hall as hall
from tests.e2e.kiosk.devices_stage import kiosk as kiosk

CAMERA = "拍照片"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """With a camera that shows a moving picture, and nobody to ask whether it may be used."""
    with chromium("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream") as opened:
        yield opened


def test_a_paper_is_photographed_looked_at_and_handed_in(hall: Hall, kiosk: OpenKiosk) -> None:
    page = kiosk(hall)
    asked(page, "材料")
    check(page, "camera-offer")
    touch(page, CAMERA)
    expect(page.locator("dialog video")).to_be_visible()
    check(page, "camera-preview")
    touch(page, "拍")
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    touch(page, "重拍")
    expect(page.locator("dialog video")).to_be_visible()
    touch(page, "拍")
    check(page, "camera-photo")
    with page.expect_request("**/kiosk/attach") as sent, page.expect_response("**/kiosk/attach") as answered:
        touch(page, "用这张")
    assert "multipart/form-data" in sent.value.headers["content-type"]
    assert answered.value.status == 200
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_a_camera_there_is_only_the_file(hall: Hall, kiosk: OpenKiosk) -> None:
    page = kiosk(hall)
    page.add_init_script("navigator.mediaDevices.enumerateDevices = async () => []")
    page.reload()
    asked(page, "材料")
    expect(page.locator("form.evidence")).to_be_visible()
    expect(page.get_by_role("button", name=CAMERA)).to_have_count(0)


def test_a_camera_that_does_not_open_leads_to_the_file(hall: Hall, kiosk: OpenKiosk) -> None:
    page = kiosk(hall)
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError'); }"
    )
    page.reload()
    asked(page, "材料")
    touch(page, CAMERA)
    expect(page.get_by_role("dialog")).to_contain_text("摄像头打不开")
    with page.expect_file_chooser():
        touch(page, "选一个照片文件")
