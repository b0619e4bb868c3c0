"""The road of a petition as a picture: one SVG for pages and, drawn from it, a PNG for WeChat."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

logger = logging.getLogger(__name__)
WIDTH, EDGE, TEXT_AT = 358, 14, 66
TITLE, SMALL = 23, 18  # font sizes, in pixels on a phone
HEAD, ROW, ROW_NOW, FOOT = 56, 84, 112, 14
ZOOM = 3  # a picture of 1,074 pixels
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates" / "h5"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Row:
    """A stage with its place; the days in words."""

    id: str
    title: str
    state: str
    number: int
    top: int
    height: int
    on: str
    due: str

    @property
    def middle(self) -> int:
        """Where its mark is."""
        return self.top + self.height // 2


def road_svg(roadmap: Mapping[str, Any], *, links: bool = False) -> Markup:
    """The road of contract.md; `links`: each stage leads to `#stage-…` of the page. Without a stage of now it is the road of anybody."""
    rows = rows_of(roadmap)
    facts = {"rows": rows, "height": rows[-1].top + rows[-1].height + FOOT if rows else HEAD, "links": links}
    sizes = {"width": WIDTH, "edge": EDGE, "text_at": TEXT_AT, "title": TITLE, "small": SMALL}
    here = any(row.state == "now" for row in rows)
    return Markup(TEMPLATES.get_template("road.html").render(**facts, **sizes, here=here))  # noqa: S704 (escaped there)


def rows_of(roadmap: Mapping[str, Any]) -> list[Row]:
    """Every stage of the road, one under the other."""
    rows: list[Row] = []
    top = HEAD
    for number, each in enumerate(roadmap.get("stages") or (), start=1):
        height = ROW_NOW if each["state"] == "now" else ROW
        on, due = in_words(each.get("on")), in_words(each.get("due"))
        rows.append(Row(each["id"], each["title"], each["state"], number, top, height, on, due))
        top += height
    return rows


def in_words(day: str | None) -> str:
    """2026-11-21 as people say it."""
    if not day:
        return ""
    year, month, date = day.split("-")
    return f"{year}年{int(month)}月{int(date)}日"


def road_png(roadmap: Mapping[str, Any]) -> bytes | None:
    """The same as a picture; None where this machine has no font with Chinese characters."""
    if not roadmap.get("stages"):
        return None
    if not can_write_chinese():
        logger.warning("no picture of the road: install a font with Chinese characters (Noto Sans CJK)")
        return None
    return drawn(str(road_svg(roadmap)))


@cache
def can_write_chinese() -> bool:
    """Whether a character leaves ink: without a font it would leave none, and nobody would notice."""
    sheet = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{}</svg>'
    ink = '<text x="4" y="30" font-size="30" font-family="Noto Sans CJK SC, sans-serif">路</text>'
    return drawn(sheet.format(ink)) != drawn(sheet.format(""))


@lru_cache(maxsize=64)
def drawn(svg: str) -> bytes:
    """A PNG on white; roads are alike, and drawing one takes a third of a second."""
    with warnings.catch_warnings():  # of how the library itself is built
        warnings.simplefilter("ignore", DeprecationWarning)
        import resvg_py
    png: bytes = resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM, background="#ffffff")
    return bytes(png)
