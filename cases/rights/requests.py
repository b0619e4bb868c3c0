"""What a petitioner may ask about the data of a case: see and take along, correct, erase (《个人信息保护法》第四十五条至第四十七条)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, BinaryIO, cast

from sqlalchemy import select

from cases import audit, policy
from cases.actors import PETITIONER, Actor, Citizen
from cases.attachments import SHOWN, AttachmentFiles
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Attachment, Case, History, Party, RightsRequest
from cases.policy import Compartment
from cases.rights.kinds import KINDS
from cases.rights.shredder import Scope, plain
from petition import values
from petition.days import china_day
from petition.errors import CaseNotFound, InvalidValue, NotAllowed
from petition.matters import MATTERS, Matter, PetitionType
from petition.stages import Act, Stage

ERASED_BY_RETENTION = "retention-erased"
DUE_WHEN_OVER = "《个人信息保护法》第四十七条"
SYSTEM = "system"
Asker = Actor | Citizen


class RightsKind(StrEnum):
    """What was asked for; the article of 《个人信息保护法》 beside it."""

    EXPORT = "export"  # 第四十五条
    CORRECT = "correct"  # 第四十六条
    ERASE = "erase"  # 第四十七条


class RightsState(StrEnum):
    """What became of a request."""

    DONE = "done"
    REFUSED = "refused"


class PartyField(StrEnum):
    """What can be corrected."""

    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"


CHECKS: Mapping[PartyField, Callable[[str, object, date], str]] = {
    PartyField.NAME: values.name,
    PartyField.ADDRESS: values.address,
    PartyField.PHONE: values.phone,
}


@dataclass(frozen=True)
class Exported:
    """What was written: the number of the case, how many files, and the digest of the whole."""

    number: str
    files: int
    sha256: str


# --- seeing and taking along ----------------------------------------------------------------------------------------------------------


def export(
    uow: UnitOfWork, files: AttachmentFiles, case_id: str, asker: Asker, target: BinaryIO, *, now: datetime
) -> Exported:
    """A zip with 信访事项.json and every file, as it was handed in; CaseNotFound, NotPermitted.

    Notes and approvals of the staff are in it for staff only. An infected file, or one that no scanner could look at, is named and
    not given out.
    """
    case = _case(uow, case_id, asker)
    exported = _write_zip(Scope(uow, files, case, internal=isinstance(asker, Actor)), target)
    uow.rollback()
    uow.write(lambda: _note(uow, case_id, asker, RightsKind.EXPORT, now, digest=bytes.fromhex(exported.sha256)))
    return exported


def document(scope: Scope) -> dict[str, object]:
    """Everything that is kept of a case, in plain words."""
    return {
        "信访事项": _facts(scope.case),
        "经过": _history(scope),
        **{kind.title: kind.export(scope) for kind in KINDS},
    }


def _facts(case: Case) -> dict[str, object]:
    return {
        "编号": case.number,
        "登记时间": plain(case.filed_at),
        "类型": PetitionType(case.type).label,
        "问题类别": MATTERS[Matter(case.matter)].title,
        "阶段": Stage(case.stage).label,
    }


def _history(scope: Scope) -> list[dict[str, object]]:
    rows = scope.uow.session.scalars(select(History).where(History.case_id == scope.case.id).order_by(History.id))
    return [{"日期": plain(row.on), "事项": Act(row.act).label, "阶段": Stage(row.stage).label} for row in rows]


class _Digesting:
    """A stream that counts what goes through; zipfile needs no more than this."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        return self._target.write(content)

    def flush(self) -> None:
        self._target.flush()


def _write_zip(scope: Scope, target: BinaryIO) -> Exported:
    stream, count = _Digesting(target), 0
    with zipfile.ZipFile(cast(IO[bytes], stream), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("信访事项.json", json.dumps(document(scope), ensure_ascii=False, indent=2))
        for row in scope.uow.session.scalars(select(Attachment).where(Attachment.case_id == scope.case.id)).all():
            count += row.scan_state in SHOWN and _write_file(scope, archive, row.id)
    return Exported(scope.case.number, count, stream.digest.hexdigest())


def _write_file(scope: Scope, archive: zipfile.ZipFile, attachment: str) -> bool:
    """Under its id: the name that the citizen gave it stands in the document."""
    try:
        with archive.open(f"证据/{attachment}", "w") as entry:
            for piece in scope.files.pieces(scope.uow.ciphers, attachment):
                entry.write(piece)
    except FileNotFoundError:  # lost: the rest is still given out
        return False
    return True


# --- correcting -----------------------------------------------------------------------------------------------------------------------


def correct(
    uow: UnitOfWork, case_id: str, asker: Asker, party: int, what: PartyField, value: str, *, now: datetime
) -> None:
    """Write the right value in place of a wrong one; `party` counts from 0. CaseNotFound, InvalidValue, NotPermitted.

    Whoever calls has verified it (《个人信息保护法》第四十六条第二款).
    """
    checked = CHECKS[what](what.value, value, china_day(now))
    uow.write(lambda: _correct(uow, case_id, asker, party, what, checked, now))


def _correct(
    uow: UnitOfWork, case_id: str, asker: Asker, position: int, what: PartyField, value: str, now: datetime
) -> None:
    case = _case(uow, case_id, asker)
    row = uow.session.scalar(select(Party).where(Party.case_id == case.id, Party.position == position))
    if row is None:
        raise InvalidValue(slot=what.value, reason="unknown-party")
    compartment = Compartment(row.sealed_for)
    setattr(row, f"{what}_sealed", uow.ciphers.seal(value, f"parties.{what}:{row.id}", compartment))
    if compartment is Compartment.GENERAL:  # of a report there is no index
        index = {
            PartyField.NAME: uow.ciphers.name_index,
            PartyField.ADDRESS: uow.ciphers.address_index,
            PartyField.PHONE: uow.ciphers.phone_index,
        }[what]
        setattr(row, f"{what}_index", index(value))
    _note(uow, case.id, asker, RightsKind.CORRECT, now, subject=f"{what} of party {position}")


# --- erasing --------------------------------------------------------------------------------------------------------------------------


def erase(
    uow: UnitOfWork, files: AttachmentFiles, case_id: str, asker: Asker, target: BinaryIO, *, now: datetime
) -> Exported:
    """Export, then erase everything personal in one transaction; number, stage and history stay. NotAllowed while it is handled.

    《个人信息保护法》第四十七条: erasure is due when the purpose has been reached or consent is withdrawn. Whoever wants a case
    erased that is under way withdraws it first. A file that lawfully has to be kept longer is refused by the office, not here.
    """
    case = _case(uow, case_id, asker)
    if case.erased_at is not None:
        raise CaseNotFound()
    if not is_over(case):
        stage = case.stage
        uow.rollback()
        uow.write(lambda: _note(uow, case_id, asker, RightsKind.ERASE, now, RightsState.REFUSED))
        raise NotAllowed(act=RightsKind.ERASE.value, stage=stage, citation=DUE_WHEN_OVER)
    exported = _write_zip(Scope(uow, files, case, internal=isinstance(asker, Actor)), target)

    def step() -> None:
        _shred(uow, files, case_id, now)
        _note(uow, case_id, asker, RightsKind.ERASE, now, digest=bytes.fromhex(exported.sha256))

    uow.write(step)
    uow.session.expunge_all()
    return exported


def erase_expired(uow: UnitOfWork, files: AttachmentFiles, case_id: str, *, now: datetime) -> bool:
    """The same when the time of keeping is over (第四十七条第一款第二项), without an export; whether there was anything to erase."""

    def step() -> bool:
        if not _shred(uow, files, case_id, now):
            return False
        audit.note(uow.session, Entry(now, SYSTEM, ERASED_BY_RETENTION, case_id))
        return True

    erased = uow.write(step)
    uow.session.expunge_all()
    return erased


def is_over(case: Case) -> bool:
    """Whether a case is handled no more: closed or withdrawn."""
    return case.closed_on is not None or case.stage == Stage.WITHDRAWN.value


def _shred(uow: UnitOfWork, files: AttachmentFiles, case_id: str, now: datetime) -> bool:
    """Inside a transaction; False where the case was erased already, or is being handled again."""
    wanted = select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    case = uow.session.scalars(wanted).one()
    if case.erased_at is not None or not is_over(case):
        return False
    for kind in KINDS:
        kind.erase(Scope(uow, files, case))
    case.erased_at = now
    return True


# --- who, and the proof that it was done ------------------------------------------------------------------------------------------------


def _case(uow: UnitOfWork, case_id: str, asker: Asker) -> Case:
    """The case, for its petitioner and for whoever may open its compartment."""
    case = uow.session.get(Case, case_id)
    if case is None or (isinstance(asker, Citizen) and asker.case_id != case_id):
        raise CaseNotFound()
    if isinstance(asker, Actor):
        asker.key_to(policy.compartment_of(PetitionType(case.type)))
    return case


def _note(
    uow: UnitOfWork,
    case_id: str,
    asker: Asker,
    kind: RightsKind,
    now: datetime,
    state: RightsState = RightsState.DONE,
    *,
    digest: bytes | None = None,
    subject: str | None = None,
) -> None:
    by = asker.name if isinstance(asker, Actor) else PETITIONER
    row = RightsRequest(
        case_id=case_id, kind=kind.value, state=state.value, asked_at=now, by=by, done_at=now, digest=digest
    )
    uow.session.add(row)
    audit.note(uow.session, Entry(now, by, f"rights:{kind}:{state}", case_id, subject))
