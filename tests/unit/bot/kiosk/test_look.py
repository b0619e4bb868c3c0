"""The colours of the kiosk: in every theme each ink stands out from every ground that it is used on."""

from __future__ import annotations

import re

import pytest

from zhilu.settings import ROOT

FOLDER = ROOT / "bot" / "static" / "kiosk"
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2: 1.4.3 for words, 1.4.11 for edges and signs
WORDS = [
    "ink/paper",
    "ink/card",
    "ink/soft",
    "ink/crossing",
    "ink/danger-card",
    "ink/done-card",
    "quiet/paper",
    "quiet/card",
    "quiet/soft",
    "quiet/crossing",
    "accent/paper",
    "accent/card",
    "accent/soft",
    "accent-ink/accent",
    "bar-ink/bar",
    "danger/card",
    "danger/danger-card",
    "danger-ink/danger",
    "done/card",
]
EDGES = [
    "line/paper",
    "line/card",
    "accent/paper",
    "danger/paper",
    "done/paper",
    "focus/paper",
    "focus/card",
    "bar-focus/bar",
]
THEMES = ("normal", "elder", "contrast", "dark")


def colours(theme: str) -> dict[str, str]:
    """The custom properties of a theme, on top of those of the page."""
    css = (FOLDER / "themes.css").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for selector in (":root", f':root[data-theme="{theme}"]'):
        for block in re.findall(rf"^{re.escape(selector)} \{{(.*?)\}}", css, re.DOTALL | re.MULTILINE):
            found |= dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", block))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_words_and_edges_stand_out(theme: str) -> None:
    found = colours(theme)
    weak = [
        (pair, round(contrast(found[ink], found[ground]), 2))
        for pairs, least in ((WORDS, TEXT), (EDGES, EDGE))
        for pair in pairs
        for ink, ground in [pair.split("/")]
        if contrast(found[ink], found[ground]) < least
    ]
    assert weak == []


def test_black_on_white_is_21_to_1() -> None:
    assert round(contrast("#000", "#ffffff"), 1) == 21.0


def test_no_colour_stands_in_the_screens_themselves() -> None:
    """A colour there would not follow the theme."""
    css = re.sub(r"/\*.*?\*/|url\(.*?\)", "", (FOLDER / "kiosk.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{6}\b|(?<![\w-])#[0-9a-f]{3}\b(?=[;\s])", css) == ["#fff"], (
        "only the white under a QR code"
    )
