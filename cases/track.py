"""Where a case stands (查询): by number and query code, and nobody learns whether a number exists."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from cases import lockout
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case
from cases.numbers import china_day
from petition.errors import CaseNotFound
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.roadmap import Roadmap, roadmap
from petition.stages import Event, Stage, track_of

DASHES = str.maketrans("‐‑–—−－", "------")
LONGEST_NUMBER = 64


@dataclass(frozen=True)
class CaseView:
    """What a petitioner sees of the case; no personal data. `days_left` is negative where an organ is late."""

    number: str
    stage: Stage
    filed_on: date
    type: PetitionType
    matter: Matter
    branch: Branch | None
    channels: tuple[Channel, ...]
    history: tuple[Event, ...]
    roadmap: Roadmap
    due: date | None
    days_left: int | None

    @property
    def type_title(self) -> str:
        """建议意见, 检举控告 or 申诉求决."""
        return self.type.label

    @property
    def matter_title(self) -> str:
        """问题类别 in Chinese."""
        return self.matter.info.title

    def as_dict(self) -> dict[str, object]:
        """The `case` of contract.md; each event with its title in Chinese."""
        return {
            "number": self.number,
            "stage": str(self.stage),
            "due": self.due.isoformat() if self.due else None,
            "days_left": self.days_left,
            "history": [
                {"on": each.on.isoformat(), "event": str(each.act), "title": each.act.label, "by": str(each.by)}
                for each in self.history
            ],
        }


def track(uow: UnitOfWork, number: str, query_code: str, *, client: str, now: datetime) -> CaseView:
    """The case; CaseNotFound for an unknown number and a wrong code alike, LockedOut after too many misses.

    《信访工作条例》第二十一条: whoever filed can look the progress up.
    """
    number = normal_number(number)
    whom = lockout.subjects(uow, client=client, number=number.casefold())
    lockout.refuse_locked(uow, whom, now)
    found = _find(uow, number)
    uow.rollback()  # nothing is held while the code is checked
    if not uow.codes.matches(query_code, found.code_hash if found else None) or found is None:
        lockout.count_miss(uow, whom, now)
        raise CaseNotFound()
    lockout.refuse_locked(uow, whom, now)
    return _view(uow.session.get_one(Case, found.id), china_day(now))


def normal_number(number: str) -> str:
    """A case number as typed: spaces, full-width characters and long dashes do not matter."""
    kept = unicodedata.normalize("NFKC", number[:LONGEST_NUMBER]).translate(DASHES)
    return "".join(character for character in kept if character.isprintable() and not character.isspace())


class _Found(NamedTuple):
    id: str
    code_hash: str


def _find(uow: UnitOfWork, number: str) -> _Found | None:
    """The office's part of the number may be typed in either case."""
    spellings = {number, number.upper(), number.lower()}
    row = uow.session.execute(select(Case.id, Case.code_hash).where(Case.number.in_(spellings)).limit(1)).one_or_none()
    return _Found(row.id, row.code_hash) if row else None


def _view(case: Case, today: date) -> CaseView:
    kind, branch = PetitionType(case.type), Branch(case.branch) if case.branch else None
    history = events_of(case)
    road = roadmap(history, today, track=track_of(kind, branch))
    return CaseView(
        number=case.number,
        stage=road.stage,
        filed_on=china_day(case.filed_at),
        type=kind,
        matter=Matter(case.matter),
        branch=branch,
        channels=tuple(map(Channel, json.loads(case.channels))),
        history=history,
        roadmap=road,
        due=road.due,
        days_left=(road.due - today).days if road.due else None,
    )
