"""Field guides (分领域导引图、依法分类处理诉求清单): the usual demands of a matter, each with the route that the triage gives it.

Branch, channels, law and limits are not said here: they are those of the route, so that the sheet on the wall and the
machine never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from petition.matters import Matter
from petition.rules import Rules, words_pattern
from petition.text import half_width

Data = Mapping[str, Any]
WORD_WEIGHT = 10.0  # a word that a row names
TITLE_WEIGHT = 2.0  # a pair of characters of the row's title
EXAMPLE_WEIGHT = 30.0  # a text that is one of the row's examples, less where it is only like one


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


@dataclass(frozen=True)
class Demand:
    """诉求: one row; `route` is the name of a rule of the triage, `examples` how people say it."""

    demand: str
    route: str
    examples: tuple[str, ...] = ()
    words: re.Pattern[str] | None = None
    note: str = ""

    def likeness(self, text: str) -> float:
        """How much a text speaks of this demand."""
        found = pairs(text)
        alike = max((dice(pairs(half_width(each)), found) for each in self.examples), default=0.0)
        named = len({match[0] for match in self.words.finditer(text)}) if self.words else 0
        return WORD_WEIGHT * named + TITLE_WEIGHT * len(pairs(self.demand) & found) + EXAMPLE_WEIGHT * alike


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets share, 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


@dataclass(frozen=True)
class Guide:
    """The sheet of one matter."""

    matter: Matter
    title: str
    intro: str
    demands: tuple[Demand, ...]


@dataclass(frozen=True)
class Guides:
    """The sheets of all matters; and the rows that hold in every matter, a sheet of their own with `title` and `intro`."""

    by_matter: Mapping[Matter, Guide]
    general: tuple[Demand, ...]
    title: str = ""
    intro: str = ""

    @classmethod
    def from_data(cls, sheets: list[Data], general: Data, rules: Rules) -> Guides:
        """From the plain dicts of data/guides; raises ValueError for a route that there is not or cannot lead there."""
        by_matter = {Matter(sheet["matter"]): _guide(sheet) for sheet in sheets}
        guides = cls(by_matter, _demands(general), general["title"], general["intro"])
        for matter, demand in guides.rows():
            _check(matter, demand, rules)
        return guides

    def __getitem__(self, matter: Matter) -> Guide:
        return self.by_matter[matter]

    def rows(self) -> Iterator[tuple[Matter | None, Demand]]:
        """Every row with its matter; none for the general ones."""
        for guide in self.by_matter.values():
            yield from ((guide.matter, demand) for demand in guide.demands)
        yield from ((None, demand) for demand in self.general)

    def row(self, matter: Matter, route: str, text: str) -> Demand | None:
        """The row of a triage: of this matter and route the one most like the text, else the general one."""
        own = self.by_matter[matter].demands if matter in self.by_matter else ()
        fitting = [each for each in own if each.route == route] or [e for e in self.general if e.route == route]
        plain = re.sub(r"\s+", "", half_width(text))
        return max(fitting, key=lambda each: each.likeness(plain), default=None)


def _guide(sheet: Data) -> Guide:
    return Guide(Matter(sheet["matter"]), sheet["title"], sheet["intro"], _demands(sheet))


def _demands(sheet: Data) -> tuple[Demand, ...]:
    return tuple(
        Demand(
            demand=row["demand"],
            route=row["route"],
            examples=tuple(row.get("examples", ())),
            words=words_pattern(row["words"]) if row.get("words") else None,
            note=row.get("note", ""),
        )
        for row in sheet["demands"]
    )


def _check(matter: Matter | None, demand: Demand, rules: Rules) -> None:
    try:
        _, route = rules.route(demand.route)
    except KeyError:
        raise ValueError(f"guide {matter or 'general'}, {demand.demand}: there is no route {demand.route}") from None
    if matter and route.condition.matters and matter not in route.condition.matters:
        raise ValueError(f"guide {matter}, {demand.demand}: the route {demand.route} does not lead there")
