"""Every screen and every text of the kiosk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.kiosk.texts import Texts
from knowledge.office import load_office
from petition.draft import SLOTS
from tests.unit.bot.kiosk.kiosk_client import Kiosk, standing_at
from zhilu.settings import ROOT, Settings

TEMPLATES = sorted((ROOT / "bot" / "templates" / "kiosk").glob("*.html"))
KEY = re.compile(r"""\bt\("([a-z_]+\.[a-z0-9-]+)"[,)]""")
USED = sorted({key for file in TEMPLATES for key in KEY.findall(file.read_text(encoding="utf-8"))})
TOOLS = ("tool-home", "tool-back", "tool-speak", "tool-look", "tool-person", "tool-end")


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    async with standing_at(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def texts() -> Texts:
    settings = Settings()
    return Texts.of_kiosk(settings.kiosk_dir, "zh-CN").filled_by(load_office(settings.office_file))


def test_every_text_of_a_template_is_in_the_catalogue(texts: Texts) -> None:
    assert len(USED) > 50
    assert [key for key in USED if key not in texts] == []


def test_every_question_says_why(texts: Texts) -> None:
    assert [slot for slot in SLOTS if not texts(f"talk.why-{slot}").startswith("为什么问：")] == []


def test_another_language_falls_back_to_plain_chinese(tmp_path: Path) -> None:
    for language, text in (("zh-CN", "ask: 问一问\nfile: 我要反映"), ("sc", "ask: 摆一哈")):
        folder = tmp_path / "texts" / language
        folder.mkdir(parents=True)
        (folder / "start.yml").write_text(text, encoding="utf-8")
    texts = Texts.of_kiosk(tmp_path, "sc")
    assert (texts("start.ask"), texts("start.file"), texts.language) == ("摆一哈", "我要反映", "sc")


async def test_the_start_has_four_choices_and_six_tools(kiosk: Kiosk) -> None:
    page = (await kiosk.get(part=False)).text
    for choice in ("问一问", "我要反映", "查进度", "路线图"):
        assert f"<strong>{choice}</strong>" in page
    for tool in TOOLS:
        assert f'id="{tool}"' in page
    assert re.search(r"<noscript>.*按钮照样能点.*</noscript>", page)


@pytest.mark.parametrize("path", ["", "/start", "/status", "/roadmap"])
async def test_a_screen_comes_whole_or_in_part(kiosk: Kiosk, path: str) -> None:
    whole, part = await kiosk.get(path, part=False), await kiosk.get(path)
    assert whole.text.lstrip().startswith("<!doctype html>")
    assert part.text.lstrip().startswith('<main id="screen"')
    assert "<h1" in part.text


async def test_how_it_looks_holds_until_the_end(kiosk: Kiosk) -> None:
    answer = await kiosk.post("/look", theme="contrast")
    assert answer.headers["hx-trigger"] == '{"look": {"theme": "contrast", "size": "1", "reach": "full"}}'
    await kiosk.post("/look", size="4")
    await kiosk.post("/look", reach="low")
    page = (await kiosk.get(part=False)).text
    assert 'data-theme="contrast" data-size="4" data-reach="low"' in page
    await kiosk.post("/look", theme="<script>")
    assert 'data-theme="contrast"' in (await kiosk.get(part=False)).text
    await kiosk.post("/end")
    assert 'data-theme="normal" data-size="1" data-reach="full"' in (await kiosk.get(part=False)).text


async def test_a_wrong_code_is_told_and_only_the_number_stays(kiosk: Kiosk) -> None:
    answer = await kiosk.post("/status", number="QH-20261121-1", code="AAAA-BBBB-CCCC")
    assert answer.status_code == 404
    assert "QH-20261121-1" in answer.text
    assert "AAAA-BBBB-CCCC" not in answer.text
    assert "没有查到" in answer.text


async def test_the_old_address_leads_here(kiosk: Kiosk) -> None:
    answer = await kiosk.http.get("/?surface=kiosk")
    assert (answer.status_code, answer.headers["location"]) == (307, "/kiosk")
