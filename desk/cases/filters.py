"""The filters of the queue as they stand in an address: read, written back in one spelling, and narrowed to what a person may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from cases.actors import Actor
from cases.policy import StaffRole
from cases.queue import OPEN, Filters, Mark
from petition.doors import Door
from petition.matters import Matter, PetitionType
from petition.stages import Stage

Choice = TypeVar("Choice", bound=StrEnum)
MINE = "me"
NOBODY = "-"
LONGEST = 1000
YEARS = (2000, 2200)


class Due(StrEnum):
    """Until when something has to be done."""

    LATE = "late"
    TODAY = "today"
    SOON = "5"
    WEEK = "7"
    FORTNIGHT = "15"
    MONTH = "30"

    def by(self, today: date) -> date:
        """The day that the next last day lies on or before."""
        days = {Due.LATE: -1, Due.TODAY: 0}.get(self)
        return today + timedelta(days=int(self) if days is None else days)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see, as the form has it; `closed`: also what is over."""

    stage: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    matter: tuple[str, ...] = ()
    door: tuple[str, ...] = ()
    body: str = ""
    clerk: str = ""
    due: str = ""
    filed_from: date | None = None
    filed_to: date | None = None
    urgent: bool = False
    closed: bool = False

    @classmethod
    def read(cls, query: str) -> Asked:
        """From what stands behind the question mark; what nobody knows is left out."""
        pairs = parse_qsl(query[:LONGEST])
        return cls(
            stage=_known(pairs, "stage", Stage),
            type=_known(pairs, "type", PetitionType),
            matter=_known(pairs, "matter", Matter),
            door=_known(pairs, "door", Door),
            body=_last(pairs, "body")[:128],
            clerk=_last(pairs, "clerk")[:64],
            due=next(iter(_known(pairs, "due", Due)), ""),
            filed_from=_day(_last(pairs, "from")),
            filed_to=_day(_last(pairs, "to")),
            urgent=bool(_last(pairs, "urgent")),
            closed=bool(_last(pairs, "closed")),
        )

    @property
    def backwards(self) -> bool:
        """The days of filing end before they begin: there is nothing between them."""
        return bool(self.filed_from and self.filed_to and self.filed_to < self.filed_from)

    @property
    def query(self) -> str:
        """In one spelling; empty where nothing is asked for."""
        pairs = [(name, each) for name in ("stage", "type", "matter", "door") for each in getattr(self, name)]
        pairs += [(name, getattr(self, name)) for name in ("body", "clerk", "due") if getattr(self, name)]
        filed = (("from", self.filed_from), ("to", self.filed_to))
        pairs += [(name, day.isoformat()) for name, day in filed if day]
        pairs += [(name, "1") for name in ("urgent", "closed") if getattr(self, name)]
        return urlencode(pairs)

    def but(self, **other: object) -> str:
        """The address of the same list with some of it otherwise."""
        query = replace(self, **other).query  # type: ignore[arg-type]
        return f"/cases?{query}" if query else "/cases"

    def filters(self, actor: Actor, today: date) -> Filters:
        """For the register. Staff of an organ see what their organ has; reports only whoever may open them."""
        stages = frozenset(map(Stage, self.stage)) or (frozenset(Stage) if self.closed else OPEN)
        body = actor.body if actor.body is not None else _value(self.body)
        return Filters(
            stages=stages,
            body=body,
            clerk=actor.name if self.clerk == MINE else _value(self.clerk),
            types=frozenset(map(PetitionType, self.type)) or frozenset(PetitionType),
            matters=frozenset(map(Matter, self.matter)),
            doors=frozenset(self.door),
            urgent=self.urgent,
            due_by=Due(self.due).by(today) if self.due else None,
            filed_from=self.filed_from,
            filed_to=self.filed_to,
            reports=StaffRole.DISCIPLINE in actor.roles,
        )


def mark_of(text: str) -> Mark | None:
    """Where a page begins: `2026-11-30_id` or `_id`; None for what is neither."""
    on, _, id = text.partition("_")
    try:
        return Mark(date.fromisoformat(on) if on else None, id) if id and len(id) <= 64 else None
    except ValueError:
        return None


def spelt(mark: Mark) -> str:
    """The reverse."""
    return f"{mark.due_on.isoformat() if mark.due_on else ''}_{mark.id}"


def _value(text: str) -> str | None:
    """None asks for all, "" for those that nobody has."""
    return None if not text else "" if text == NOBODY else text


def _day(written: str) -> date | None:
    """A day that a case can be of; anything else asks for none."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def _known(pairs: Iterable[tuple[str, str]], name: str, kind: type[Choice]) -> tuple[str, ...]:
    known: Collection[str] = [each.value for each in kind]
    return tuple(dict.fromkeys(value for key, value in pairs if key == name and value in known))


def _last(pairs: Iterable[tuple[str, str]], name: str) -> str:
    return next((value.strip() for key, value in reversed(list(pairs)) if key == name), "")
