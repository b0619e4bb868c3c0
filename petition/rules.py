"""Word rules of the triage as values: cues (named word lists), ordered rules over cues, weighted words a matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from petition.citation import Citation, Law
from petition.clocks import Clocks
from petition.matters import Branch, Channel, Matter, PetitionType

Data = Mapping[str, Any]


def words_pattern(words: Iterable[str] | str) -> re.Pattern[str]:
    """Any of the words or regular expressions; longer ones first, so that they are the ones counted."""
    listed = words.split() if isinstance(words, str) else list(map(str, words))
    return re.compile("|".join(f"(?:{word})" for word in sorted(listed, key=len, reverse=True)))


@dataclass(frozen=True)
class Condition:
    """All of `when`, none of `unless` (names of cues), and one of `matters` where any are named."""

    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    matters: frozenset[Matter] = frozenset()

    @classmethod
    def from_data(cls, data: Data, cues: Mapping[str, re.Pattern[str]]) -> Condition:
        """Raises ValueError where a cue or a matter is not known."""
        when, unless = tuple(data.get("when", ())), tuple(data.get("unless", ()))
        if unknown := [cue for cue in (*when, *unless) if cue not in cues]:
            raise ValueError(f"rule {data['name']}: unknown cues {unknown}")
        return cls(when, unless, frozenset(map(Matter, data.get("matters", ()))))


@dataclass(frozen=True)
class TypeRule:
    """Under this condition a petition is of this type."""

    name: str
    condition: Condition
    type: PetitionType


@dataclass(frozen=True)
class Route:
    """Under this condition a claim falls under `branch`, and these channels are open, best first.

    `howto`: the topic that tells how to use the first of them, where it is not the channel's usual one.
    """

    name: str
    condition: Condition
    branch: Branch | None
    channels: tuple[Channel, ...]
    reason: str
    citation: Citation
    howto: str = ""

    @property
    def why(self) -> str:
        """The reason in one sentence with its article."""
        return f"{self.reason}（{self.citation.text}）。"


@dataclass(frozen=True)
class Words:
    """Words of one weight that speak for (or, with a negative weight, against) a matter."""

    weight: float
    pattern: re.Pattern[str]

    def score(self, text: str) -> float:
        """The weight for each distinct word found; the fourth and later ones add nothing."""
        return self.weight * min(len({match[0] for match in self.pattern.finditer(text)}), 3)


@dataclass(frozen=True)
class Rules:
    """All rules of the triage; build with `from_data`."""

    cues: Mapping[str, re.Pattern[str]]
    types: tuple[TypeRule, ...]
    matters: Mapping[Matter, tuple[Words, ...]]
    routes: Mapping[PetitionType, tuple[Route, ...]]
    clocks: Clocks
    howto: Mapping[Channel, str]

    @classmethod
    def from_data(cls, data: Data) -> Rules:
        """From the plain dicts of data/triage: `cues`, `types`, `matters`, `routes` by type, `clocks`, `howto`."""
        cues = {name: words_pattern(words) for name, words in data["cues"].items()}
        clocks, howto = Clocks.from_data(data["clocks"]), data["howto"]
        make = _RouteMaker(cues, clocks, howto["routes"])
        rules = cls(
            cues=cues,
            types=tuple(_type_rule(row, cues) for row in data["types"]),
            matters={
                Matter(matter): tuple(Words(float(weight), words_pattern(words)) for weight, words in by_weight.items())
                for matter, by_weight in data["matters"].items()
            },
            routes={PetitionType(kind): tuple(map(make.route, rows)) for kind, rows in data["routes"].items()},
            clocks=clocks,
            howto={Channel(channel): topic for channel, topic in howto["channels"].items()},
        )
        rules.check_names(howto["routes"])
        return rules

    def check_names(self, routes_with_howto: Iterable[str]) -> None:
        """Every route that another file names is there, and none stands twice; raises ValueError."""
        names = [route.name for routes in self.routes.values() for route in routes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"routes stand twice: {twice}")
        named = {*routes_with_howto, *(name for clock in self.clocks.all for name in clock.routes | clock.not_routes)}
        if unknown := sorted(named - set(names)):
            raise ValueError(f"there are no routes {unknown}")

    def route(self, name: str) -> tuple[PetitionType, Route]:
        """A route by its name, and the type of petition that takes it; raises KeyError."""
        for kind, routes in self.routes.items():
            for route in routes:
                if route.name == name:
                    return kind, route
        raise KeyError(name)

    def topic_for(self, channel: Channel, route: str = "") -> str:
        """The topic that tells how to use a channel; a route may have a better one for its first channel."""
        own = next((each for routes in self.routes.values() for each in routes if each.name == route), None)
        if own and own.howto and own.channels[:1] == (channel,):
            return own.howto
        return self.howto.get(channel, "")

    def found_cues(self, text: str) -> frozenset[str]:
        """The names of the cues that occur in a text."""
        return frozenset(name for name, pattern in self.cues.items() if pattern.search(text))


def _type_rule(row: Data, cues: Mapping[str, re.Pattern[str]]) -> TypeRule:
    return TypeRule(row["name"], Condition.from_data(row, cues), PetitionType(row["type"]))


@dataclass(frozen=True)
class _RouteMaker:
    """Makes routes from their rows; the limits in a reason are those of the clocks."""

    cues: Mapping[str, re.Pattern[str]]
    clocks: Clocks
    howto: Mapping[str, str]

    def route(self, row: Data) -> Route:
        channels: Sequence[str] = row["channels"]
        return Route(
            name=row["name"],
            condition=Condition.from_data(row, self.cues),
            branch=Branch(row["branch"]) if row.get("branch") else None,
            channels=tuple(map(Channel, channels)),
            reason=self.clocks.fill(row["reason"]),
            citation=Citation(Law(row["law"]), int(row["article"]), str(row.get("clause", ""))),
            howto=self.howto.get(row["name"], ""),
        )
