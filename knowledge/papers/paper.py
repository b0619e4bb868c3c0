"""The form of data/papers/<id>/paper.yml: which law demands what, where each field comes from, to whom it is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field as Bound
from pydantic import StringConstraints, field_validator

from knowledge.entry import Citation, Form, Kebab, Text
from knowledge.papers.facts import SOURCES
from petition.draft import SLOTS
from petition.matters import Channel, Matter, PetitionType

Variable = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$")]


class Field(Form):
    """One variable of the template. Without `from` it is a blank to be filled in by hand.

    `optional`: left out where nothing was said; `rows`: a list, filled up with empty rows to this number.
    """

    title: Text
    source: Annotated[str, Bound(alias="from")] = ""
    hint: str = ""
    optional: bool = False
    rows: Annotated[int, Bound(ge=0)] = 0

    @field_validator("source")
    @classmethod
    def known(cls, source: str) -> str:
        """A value that there is."""
        if source and source not in SOURCES:
            raise ValueError(f"unknown source {source}")
        return source


class Offer(Form):
    """When a paper is offered: every condition that is named holds; a list wants any of its items."""

    channels: tuple[Channel, ...] = ()
    matters: tuple[Matter, ...] = ()
    types: tuple[PetitionType, ...] = ()
    routes: tuple[Kebab, ...] = ()
    unless_routes: tuple[Kebab, ...] = ()
    slots: tuple[str, ...] = ()

    @field_validator("slots")
    @classmethod
    def of_a_draft(cls, slots: tuple[str, ...]) -> tuple[str, ...]:
        """Slots of contract.md."""
        if unknown := set(slots) - set(SLOTS):
            raise ValueError(f"no slot {sorted(unknown)}")
        return slots


class Paper(Form):
    """One paper; `rank`: the lower, the earlier it is offered; `hand_in`: the channel whose body takes it, else our office."""

    id: Kebab
    title: Text
    short: Text
    rank: int
    hand_in: Channel = Channel.PETITION
    hand_in_note: str = ""
    checked_on: date
    citations: Annotated[list[Citation], Bound(min_length=1)]
    offered: Annotated[list[Offer], Bound(min_length=1)]
    fields: Annotated[dict[Variable, Field], Bound(min_length=1)]
    template: Path

    @property
    def file_name(self) -> str:
        """What the file is called, without its ending."""
        return self.title


@dataclass(frozen=True)
class Papers(Mapping[str, Paper]):
    """All papers by id, the first to be offered first."""

    papers: Mapping[str, Paper]

    def __getitem__(self, paper: str) -> Paper:
        return self.papers[paper]

    def __iter__(self) -> Iterator[str]:
        return iter(self.papers)

    def __len__(self) -> int:
        return len(self.papers)
