"""contract.md: evidence handed in during a conversation."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest

from bot.bodies import MOST_FORM
from tests.contract.api.test_conversations import detail
from tests.unit.bot.clamd import EICAR, FakeClamd, serving
from tests.unit.bot.factories import PNG, Visitor, visiting
from tests.unit.bot.photos import looked_at, photo, with_exif
from zhilu.media import LARGEST

pytestmark = pytest.mark.asyncio


async def test_a_photo_is_kept_sealed_and_the_engine_is_told(tmp_path: Path) -> None:
    photo = PNG + "马小云".encode() * 1000
    async with visiting(tmp_path) as visitor:
        response = await visitor.hand_in(photo)
        assert response.status_code == 201
        body = response.json()
        assert body["sha256"] == hashlib.sha256(photo).hexdigest()
        assert [each["kind"] for each in body["replies"]] == ["notice"]
        assert visitor.engine.heard[-1].payload == f'/attach{{"id": "{body["attachment"]}"}}'
        (kept,) = (tmp_path / "attachments").iterdir()
        assert "马小云".encode() not in kept.read_bytes()


async def test_a_large_file_never_lies_unsealed_on_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    async with visiting(tmp_path) as visitor:
        assert (await visitor.hand_in(PNG + bytes(3 * 1024 * 1024))).status_code == 201


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html>", "只是文字".encode()])
async def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.hand_in(content, "photo.png")
        assert response.status_code == 422
        assert detail(response)
        assert not visitor.engine.heard


async def test_a_form_without_a_file_is_refused(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        path = f"{visitor.path}/attachments"
        forms = [
            await visitor.http.post(path, headers=visitor.token),
            await visitor.http.post(path, headers=visitor.token, json={"file": "x"}),
            await visitor.http.post(path, headers=visitor.token, files={"other": ("a.png", PNG)}),
            await visitor.http.post(path, headers=visitor.token, data={"file": "text"}, files={"x": b""}),
            await visitor.http.post(
                path, headers={**visitor.token, "Content-Type": "multipart/form-data; boundary=x"}, content=b"--y junk"
            ),
        ]
        assert {each.status_code for each in forms} == {422}
        assert all(detail(each) for each in forms)


@pytest.mark.parametrize("size", [LARGEST + 1, MOST_FORM + 1])
async def test_a_file_of_more_than_ten_megabytes_is_refused(tmp_path: Path, size: int) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.hand_in(PNG + bytes(size - len(PNG)))
        assert response.status_code == 413
        assert "10" in detail(response)


async def test_the_tenth_file_is_refused(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        statuses = [(await visitor.hand_in(PNG)).status_code for _ in range(10)]
        assert statuses == [201] * 9 + [422]


async def test_a_file_that_the_engine_cannot_note_is_not_kept(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.engine.away = True
        response = await visitor.hand_in(PNG)
        assert response.status_code == 503
        assert detail(response)
        assert list((tmp_path / "attachments").iterdir()) == []


# --- pictures ----------------------------------------------------------------------------------------------------------------------


async def look(visitor: Visitor, attachment: str, size: str = "display", **headers: str) -> httpx.Response:
    path = f"{visitor.path}/attachments/{attachment}?size={size}"
    return await visitor.http.get(path, headers=headers or visitor.token)


async def test_a_photo_can_be_seen_written_anew_and_stored_nowhere(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        body = (await visitor.hand_in(with_exif())).json()
        assert body["preview"] is True
        assert body["sha256"] == hashlib.sha256(with_exif()).hexdigest()
        shown = await look(visitor, body["attachment"])
        small = await look(visitor, body["attachment"], "thumbnail")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert b"Secret Phone" not in shown.content
    assert looked_at(shown.content).size == (300, 400)
    assert looked_at(small.content).size == (240, 320)
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"].startswith("sandbox")


async def test_only_the_conversation_that_handed_it_in_sees_it(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        attachment = (await visitor.hand_in(photo())).json()["attachment"]
        assert (await look(visitor, attachment, Authorization="Bearer wrong")).status_code == 401
        await visitor.arrive()
        refused = await look(visitor, attachment)
        assert refused.status_code == 404
        assert detail(refused)


@pytest.mark.parametrize("wanted", ["nothing", "..%2F..%2Fregister.db", "a" * 37, "%00", "x.display"])
async def test_what_is_not_there_cannot_be_seen(tmp_path: Path, wanted: str) -> None:
    async with visiting(tmp_path) as visitor:
        assert (await look(visitor, wanted)).status_code == 404


async def test_a_file_without_a_picture_is_kept_and_a_photo_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        paper, broken = [(await visitor.hand_in(each)).json() for each in (b"%PDF-1.7 a letter", photo()[:600])]
        assert [each["preview"] for each in (paper, broken)] == [False, False]
        assert "打不开" not in paper["replies"][0]["text"]
        assert "再拍一张" in broken["replies"][0]["text"]
        assert (await look(visitor, broken["attachment"])).status_code == 404


async def test_a_conversation_takes_only_so_much_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.attachments.MOST_BYTES_IN_A_CONVERSATION", 2 * len(PNG))
    async with visiting(tmp_path) as visitor:
        statuses = [(await visitor.hand_in(PNG)).status_code for _ in range(3)]
        assert statuses == [201, 201, 413]
        assert "40" in detail(await visitor.hand_in(PNG))
        assert len(list((tmp_path / "attachments").iterdir())) == 2


# --- malware -----------------------------------------------------------------------------------------------------------------------


async def test_an_infected_file_is_refused_in_words_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    with serving(FakeClamd()) as scanner:
        async with visiting(tmp_path, clamd=scanner.address) as visitor:
            refused = await visitor.hand_in(photo() + EICAR)
            assert refused.status_code == 422
            assert "病毒" in detail(refused)
            assert not visitor.engine.heard
            assert not (tmp_path / "attachments").exists()
            assert (await visitor.hand_in(photo())).json()["preview"] is True
        assert scanner.scanned == [len(photo() + EICAR), len(photo())]


async def test_while_the_scanner_is_away_a_file_is_kept_and_shown_to_nobody(tmp_path: Path) -> None:
    with serving(FakeClamd()) as scanner:
        away = scanner.address
    async with visiting(tmp_path, clamd=away) as visitor:
        response = await visitor.hand_in(photo())
        body = response.json()
        assert (response.status_code, body["preview"]) == (201, False)
        assert "材料收到了" in body["replies"][0]["text"]
        assert (await look(visitor, body["attachment"])).status_code == 404
        assert 'zhilu_faults_total{place="scan"} 1.0' in (await visitor.http.get("/metrics")).text
