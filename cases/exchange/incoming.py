"""Changes of status that come back from an upstream system: each one an act by the same rules as everybody's, taken in once.

A row that is wrong is listed and stops no other. What needs four eyes waits for the head of the house, as if a clerk had proposed it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select

from cases import audit
from cases.actors import Actor
from cases.acts import Approval, act
from cases.acts.common import Done
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.exchange.mapping import ExchangeMapping
from cases.exchange.sheets import MOST_BYTES, UnreadableSheet, read_sheet
from cases.models import Case, ExportMark, ImportedChange
from cases.policy import NotPermitted, StaffRole
from cases.track import normal_number
from petition.errors import CaseNotFound, Conflict, DeadlinePassed, NotAllowed, NotComplete, PetitionError
from petition.life import Ground, Outcome
from petition.stages import Act

IMPORTED = "status-imported"
NEVER_EXPORTED = bytes(32)
LONGEST_KEY = 128
NO_CASE, NO_STATUS, NO_DAY = "没有这个编号的信访件", "对照表里没有这种办理状态", "日期看不懂，应当写成2026-11-21这样"
NO_WORD = "这一栏只能写：{}"
UPSTREAM = frozenset(
    {StaffRole.CLERK, StaffRole.HANDLER, StaffRole.REVIEWER, StaffRole.RECHECKER, StaffRole.SUPERVISOR}
)


class State(StrEnum):
    """What became of a row."""

    APPLIED = "applied"
    WAITING = "waiting"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    """One row of the file, counted from 2 as a sheet shows it, with the reason where it was refused."""

    line: int
    number: str
    state: State
    why: str = ""


@dataclass(frozen=True)
class Change:
    """A row that can be read."""

    number: str
    act: Act
    on: date
    key: str
    external: str = ""
    details: Mapping[str, object] = field(default_factory=dict, repr=False)


def upstream(mapping: ExchangeMapping) -> Actor:
    """Who acts in the name of the system; of reports it opens nothing (《信访工作条例》第三十条第三款)."""
    return Actor(f"upstream:{mapping.system}", UPSTREAM)


def import_from(uow: UnitOfWork, mapping: ExchangeMapping, file: Path, *, now: datetime) -> list[Taken]:
    """Take in a file (`.xlsx` or `.json`); UnreadableSheet where there is nothing to be read in it."""
    if file.stat().st_size > MOST_BYTES:
        raise UnreadableSheet("文件太大")
    content = file.read_bytes()
    return take_in(uow, mapping, read_json(content) if file.suffix == ".json" else read_sheet(content), now=now)


def read_json(content: bytes) -> list[dict[str, str]]:
    """The rows of a list of objects, as text."""
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableSheet("这不是能读的JSON文件") from error
    if not isinstance(rows, list):
        raise UnreadableSheet("JSON文件应当是一个列表")
    return [
        {str(title): "" if value is None else str(value).strip() for title, value in row.items()}
        if isinstance(row, dict)
        else {}
        for row in rows
    ]


def take_in(
    uow: UnitOfWork, mapping: ExchangeMapping, rows: Sequence[Mapping[str, str]], *, now: datetime
) -> list[Taken]:
    """Apply the rows one after the other, each in a transaction of its own."""
    return [_take_one(uow, mapping, line, row, now) for line, row in enumerate(rows, start=2)]


def _take_one(uow: UnitOfWork, mapping: ExchangeMapping, line: int, row: Mapping[str, str], now: datetime) -> Taken:
    number = normal_number(row.get(mapping.incoming.columns["number"], ""))
    try:
        change = _read(mapping, row, number)
    except ValueError as fault:
        return Taken(line, number, State.REFUSED, str(fault))
    try:
        return Taken(line, number, _apply(uow, mapping, change, now))
    except (PetitionError, NotPermitted) as refusal:
        uow.rollback()
        if _is_known(uow, mapping, change):  # somebody else has taken the same row in at the same moment
            return Taken(line, number, State.KNOWN)
        return Taken(line, number, State.REFUSED, _why(refusal))


def _read(mapping: ExchangeMapping, row: Mapping[str, str], number: str) -> Change:
    said = {what: row.get(title, "").strip() for what, title in mapping.incoming.columns.items()}
    if said["event"] not in mapping.incoming.events:
        raise ValueError(NO_STATUS)
    try:
        on = date.fromisoformat(said["day"][:10].replace("/", "-"))
    except ValueError:
        raise ValueError(NO_DAY) from None
    note, body = said.get("note", ""), said.get("body", "")
    details: dict[str, object] = {"reason": note, "body": body, "competent_body": body}
    details |= {"outcome": _code(Outcome, said.get("outcome", "")), "ground": _code(Ground, said.get("ground", ""))}
    if said.get("days"):
        details["days"] = int(said["days"]) if said["days"].isdecimal() else None
    plain = json.dumps([number, said["event"], on.isoformat()], ensure_ascii=False)
    key = said.get("key") or hashlib.sha256(plain.encode()).hexdigest()
    return Change(
        number=number,
        act=mapping.incoming.events[said["event"]],
        on=on,
        key=key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest(),
        external=said.get("external", "")[:64],
        details={name: value for name, value in details.items() if value},
    )


def _code(labels: type[Outcome] | type[Ground], said: str) -> str:
    """The code of what stands in Chinese; ValueError for what the regulation does not know."""
    if not said:
        return ""
    for each in labels:
        if said in (each.label, each.value):
            return each.value
    raise ValueError(NO_WORD.format("、".join(each.label for each in labels)))


def _apply(uow: UnitOfWork, mapping: ExchangeMapping, change: Change, now: datetime) -> State:
    """The act and the note that it was taken in stand in one transaction."""
    case_id = _case_of(uow, mapping, change)
    if _is_known(uow, mapping, change):
        return State.KNOWN

    def note(uow: UnitOfWork, case: Case, done: Done | None = None) -> None:
        del done
        uow.session.add(ImportedChange(system=mapping.system, key=change.key, case_id=case.id, at=now))
        _name(uow, mapping, case.id, change.external, now)
        audit.note(uow.session, Entry(now, upstream(mapping).name, IMPORTED, case.id, subject=change.key))

    actor = upstream(mapping)
    outcome = act(uow, case_id, change.act, actor, details=change.details, on=change.on, now=now, effect=note)
    if isinstance(outcome, Approval):
        uow.write(lambda: note(uow, uow.session.get_one(Case, case_id)))
        return State.WAITING
    return State.APPLIED


def _case_of(uow: UnitOfWork, mapping: ExchangeMapping, change: Change) -> str:
    """By our number, else by theirs; CaseNotFound."""
    found = uow.session.scalar(select(Case.id).where(Case.number == change.number)) if change.number else None
    if found is None and change.external:
        theirs = (ExportMark.system == mapping.system, ExportMark.external_number == change.external)
        found = uow.session.scalar(select(ExportMark.case_id).where(*theirs).limit(1))
    uow.rollback()
    if found is None:
        raise CaseNotFound()
    return found


def _is_known(uow: UnitOfWork, mapping: ExchangeMapping, change: Change) -> bool:
    same = (ImportedChange.system == mapping.system, ImportedChange.key == change.key)
    known = uow.session.scalar(select(ImportedChange.id).where(*same)) is not None
    uow.rollback()
    return known


def _name(uow: UnitOfWork, mapping: ExchangeMapping, case_id: str, external: str, now: datetime) -> None:
    """Keep their number of the case."""
    if not external:
        return
    of_case = (ExportMark.system == mapping.system, ExportMark.case_id == case_id)
    mark = uow.session.scalar(select(ExportMark).where(*of_case))
    if mark is None:
        mark = ExportMark(system=mapping.system, case_id=case_id, digest=NEVER_EXPORTED, exported_at=now)
        uow.session.add(mark)
    mark.external_number = external


def _why(refusal: Exception) -> str:
    """In plain Chinese, without a word of the case."""
    match refusal:
        case CaseNotFound():
            return NO_CASE
        case DeadlinePassed():
            return f"期限已过（{refusal.details.get('citation', '')}）"
        case NotAllowed():
            return f"现在的阶段不能这样办（{refusal.details.get('citation', '')}）"
        case NotComplete():
            return "缺少必须写明的内容：" + "、".join(map(str, refusal.details.get("slots", ())))  # type: ignore[call-overload]
        case Conflict():
            return "同样的办理正等着负责人批准，或者这件事刚被别人改过"
        case NotPermitted():
            return "上级系统不能办理这件事"
        case _:
            return "办不了"
