"""contract.md: evidence handed in during a conversation."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bot.bodies import MOST_FORM
from bot.media import LARGEST
from tests.contract.api.test_conversations import detail
from tests.unit.bot.factories import PNG, visiting

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
