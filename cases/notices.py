"""What a citizen is told (通知): it stands with the case, and leaves through the outbox where the citizen asked for that.

《信访工作条例》第二十二条、第二十三条、第三十四条: whoever files is told where it went, whether it is taken on, and why it takes longer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cases import audit, outbox, policy
from cases.audit import Entry
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.history import HOLIDAYS, events_of
from cases.models import Case, Notice, NoticeContact, OutboxRow, new_id
from cases.notice_texts import NoticeKind
from cases.policy import Compartment
from petition import values
from petition.days import china_day
from petition.matters import PetitionType
from petition.parties import Confidentiality
from petition.roadmap import Right, roadmap
from petition.stages import Role

SMS = "sms"
PLACE = "notice_contacts.address"
AGREED, STOPPED, OPENED = "notices-agreed", "notices-stopped", "notice-address-opened"
Payload = Mapping[str, object]


@dataclass(frozen=True)
class Told:
    """A notice as it stands with the case; its words come from NoticeTexts."""

    id: str
    kind: str
    at: datetime
    payload: Payload
    seen: bool


@dataclass(frozen=True)
class News:
    """A notice to come for a case that is not loaded: what a job writes in bulk."""

    case_id: str
    kind: NoticeKind
    key: str
    payload: Payload


def tell(session: Session, case: Case, kind: str, payload: Payload, *, key: str, now: datetime) -> bool:
    """Add a notice to the transaction under way, once for each kind and key of a case; whether it is news.

    The number is added, and to a change of stage what the table of the law tells and the citizen's next right. Nothing personal.
    """
    known = select(Notice.id).where(Notice.case_id == case.id, Notice.kind == kind, Notice.key == key)
    if session.scalar(known):
        return False
    full = {
        "number": case.number,
        **(_standing(session, case, china_day(now)) if kind == "stage-changed" else {}),
        **payload,
    }
    row = Notice(case_id=case.id, kind=kind, key=key, payload=json.dumps(full, ensure_ascii=False), at=now)
    session.add(row)
    sent = full | ({"discreet": True} if _is_discreet(case.type, case.confidentiality) else {})
    for channel in session.scalars(select(NoticeContact.channel).where(NoticeContact.case_id == case.id)):
        once = _key(case.id, kind, key, channel)
        outbox.append(session, kind, sent, now=now, case_id=case.id, channel=channel, key=once)
    return True


def _standing(session: Session, case: Case, today: date) -> dict[str, object]:
    road = roadmap(events_of(case), today, track=track_of_case(case), holidays=session.info.get(HOLIDAYS))
    facts: dict[str, object] = {"stage": road.stage.label, "told": road.told}
    return facts | right_facts(road.next_right)


def right_facts(right: Right | None) -> dict[str, object]:
    """A right as the texts name it."""
    if right is None or right.until is None:
        return {}
    return {"right": right.act.label, "until": right.until.isoformat(), "to": right.to}


def tell_many(session: Session, news: Sequence[News], *, now: datetime) -> int:
    """Write those of many notices that are new, and their messages, without loading a case; how many are new."""
    fresh = fresh_of(session, news)
    if not fresh:
        return 0
    rows = [
        {"id": new_id(), "case_id": each.case_id, "kind": each.kind.value, "key": each.key, "at": now}
        | {"payload": json.dumps(each.payload, ensure_ascii=False)}
        for each in fresh
    ]
    session.execute(insert(Notice), rows)
    if messages := _messages(session, fresh, now):
        session.execute(insert(OutboxRow), messages)
    return len(fresh)


def fresh_of(session: Session, news: Sequence[News]) -> list[News]:
    """Those of many notices that were not told yet."""
    wanted = select(Notice.case_id, Notice.kind, Notice.key).where(
        Notice.case_id.in_({each.case_id for each in news}), Notice.kind.in_({each.kind.value for each in news})
    )
    known = {tuple(row) for row in session.execute(wanted)}
    return [each for each in news if (each.case_id, each.kind.value, each.key) not in known]


def _messages(session: Session, fresh: Sequence[News], now: datetime) -> list[dict[str, object]]:
    contacts = (
        select(NoticeContact.case_id, NoticeContact.channel, Case.type, Case.confidentiality)
        .join(Case, Case.id == NoticeContact.case_id)
        .where(NoticeContact.case_id.in_({each.case_id for each in fresh}))
    )
    rows: dict[str, list[tuple[str, bool]]] = {}
    for case_id, channel, kind, confidentiality in session.execute(contacts):
        rows.setdefault(case_id, []).append((channel, _is_discreet(kind, confidentiality)))
    return [
        outbox.row_values(
            each.kind,
            {**each.payload, **({"discreet": True} if discreet else {})},
            now=now,
            case_id=each.case_id,
            channel=channel,
            key=_key(each.case_id, each.kind, each.key, channel),
        )
        for each in fresh
        for channel, discreet in rows.get(each.case_id, ())
    ]


def notices_of(uow: UnitOfWork, case_id: str, *, unseen: bool = False) -> list[Told]:
    """The notices of a case, the newest first; nothing is committed or rolled back."""
    wanted = select(Notice).where(Notice.case_id == case_id).order_by(Notice.at.desc(), Notice.id)
    if unseen:
        wanted = wanted.where(Notice.seen_at.is_(None))
    return [
        Told(row.id, row.kind, row.at, json.loads(row.payload), row.seen_at is not None)
        for row in uow.session.scalars(wanted)
    ]


def mark_seen(uow: UnitOfWork, case_id: str, ids: Sequence[str], *, now: datetime) -> None:
    """The citizen has read them."""
    seen = update(Notice).where(Notice.case_id == case_id, Notice.id.in_(ids), Notice.seen_at.is_(None))
    statement = seen.values(seen_at=now).execution_options(synchronize_session=False)
    uow.write(lambda: uow.session.execute(statement))


def agree_to_sms(uow: UnitOfWork, case_id: str, phone: str, now: datetime) -> None:
    """From now on the citizen of a case also gets its notices on this phone; InvalidValue where it is none.

    Asked for apart from everything else and taken back as easily (《个人信息保护法》第十四条、第十五条).
    """
    address = values.phone("phone", phone, china_day(now))
    uow.write(lambda: agree(uow, case_id, SMS, address, now=now))


def agree(uow: UnitOfWork, case_id: str, channel: str, address: str, *, now: datetime) -> None:
    """Keep the address of a channel, in the transaction under way; a new one takes the place of the old one."""
    case = uow.session.get_one(Case, case_id)
    compartment = policy.compartment_of(PetitionType(case.type))
    of_channel = (NoticeContact.case_id == case_id, NoticeContact.channel == channel)
    row = uow.session.scalar(select(NoticeContact).where(*of_channel).with_for_update())
    if row is None:
        row = NoticeContact(id=new_id(), case_id=case_id, channel=channel)
        uow.session.add(row)
    row.sealed_for, row.agreed_at = compartment.value, now
    row.address_sealed = uow.ciphers.seal(address, f"{PLACE}:{row.id}", compartment)
    audit.note(uow.session, Entry(now, Role.PETITIONER.value, AGREED, case_id, subject=channel))


def stop(uow: UnitOfWork, case_id: str, channel: str, *, now: datetime) -> None:
    """The citizen wants no more of them: the address is deleted, and what waits is not sent (《个人信息保护法》第十五条)."""
    uow.write(lambda: _stop(uow.session, case_id, channel, now))


def _stop(session: Session, case_id: str, channel: str, now: datetime) -> None:
    session.execute(delete(NoticeContact).where(NoticeContact.case_id == case_id, NoticeContact.channel == channel))
    unsent = (OutboxRow.case_id == case_id, OutboxRow.channel == channel, OutboxRow.sent_at.is_(None))
    session.execute(delete(OutboxRow).where(*unsent).execution_options(synchronize_session=False))
    audit.note(session, Entry(now, Role.PETITIONER.value, STOPPED, case_id, subject=channel))


def open_address(uow: UnitOfWork, case_id: str | None, channel: str, *, now: datetime) -> str | None:
    """Where a notice goes, opened for sending it and for nothing else, and said in the log; None where nobody wants it any more."""
    of_channel = (NoticeContact.case_id == case_id, NoticeContact.channel == channel)
    row = uow.session.scalar(select(NoticeContact).where(*of_channel))
    uow.rollback()
    if row is None:
        return None
    uow.write(lambda: audit.note(uow.session, Entry(now, "system", OPENED, case_id, subject=channel)))
    return uow.ciphers.open(row.address_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))


def _is_discreet(kind: str, confidentiality: str) -> bool:
    """Whether nobody who sees the phone may learn what it is about."""
    return kind == PetitionType.REPORT.value or confidentiality == Confidentiality.CONFIDENTIAL.value


def _key(case_id: str, kind: str, key: str, channel: str) -> str:
    return f"{case_id}:{kind}:{key}:{channel}"
