"""What the touch keyboard knows: our words, the dictionaries' words, every character, the names of the place."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import create_app
from bot.kiosk.words import Source, ensure_words
from bot.routes.kiosk_words import words_of
from petition.draft import SLOTS
from tests.unit.bot.factories import FakeEngine, make_services
from zhilu.settings import Settings

MOST_BYTES = 350 * 1024
BY_TOUCH = {"consent", "confidentiality", "confirm"}  # questions without a field


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_words(Source.of(Settings()), tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def words(made: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(made.read_bytes()))
    return content


def plain(words: dict[str, Any]) -> set[str]:
    return {
        "".join(sign for sign in word if not sign.isdigit()) for row in words["words"].values() for word in row.split()
    }


def test_is_small_enough_to_be_fetched_at_the_first_touch(made: Path) -> None:
    assert made.stat().st_size <= MOST_BYTES


def test_knows_the_words_of_petitioning_and_of_every_day(words: dict[str, Any]) -> None:
    assert len(plain(words)) >= 30_000
    assert {"信访", "你好", "村委会", "补偿款", "拖欠工资", "孩子", "天气"} <= plain(words)


def test_knows_the_names_of_the_place(words: dict[str, Any]) -> None:
    assert {"张汴乡", "云溪镇", "城关街道"} <= plain(words)
    assert "示例" not in {word for level, row in words["words"].items() if int(level) > 38 for word in row.split()}


@pytest.mark.parametrize(
    ("syllable", "characters"),
    [
        ("zhe", "喆"),
        ("kun", "堃"),
        ("rong", "镕"),
        ("yan", "䶮"),
        ("hong", "𬭎"),
        ("nv", "女"),
        ("chong", "重"),
        ("dan", "单"),
    ],
)
def test_knows_rare_characters_of_names_and_second_readings(
    words: dict[str, Any], syllable: str, characters: str
) -> None:
    assert characters in words["characters"][syllable][0]


def test_knows_every_character_that_is_usual(words: dict[str, Any]) -> None:
    known = set("".join(row for row, _ in words["characters"].values()))
    usual = {
        bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)
    } - {""}
    assert usual <= known
    assert len(known) >= 8000


def test_every_character_has_its_weight_beside_it(words: dict[str, Any]) -> None:
    assert [syllable for syllable, (row, weights) in words["characters"].items() if len(row) != len(weights)] == []


def test_a_slip_in_our_examples_is_no_word(words: dict[str, Any]) -> None:
    assert "信仿" not in plain(words)


def test_every_question_with_a_field_has_phrases(words: dict[str, Any]) -> None:
    assert SLOTS.keys() - BY_TOUCH - words["phrases"].keys() == set()
    assert all(len(phrase) <= 12 for phrases in words["phrases"].values() for phrase in phrases)


def small_source(folder: Path) -> Source:
    """Our own lists alone: quick to make."""
    own = Source.of(Settings())
    kiosk, office = folder / "kiosk", folder / "office.yml"
    kiosk.mkdir(parents=True)
    for name in ("words.yml", "phrases.yml"):
        shutil.copy(own.kiosk / name, kiosk)
    shutil.copy(own.office, office)
    return Source(folder, kiosk, office, folder / "extract.yml")


def test_is_made_once_and_again_when_our_words_change(tmp_path: Path) -> None:
    source, cache = small_source(tmp_path / "data"), tmp_path / "cache"
    first = ensure_words(source, cache)
    os.utime(first, (1, 1))
    assert ensure_words(source, cache).stat().st_mtime == 1
    listed = source.kiosk / "words.yml"
    listed.write_text(
        listed.read_text(encoding="utf-8").replace("  - 信访\n", "  - 信访\n  - 信访接待大厅\n", 1), encoding="utf-8"
    )
    second = ensure_words(source, cache)
    assert second != first
    assert not first.exists()
    assert "信访接待大厅" in plain(json.loads(gzip.decompress(second.read_bytes())))


async def test_the_server_gives_them_under_their_hash(tmp_path: Path, made: Path) -> None:
    services = make_services(tmp_path, FakeEngine())
    shelf = tmp_path / "cache" / "keyboard"
    shelf.mkdir(parents=True)
    shutil.copy(made, shelf)
    assert words_of(services.settings).name == made.name
    app = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=app, base_url="http://kiosk", follow_redirects=True) as client:
        answer = await client.get("/kiosk/words")
        unpacked = await client.get(answer.url, headers={"Accept-Encoding": "identity"})
        lost = await client.get("/kiosk/words/0123456789.json")
    assert made.name.removeprefix("words-").removesuffix(".json.gz") in str(answer.url)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json() == unpacked.json()
    assert lost.status_code == 404
    await services.aclose()
