"""Already here? (是否已经登记): the same person or somebody else has filed the same thing. Nothing is refused because of it.

Somebody who gives name and phone of an open case is shown that case; everybody else only hears that the thing is known, and that
only where neither a report nor a confidential filing would be given away by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case, CaseLink, Party
from cases.sketches import folded, likeness
from petition.days import china_day
from petition.matters import Branch, Matter, PetitionType
from petition.parties import Confidentiality, PartyRole
from petition.roadmap import roadmap
from petition.stages import Stage, track_of

SIMILAR = "similar"
MOST_COMPARED = 2000  # the newest ones of a matter
ALIKE = 0.6  # stories that share this much of their 3-grams are about the same thing …
RELATED = 0.15  # … and this much where the respondent is the same
OVER = (Stage.CONCLUDED, Stage.WITHDRAWN)

Values = Mapping[str, object]


class Standing(StrEnum):
    """Whether a case is under way, or was ended by a recheck (《信访工作条例》第三十六条第三款)."""

    OPEN = "open"
    RECHECKED = "rechecked"


@dataclass(frozen=True)
class Known:
    """The citizen's own case, as far as it may be shown without its query code."""

    id: str
    number: str
    stage: Stage
    standing: Standing
    due: date | None


@dataclass(frozen=True)
class Already:
    """What the register holds of the same thing."""

    own: Known | None = None
    others: bool = False


@dataclass(frozen=True)
class Marks:
    """What a thing is compared by: keyed indexes and a keyed sketch, no word of it."""

    matter: Matter
    respondent: bytes | None
    place: bytes | None
    sketch: bytes | None

    @classmethod
    def of(cls, ciphers: Ciphers, kind: PetitionType, matter: Matter, values: Values) -> Marks | None:
        """None for a report: nothing about it is comparable (《信访工作条例》第三十条第三款)."""
        if kind is PetitionType.REPORT:
            return None

        def index(slot: str) -> bytes | None:
            text = folded(str(values.get(slot) or ""))
            return ciphers.index(slot, text) if text else None

        return cls(matter, index("respondent"), index("place"), ciphers.sketch(str(values.get("narrative") or "")))


@dataclass(frozen=True)
class Person:
    """Keyed indexes of whoever files."""

    name: bytes
    phone: bytes | None
    address: bytes | None

    @classmethod
    def of(cls, ciphers: Ciphers, values: Values) -> Person | None:
        """None without a name: an anonymous citizen is nobody in particular."""
        name, phone, address = (str(values.get(slot) or "") for slot in ("name", "phone", "address"))
        if not name or values.get("confidentiality") == Confidentiality.ANONYMOUS:
            return None
        return cls(
            ciphers.name_index(name),
            ciphers.phone_index(phone) if phone else None,
            ciphers.address_index(address) if address else None,
        )


def find(
    uow: UnitOfWork, kind: PetitionType, matter: Matter, values: Values, *, filing_key: str, now: datetime
) -> Already:
    """What is known of this thing before it is filed; a filing that this key has made already is not counted."""
    marks, person = Marks.of(uow.ciphers, kind, matter, values), Person.of(uow.ciphers, values)
    if marks is None:
        return Already()
    own_filing = uow.ciphers.index("filing", filing_key)
    rows = [row for row in _newest(uow, marks) if row.filing_index != own_filing and _shows(row)]
    proven = _cases_of(uow, person, by_address=False) if person else set[str]()
    mine = [row.id for row in rows if row.id in proven and _related(row, marks)]
    others = any(row.id not in mine and Stage(row.stage) not in OVER and _same_thing(row, marks) for row in rows)
    already = Already(_first_known(uow, mine, china_day(now)), others)
    uow.rollback()
    return already


def link(uow: UnitOfWork, case: Case, values: Values, now: datetime) -> None:
    """Inside the transaction of a filing: its marks, and a link to every case that seems to be the same, for staff."""
    marks = Marks.of(uow.ciphers, PetitionType(case.type), Matter(case.matter), values)
    if marks is None:
        return
    case.respondent_index, case.place_index, case.sketch = marks.respondent, marks.place, marks.sketch
    person = Person.of(uow.ciphers, values)
    same_person = _cases_of(uow, person, by_address=True) if person else set[str]()
    for row in _newest(uow, marks):
        if row.id != case.id and (_same_thing(row, marks) or (row.id in same_person and _related(row, marks))):
            uow.session.add(CaseLink(case_id=case.id, other_id=row.id, kind=SIMILAR, at=now))


def linked(uow: UnitOfWork, case_id: str) -> list[str]:
    """Numbers of the cases that staff should look at beside this one, in the order of their filing."""
    pairs = select(CaseLink.case_id, CaseLink.other_id).where(
        or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id)
    )
    ids = {each for pair in uow.session.execute(pairs) for each in pair} - {case_id}
    numbers = uow.session.scalars(select(Case.number).where(Case.id.in_(ids)).order_by(Case.filed_at, Case.number))
    found = list(numbers)
    uow.rollback()
    return found


# --- comparing ----------------------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """What of a case is compared."""

    id: str
    filing_index: bytes
    stage: str
    confidentiality: str
    respondent: bytes | None
    place: bytes | None
    sketch: bytes | None


COLUMNS = (
    Case.id, Case.filing_index, Case.stage, Case.confidentiality, Case.respondent_index, Case.place_index, Case.sketch,
)  # fmt: skip


def _newest(uow: UnitOfWork, marks: Marks) -> list[Row]:
    """The newest cases of this matter; reports never are among them."""
    comparable = (Case.matter == marks.matter.value, Case.type != PetitionType.REPORT.value)
    wanted = select(*COLUMNS).where(*comparable).order_by(Case.filed_at.desc(), Case.number).limit(MOST_COMPARED)
    return [Row(*row) for row in uow.session.execute(wanted)]


def _cases_of(uow: UnitOfWork, person: Person, *, by_address: bool) -> set[str]:
    """The cases that somebody with this name has filed: name and phone are what the petitioner alone is taken to know together;
    an address in place of the phone is enough for a hint to staff."""
    ways: list[ColumnElement[bool]] = [Party.phone_index == person.phone] if person.phone else []
    if by_address and person.address:
        ways.append(Party.address_index == person.address)
    if not ways:
        return set()
    petitioner = (Party.role == PartyRole.PETITIONER.value, Party.name_index == person.name)
    return set(uow.session.scalars(select(Party.case_id).where(*petitioner, or_(*ways))))


def _related(row: Row, marks: Marks) -> bool:
    """Whether one person's two filings are about one thing."""
    same = marks.respondent is not None and row.respondent == marks.respondent
    return same or _likeness(row, marks) >= 2 * RELATED


def _same_thing(row: Row, marks: Marks) -> bool:
    """Whether two people's filings are about one thing: respondent and place or some of the story, or nearly all of the story."""
    alike = _likeness(row, marks)
    same = marks.respondent is not None and row.respondent == marks.respondent
    near = marks.place is not None and row.place == marks.place
    return alike >= ALIKE or (same and (near or alike >= RELATED))


def _likeness(row: Row, marks: Marks) -> float:
    return likeness(row.sketch, marks.sketch) if row.sketch and marks.sketch else 0.0


def _shows(row: Row) -> bool:
    """A confidential filing is not given away, not even that there is one."""
    return row.confidentiality != Confidentiality.CONFIDENTIAL.value


# --- showing ------------------------------------------------------------------------------------------------------------------------


def _stage(case: Case) -> Stage:
    return Stage(case.stage)


def _was_rechecked(case: Case) -> bool:
    return any(event.to is Stage.RECHECKED for event in events_of(case))


def _first_known(uow: UnitOfWork, ids: list[str], today: date) -> Known | None:
    """The newest open one; else one that a recheck has ended."""
    order = (Case.filed_at.desc(), Case.number)
    newest = uow.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(*order)).all() if ids else []
    open_ones = [case for case in newest if _stage(case) not in OVER]
    if open_ones:
        return _known(open_ones[0], Standing.OPEN, today)
    ended = [case for case in newest if _stage(case) is Stage.CONCLUDED and _was_rechecked(case)]
    return _known(ended[0], Standing.RECHECKED, today) if ended else None


def _known(case: Case, standing: Standing, today: date) -> Known:
    track = track_of(PetitionType(case.type), Branch(case.branch) if case.branch else None)
    road = roadmap(events_of(case), today, track=track)
    return Known(case.id, case.number, road.stage, standing, road.due)
