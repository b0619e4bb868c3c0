"""The keys of the register in its database: new versions (密钥轮换), everything sealed anew, and a new register key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from cases import audit
from cases.attachments import AttachmentFiles
from cases.audit import Entry
from cases.ciphers import Ciphers
from cases.database import Register, UnitOfWork
from cases.evidence import reseal_files
from cases.keyring import COMPARTMENTS, FIRST, PURPOSES, RootKey, StoredKey, WrongKey, new_version
from cases.models import DataKey
from cases.sealed_columns import SEALED, SealedColumn, key_id_of

BATCH = 500
ROTATED, REWRAPPED = "keys-rotated", "keys-rewrapped"
Progress = Callable[[str, int], None]
Change = dict[str, Any]
Row = tuple[Any, Any, Any, Any]  # key, sealed, what it is bound to, compartment


class KeyFault(ValueError):
    """What was asked of the keys cannot be done."""


@dataclass
class Rotation:
    """What a rotation did; `unopened`: places whose bytes no key opens, left as they are. Without them it is complete."""

    versions: dict[str, int]
    resealed: int = 0
    files: int = 0
    unopened: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not self.unopened


@dataclass(frozen=True)
class KeyStatus:
    """A version, and how many values (without files) it has sealed."""

    key_id: str
    purpose: str
    version: int
    created_at: datetime | None
    retired_at: datetime | None
    values: int


# --- rotation -----------------------------------------------------------------------------------------------------------------------


def rotate(
    register: Register,
    files: AttachmentFiles,
    *,
    actor: str,
    now: datetime,
    progress: Progress = lambda what, done: None,
    batch: int = BATCH,
) -> Rotation:
    """A new version for each compartment, everything sealed with it, the older ones retired.

    One that was interrupted goes on where it was; the servers may run meanwhile. A retired version still opens: what a server sealed
    with it at the last moment is readable and is sealed anew by the next rotation.
    """
    with register.unit_of_work() as uow:
        rotation = Rotation(uow.write(lambda: _open_rotation(uow, actor, now)))
        register.ciphers.reload()
        while _pass(uow, files, rotation, progress, batch):
            pass  # what a server sealed meanwhile with the version it knew
        if rotation.complete:
            uow.write(lambda: _retire(uow, rotation.versions, now))
    return rotation


def _open_rotation(uow: UnitOfWork, actor: str, now: datetime) -> dict[str, int]:
    """The versions that are sealed with from now on: those of an unfinished rotation, else new ones."""
    keep_first(uow, now)
    rows = uow.session.execute(select(DataKey.purpose, DataKey.version, DataKey.retired_at)).all()
    newest = {purpose: max(row.version for row in rows if row.purpose == purpose) for purpose in COMPARTMENTS}
    if any(row.retired_at is None and row.version < newest.get(row.purpose, FIRST) for row in rows):
        return newest
    for purpose in COMPARTMENTS:
        newest[purpose] += 1
        uow.session.add(_row(uow.ciphers.root.wrap(new_version(purpose, newest[purpose])), now))
    subject = ", ".join(f"{purpose} v{version}" for purpose, version in newest.items())
    audit.note(uow.session, Entry(now, actor, ROTATED, subject=subject))
    return newest


def keep_first(uow: UnitOfWork, now: datetime) -> None:
    """Version 1 of every key gets a row of its own, so that it can be retired, and outlives the register key it comes from."""
    known = set(uow.session.scalars(select(DataKey.purpose).where(DataKey.version == FIRST)))
    for purpose in PURPOSES:
        if purpose not in known:
            uow.session.add(_row(uow.ciphers.root.wrap(uow.ciphers.ring.first(purpose)), now))
    uow.session.flush()


def _row(stored: StoredKey, now: datetime) -> DataKey:
    return DataKey(
        key_id=stored.key_id, purpose=stored.purpose, version=stored.version, wrapped=stored.wrapped, created_at=now
    )


def _pass(uow: UnitOfWork, files: AttachmentFiles, rotation: Rotation, progress: Progress, batch: int) -> int:
    """Seal anew what is sealed with an older version; how much that was."""
    known = set(rotation.unopened)
    changed = sum(_reseal_column(uow, column, rotation, known, progress, batch) for column in SEALED)
    moved, faults = reseal_files(uow, files, progress)
    rotation.unopened += sorted(faults - known)
    rotation.resealed, rotation.files = rotation.resealed + changed, rotation.files + moved
    return changed + moved


def _reseal_column(
    uow: UnitOfWork, column: SealedColumn, rotation: Rotation, known: set[str], progress: Progress, batch: int
) -> int:
    newest = newest_ids(uow.ciphers)
    columns = (column.key.label("key"), column.value.label("sealed"), column.bound.label("bound"), column.compartment)
    old = select(*columns).where(column.value.is_not(None), column.sealed_otherwise(newest)).order_by(column.key)
    after, total = None, 0
    while rows := _rows(uow, old if after is None else old.where(column.key > after), batch):
        after = rows[-1][0]
        values, faults = _sealed_anew(uow.ciphers, column, rows)
        rotation.unopened += sorted(faults - known)
        total += uow.write(lambda values=values: _replace(uow, column, values))  # type: ignore[misc]
        progress(column.name, total)
    return total


def _rows(uow: UnitOfWork, wanted: Select[Any, Any, Any, Any], batch: int) -> list[Row]:
    rows: list[Row] = list(uow.session.connection().execute(wanted.limit(batch)))
    uow.rollback()
    return rows


def _sealed_anew(ciphers: Ciphers, column: SealedColumn, rows: list[Row]) -> tuple[list[Change], set[str]]:
    values: list[Change] = []
    faults: set[str] = set()
    for key, sealed, bound, compartment in rows:
        place = column.place_of(bound)
        try:
            text = ciphers.open_moved(sealed, place, compartment)
        except WrongKey:
            faults.add(place)
            continue
        values.append({"row": key, "old": sealed, "new": ciphers.seal(text, place, compartment)})
    return values, faults


def _replace(uow: UnitOfWork, column: SealedColumn, values: list[Change]) -> int:
    """Only what has not been changed meanwhile; past the session, since no row's meaning or version changes."""
    connection, changed = uow.session.connection(), 0
    for value in values:
        same = (column.key == value["row"], column.value == value["old"])
        changed += connection.execute(update(column.model).where(*same).values({column.column: value["new"]})).rowcount
    return changed


def newest_ids(ciphers: Ciphers) -> dict[str, bytes]:
    """The key id that each compartment seals with."""
    return {compartment: ciphers.ring.newest(compartment).key_id for compartment in COMPARTMENTS}


def _retire(uow: UnitOfWork, versions: dict[str, int], now: datetime) -> None:
    for purpose, version in versions.items():
        older = (DataKey.purpose == purpose, DataKey.version < version, DataKey.retired_at.is_(None))
        uow.session.execute(update(DataKey).where(*older).values(retired_at=now))


# --- looking, and another register key ------------------------------------------------------------------------------------------------


def status(uow: UnitOfWork) -> list[KeyStatus]:
    """Every version with what it has sealed; one that is not in the table yet is derived from the register key."""
    sealed: dict[str, int] = {}
    for column in SEALED:
        ids = key_id_of(column.value).label("key_id")
        counted = select(ids, func.count()).where(column.value.is_not(None)).group_by(ids)
        for key_id, count in uow.session.execute(counted):
            sealed[key_id.hex()] = sealed.get(key_id.hex(), 0) + count
    rows = {(row.purpose, row.version): row for row in uow.session.scalars(select(DataKey))}
    found = [
        KeyStatus(row.key_id, row.purpose, row.version, row.created_at, row.retired_at, 0) for row in rows.values()
    ]
    for purpose in PURPOSES:
        if (purpose, FIRST) not in rows:
            first = uow.ciphers.ring.first(purpose)
            found.append(KeyStatus(first.key_id.hex(), purpose, FIRST, None, None, 0))
    uow.rollback()
    order = sorted(found, key=lambda each: (PURPOSES.index(each.purpose), each.version))
    return [
        KeyStatus(each.key_id, each.purpose, each.version, each.created_at, each.retired_at, sealed.get(each.key_id, 0))
        for each in order
    ]


def rewrap(register: Register, new_key: str, *, actor: str, now: datetime) -> None:
    """From now on another register key opens this register; nothing is sealed anew, and indexes, codes and the chain stay valid.

    In one transaction: before it the old key opens, after it the new one. The servers must be stopped meanwhile, and `rotate` should
    follow: whoever has the old register key can still derive what version 1 sealed.
    """
    root = RootKey(new_key)
    if root.key_id == register.ciphers.key_id:
        raise KeyFault("the new register key is the old one")
    with register.unit_of_work() as uow:
        uow.write(lambda: _rewrap(uow, root, actor, now))


def _rewrap(uow: UnitOfWork, root: RootKey, actor: str, now: datetime) -> None:
    keep_first(uow, now)
    for row in uow.session.scalars(select(DataKey).with_for_update()):
        version = uow.ciphers.root.unwrap(StoredKey(row.key_id, row.purpose, row.version, row.wrapped))
        row.wrapped = root.wrap(version).wrapped
    audit.note(uow.session, Entry(now, actor, REWRAPPED, subject=root.key_id.hex()))
