"""Every text that a script or a template of the kiosk asks for is where it is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.kiosk.pages import SCRIPTS_READ
from bot.kiosk.texts import Texts
from zhilu.settings import ROOT, Settings

SCRIPTS = sorted((ROOT / "bot" / "static" / "kiosk").rglob("*.js"))
TEMPLATES = sorted((ROOT / "bot" / "templates" / "kiosk").glob("*.html"))
NAMED = re.compile(rf"""["'`]((?:{"|".join(SCRIPTS_READ)}|offline)\.[a-z][a-z0-9-]*)["'`]""")
BUILT = re.compile(r"""\btext\(`([a-z]+\.[a-z0-9-]*)\$\{""")
IN_TEMPLATES = re.compile(r"""\bt\(["']([a-z_]+\.[a-z0-9-]*)["']( ~)?""")
OFFLINE = {"offline.waiting", "offline.trying", "offline.back"}  # rendered by offline.html


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.of_kiosk(Settings().kiosk_dir, "zh-CN")


def found(pattern: re.Pattern[str], files: Iterable[Path]) -> set[tuple[str, ...]]:
    return {match.groups() for file in files for match in pattern.finditer(file.read_text(encoding="utf-8"))}


def test_every_key_of_a_script_is_rendered_into_the_page(texts: Texts) -> None:
    keys = {key for (key,) in found(NAMED, SCRIPTS)}
    assert len(keys) > 60
    assert sorted(keys - texts.of(*SCRIPTS_READ).keys() - OFFLINE) == []


def test_every_key_that_a_script_builds_can_be_there(texts: Texts) -> None:
    beginnings = {beginning for (beginning,) in found(BUILT, SCRIPTS)}
    assert "keyboard." in beginnings
    rendered = texts.of(*SCRIPTS_READ)
    assert [each for each in beginnings if not any(key.startswith(each) for key in rendered)] == []


def test_every_key_of_a_template_is_in_the_catalogue(texts: Texts) -> None:
    keys = found(IN_TEMPLATES, TEMPLATES)
    assert len(keys) > 120
    assert [key for key, built in keys if not built and key not in texts] == []
    assert [
        key
        for key, built in keys
        if built and not any(each.startswith(key) for each in texts.of(key.partition(".")[0]))
    ] == []


def test_every_spoken_text_is_one_that_no_value_waits_for(texts: Texts) -> None:
    spoken = re.compile(r"/kiosk/speech/text/([a-z_]+\.[a-z0-9-]+)")
    sources = [*TEMPLATES, ROOT / "bot" / "kiosk" / "screens.py"]
    keys = [key for (key,) in found(spoken, sources)]
    assert len(keys) > 6
    assert [key for key in keys if key not in texts or re.search(r"\{(?!office\.)", texts.raw(key))] == []
