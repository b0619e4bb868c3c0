"""Where a case stands (查询): by number and query code, and nobody learns whether a number exists."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from cases import lockout, notices
from cases.actors import Citizen
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case
from cases.notices import Told
from petition.days import china_day
from petition.errors import CaseNotFound
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.roadmap import Clock, Right, Roadmap, roadmap, told
from petition.stages import Act, Event, Stage, Track

DASHES = str.maketrans("‐‑–—−－", "------")
LONGEST_NUMBER = 64


@dataclass(frozen=True)
class Deed:
    """One thing that was done: what the petitioner was told of it, and the organ that it names; never a name of the staff."""

    event: Event
    told: str

    def as_dict(self) -> dict[str, object]:
        """An entry of `history` in contract.md."""
        return {
            "on": self.event.on.isoformat(),
            "event": str(self.event.act),
            "title": self.event.act.label,
            "by": str(self.event.by),
            "told": self.told,
            "body": self.event.body,
        }


@dataclass(frozen=True)
class CaseView:
    """What a petitioner sees of the case; no personal data. `days_left` is negative where an organ is late.

    `body`: the organ that has it; `main`: the case that it was merged into, whose road and days count (`main_road`); `notices`: those
    that the petitioner has not seen yet.
    """

    id: str
    number: str
    stage: Stage
    filed_on: date
    type: PetitionType
    matter: Matter
    branch: Branch | None
    channels: tuple[Channel, ...]
    history: tuple[Event, ...]
    done: tuple[Deed, ...]
    roadmap: Roadmap
    track: Track
    body: str | None = None
    main: str | None = None
    main_road: Roadmap | None = None
    notices: tuple[Told, ...] = ()
    today: date = date.min

    @property
    def road(self) -> Roadmap:
        """The road that counts."""
        return self.main_road or self.roadmap

    @property
    def clock(self) -> Clock | None:
        """What an organ has to have done, and until when."""
        return self.road.clock

    @property
    def due(self) -> date | None:
        """The next day that an organ has to keep."""
        return self.road.due

    @property
    def days_left(self) -> int | None:
        """Until then; below zero where it is late."""
        return (self.due - self.today).days if self.due else None

    @property
    def late(self) -> tuple[str, ...]:
        """What the petitioner may do where an organ is late."""
        return self.road.late

    @property
    def rights(self) -> tuple[Right, ...]:
        """What the petitioner may do now, until when, and to whom."""
        return self.roadmap.rights

    @property
    def acts(self) -> tuple[Act, ...]:
        """The same, as acts."""
        return tuple(right.act for right in self.rights)

    @property
    def type_title(self) -> str:
        """建议意见, 检举控告 or 申诉求决."""
        return self.type.label

    @property
    def matter_title(self) -> str:
        """问题类别 in Chinese."""
        return self.matter.info.title

    def as_dict(self) -> dict[str, object]:
        """The `case` of contract.md; each event with its title in Chinese and what was told."""
        return {
            "number": self.number,
            "stage": str(self.stage),
            "due": self.due.isoformat() if self.due else None,
            "days_left": self.days_left,
            "history": [each.as_dict() for each in self.done],
            "body": self.body,
            "clock": self.clock.as_dict() if self.clock else None,
            "late": list(self.late),
            "acts": [str(act) for act in self.acts],
            "merged_into": self.main,
        }


def track(uow: UnitOfWork, number: str, query_code: str, *, client: str, now: datetime) -> CaseView:
    """The case; CaseNotFound for an unknown number and a wrong code alike, LockedOut after too many misses.

    《信访工作条例》第二十一条: whoever filed can look the progress up.
    """
    number = normal_number(number)
    whom = lockout.subjects(uow, client=client, number=number.casefold())
    lockout.refuse_locked(uow, whom, now)
    found = _find(uow, number)
    if not uow.ciphers.is_code(query_code, found.code_hash if found else None) or found is None:
        uow.rollback()
        lockout.count_miss(uow, whom, now)
        raise CaseNotFound()
    lockout.refuse_locked(uow, whom, now)
    view = view_of(uow, uow.session.get_one(Case, found.id), china_day(now))
    uow.rollback()
    return view


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


def view_of(uow: UnitOfWork, case: Case, today: date) -> CaseView:
    """The case as its petitioner sees it; whoever calls knows that it is theirs."""
    history, track = events_of(case), track_of_case(case)
    main = uow.session.get(Case, case.merged_into) if case.merged_into else None
    return CaseView(
        id=case.id,
        number=case.number,
        stage=history[-1].to,
        filed_on=china_day(case.filed_at),
        type=PetitionType(case.type),
        matter=Matter(case.matter),
        branch=Branch(case.branch) if case.branch else None,
        channels=tuple(map(Channel, json.loads(case.channels))),
        history=history,
        done=_deeds(history, track),
        roadmap=roadmap(history, today, track=track, holidays=uow.holidays),
        track=track,
        body=main.body if main else case.body,
        main=main.number if main else None,
        main_road=_road(uow, main, today) if main else None,
        notices=tuple(notices.notices_of(uow, case.id, unseen=True)),
        today=today,
    )


def view_again(uow: UnitOfWork, citizen: Citizen, *, now: datetime) -> CaseView:
    """The same for a petitioner who has shown the query code just now, after they have done something."""
    view = view_of(uow, uow.session.get_one(Case, citizen.case_id), china_day(now))
    uow.rollback()
    return view


def _road(uow: UnitOfWork, case: Case, today: date) -> Roadmap:
    return roadmap(events_of(case), today, track=track_of_case(case), holidays=uow.holidays)


def _deeds(history: tuple[Event, ...], track: Track) -> tuple[Deed, ...]:
    return tuple(Deed(event, told(history[:number], track)) for number, event in enumerate(history, start=1))
