"""Which template of the platform says which notice (data/wechat/templates.yml): the ids are the office's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any

from cases.notice_texts import NoticeKind
from knowledge.yamls import read_yaml

DISCREET = "discreet"
NAMES = frozenset({*NoticeKind, DISCREET})
NEEDED = frozenset({NoticeKind.OTHER.value, DISCREET})
BLANKS = frozenset({"number", "today", "office", "phone"})
# What the platform takes in a field, by the first part of its name (47003); a name that is not here may hold 20 characters.
LONGEST = {"thing": 20, "character_string": 32, "phrase": 5, "number": 32, "letter": 32, "symbol": 5}
USUAL = 20
FIELD = re.compile(r"(?P<kind>[a-z_]+)\d{1,2}")


class Way(StrEnum):
    """模板消息 or 订阅通知."""

    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True)
class Template:
    """One template; without an id the platform has not been asked for it, and the notice stands on the status page only."""

    id: str
    way: Way
    fields: Mapping[str, str]

    def filled(self, facts: Mapping[str, str]) -> dict[str, str]:
        """What stands in each field, cut to what the platform takes."""
        return {name: text.format_map(facts)[: longest(name)] for name, text in self.fields.items()}


@dataclass(frozen=True)
class Templates:
    """A template for each kind of notice, that of `other` for a kind without its own; `page` is what a touch opens."""

    kinds: Mapping[str, Template]
    page: str

    def of(self, kind: str) -> Template:
        """The template that says a notice of this kind."""
        return self.kinds.get(kind, self.kinds[NoticeKind.OTHER])

    @property
    def ready(self) -> bool:
        """Whether any notice can leave at all: only then are citizens asked whether they want some."""
        return any(each.id for each in self.kinds.values())


def load_templates(path: Path) -> Templates:
    """The templates of a file; ValueError says what is wrong in it."""
    read = read_yaml(path)
    rows = read["kinds"]
    if not NEEDED <= set(rows) <= NAMES:
        raise ValueError(f"templates: knows the kinds {', '.join(sorted(NAMES))}; needs {', '.join(sorted(NEEDED))}")
    page = read["page"]
    if not page.startswith("/") or page.startswith("//"):
        raise ValueError("templates: page has to begin with one /")
    return Templates({kind: template_of(kind, row) for kind, row in rows.items()}, page)


def template_of(kind: str, row: Mapping[str, Any]) -> Template:
    fields: Mapping[str, str] = row["fields"]
    for name, text in fields.items():
        if not FIELD.fullmatch(name):
            raise ValueError(f"{kind}: {name} is no field of a template")
        blanks = {blank for _, blank, _, _ in Formatter().parse(text) if blank is not None}
        if blanks - BLANKS:
            raise ValueError(f"{kind}: nobody fills {', '.join(sorted(blanks - BLANKS))}")
        if not blanks and len(text) > longest(name):
            raise ValueError(f"{kind}: {name} takes {longest(name)} characters")
    return Template(row["id"].strip(), Way(row["way"]), fields)


def longest(name: str) -> int:
    match = FIELD.fullmatch(name)
    return LONGEST.get(match["kind"], USUAL) if match else USUAL
