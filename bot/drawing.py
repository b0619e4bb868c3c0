"""The road of a petition as a picture: one SVG for phones, for the kiosk and its paper and, drawn from it, a PNG for WeChat."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from petition.days import in_words

logger = logging.getLogger(__name__)
ZOOM = 3  # a picture of 1,074 pixels
NEVER_FIRST = "，。、；：？！）》”"  # of a line
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates" / "h5"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Look:
    """The sizes of a drawing, in pixels where it is shown as wide as it is drawn; `lane`: how wide the way itself is."""

    name: str
    width: int
    lane: int
    text_at: int
    title: int
    small: int
    head: int
    row: int
    row_now: int
    edge: int = 14
    inset: int = 2
    mark_at: int = 34
    foot: int = 14
    boxes: bool = False  # a frame around each stage


PHONE = Look("road", width=358, lane=358, text_at=66, title=23, small=18, head=56, row=84, row_now=112)
HALL = Look(
    "hall",
    width=720,
    lane=400,
    text_at=82,
    title=30,
    small=25,
    head=10,
    row=90,
    row_now=126,
    inset=5,
    mark_at=44,
    boxes=True,
)
WIDTH, CELL, GAP, CROSSING_HEAD = PHONE.width, 86, 10, 96


@dataclass(frozen=True)
class Place:
    """Something beside the way that can be touched: a stage that may come instead, or an exit to a legal channel."""

    id: str
    title: str
    note: str = ""
    mark: str = ""
    left: int = 0
    top: int = 0
    width: int = 0
    height: int = CELL
    stays: bool = False  # on the way

    def lines(self, size: int) -> list[str]:
        """The title, broken where the box ends."""
        return broken(self.title, (self.width - 104) // size)


@dataclass(frozen=True)
class Crossing:
    """Where the ways part (第三十一条): drawn before the stage `before`; the last of `exits` stays on the way."""

    title: str
    note: str
    before: str
    exits: tuple[Place, ...]
    top: int = 0

    @property
    def rows(self) -> int:
        """Two exits a row, the one that stays alone."""
        return len(self.exits) // 2 + 1

    @property
    def height(self) -> int:
        return CROSSING_HEAD + self.rows * (CELL + GAP) + GAP


@dataclass(frozen=True)
class Map:
    """What a hall has room for beside the way: stages that may come instead, the crossing, and how long each step may take."""

    beside: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    crossing: Crossing | None = None
    within: Mapping[str, str] = field(default_factory=dict)


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
    within: str = ""
    beside: tuple[Place, ...] = ()

    @property
    def middle(self) -> int:
        """Where its mark is."""
        return self.top + self.height // 2


PLAIN = Map()


def road_svg(
    roadmap: Mapping[str, Any],
    *,
    links: bool = False,
    look: Look = PHONE,
    around: Map = PLAIN,
    link: str = "#stage-",
    query: str = "",
) -> Markup:
    """The road of contract.md; `links`: each stage leads to `link`, its id and `query`; htmx fetches what is an address. Without a stage of now it is the road of anybody."""
    rows, crossing = rows_of(roadmap, look, around)
    facts = {
        "rows": rows,
        "crossing": crossing,
        "cells": cells_of(crossing, look) if crossing else (),
        "height": rows[-1].top + rows[-1].height + look.foot if rows else look.head,
        "here": any(row.state == "now" for row in rows),
    }
    asked = {
        "links": links,
        "link": link,
        "query": query,
        "look": look,
        "whole": bool(around.beside),
        "lane": lane_of(look, around),
    }
    return Markup(TEMPLATES.get_template("road.html").render(**facts, **asked))  # noqa: S704 (escaped there)


def lane_of(look: Look, around: Map) -> int:
    """The way itself; it has the whole width where nothing stands beside it."""
    return look.lane if around.beside else look.width


def rows_of(roadmap: Mapping[str, Any], look: Look = PHONE, around: Map = PLAIN) -> tuple[list[Row], Crossing | None]:
    """Every stage of the road, one under the other, and the crossing between them."""
    rows: list[Row] = []
    top, crossing = look.head, None
    for number, each in enumerate(roadmap.get("stages") or (), start=1):
        if around.crossing and around.crossing.before == each["id"]:
            crossing = replace(around.crossing, top=top + GAP // 2)
            top += crossing.height + GAP
        row = row_of(each, number, top, look, around)
        rows.append(row)
        top += row.height
    return rows, crossing


def row_of(stage: Mapping[str, Any], number: int, top: int, look: Look, around: Map) -> Row:
    beside = around.beside.get(stage["id"], ())
    height = max(look.row_now if stage["state"] == "now" else look.row, look.row * len(beside))
    on, due = in_words(stage.get("on")), in_words(stage.get("due"))
    left, width = look.lane + GAP, look.width - look.lane - GAP - 4
    places = tuple(
        replace(each, left=left, width=width, top=top + at * look.row + look.inset, height=look.row - 2 * look.inset)
        for at, each in enumerate(beside)
    )
    within = around.within.get(stage["id"], "")
    return Row(stage["id"], stage["title"], stage["state"], number, top, height, on, due, within, places)


def cells_of(crossing: Crossing, look: Look) -> tuple[Place, ...]:
    """The exits with their places: two a row, the one that stays on the way under them."""
    half, cells = (look.width - 3 * GAP - 8) // 2, []
    for at, each in enumerate(crossing.exits):
        row, column = (crossing.rows - 1, 0) if each.stays else divmod(at, 2)
        left, width = 4 + GAP + column * (half + GAP), 2 * half + GAP if each.stays else half
        top = crossing.top + CROSSING_HEAD + row * (CELL + GAP)
        cells.append(replace(each, left=left, width=width, top=top))
    return tuple(cells)


def broken(text: str, most: int) -> list[str]:
    """Lines of at most `most` characters, broken after a comma where one stands in the second half; no line begins with one."""
    lines = []
    while len(text) > most:
        commas = [at for at in range(most // 2, most) if text[at] in NEVER_FIRST]
        at = commas[-1] + 1 if commas else most - (text[most] in NEVER_FIRST)
        lines.append(text[:at])
        text = text[at:]
    return [*lines, text]


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
