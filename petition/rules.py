"""Word rules of the triage as values: cues (named word lists), ordered rules over cues, weighted words a matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from petition.citation import Citation, Law
from petition.matters import Branch, Channel, Matter, PetitionType

Data = Mapping[str, Any]


def _pattern(words: Iterable[str] | str) -> re.Pattern[str]:
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
    """Under this condition a claim falls under `branch`, and these channels are open, best first."""

    name: str
    condition: Condition
    branch: Branch | None
    channels: tuple[Channel, ...]
    reason: str
    citation: Citation

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

    @classmethod
    def from_data(cls, data: Data) -> Rules:
        """From the plain dicts of data/triage: `cues`, `types`, `matters`, `routes` by type."""
        cues = {name: _pattern(words) for name, words in data["cues"].items()}
        return cls(
            cues=cues,
            types=tuple(_type_rule(row, cues) for row in data["types"]),
            matters={
                Matter(matter): tuple(Words(float(weight), _pattern(words)) for weight, words in by_weight.items())
                for matter, by_weight in data["matters"].items()
            },
            routes={
                PetitionType(kind): tuple(_route(row, cues) for row in rows) for kind, rows in data["routes"].items()
            },
        )

    def found_cues(self, text: str) -> frozenset[str]:
        """The names of the cues that occur in a text."""
        return frozenset(name for name, pattern in self.cues.items() if pattern.search(text))


def _type_rule(row: Data, cues: Mapping[str, re.Pattern[str]]) -> TypeRule:
    return TypeRule(row["name"], Condition.from_data(row, cues), PetitionType(row["type"]))


def _route(row: Data, cues: Mapping[str, re.Pattern[str]]) -> Route:
    channels: Sequence[str] = row["channels"]
    return Route(
        name=row["name"],
        condition=Condition.from_data(row, cues),
        branch=Branch(row["branch"]) if row.get("branch") else None,
        channels=tuple(map(Channel, channels)),
        reason=row["reason"],
        citation=Citation(Law(row["law"]), int(row["article"]), str(row.get("clause", ""))),
    )
