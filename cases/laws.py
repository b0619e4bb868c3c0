"""The texts of laws in the register: import of official texts, all or nothing, and their wording."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from cases.database import UnitOfWork
from cases.models import Law, LawArticle, LawChange
from petition.days import china_day

LONGEST_NAME = 255

Number = tuple[int, int]
"""An article's number and the N of its 之N, 0 without one."""
KnownRow = Row[int, int, str, str, bytes]


class ArticleText(Protocol):
    """An article to import; two wordings with the same fingerprint differ in punctuation at most."""

    @property
    def number(self) -> int: ...
    @property
    def suffix(self) -> int: ...
    @property
    def chapter(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


class StatuteText(Protocol):
    """A law to import; `key` is its title without country and year, `law_id` what the knowledge base calls it."""

    @property
    def key(self) -> str: ...
    @property
    def law_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def effective(self) -> date | None: ...
    @property
    def in_force(self) -> bool: ...
    @property
    def articles(self) -> Sequence[ArticleText]: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> bytes: ...


class Outcome(StrEnum):
    """What an import did to a law."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Kind(StrEnum):
    """What an import did to an article."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class ImportedLaw:
    """What came of one file; `changes` is empty for a new law."""

    law_id: str
    title: str
    articles: int
    outcome: Outcome
    changes: Mapping[Number, Kind]


@dataclass(frozen=True)
class LawRow:
    """A law in the register, as a list shows it."""

    key: str
    law_id: str
    title: str
    effective_from: date | None
    in_force: bool
    articles: int
    version: int
    imported_at: datetime
    file: str


@dataclass(frozen=True)
class Wording:
    """An article as the register has it."""

    key: str
    law_id: str
    title: str
    in_force: bool
    number: int
    suffix: int
    chapter: str
    text: str


@dataclass(frozen=True)
class Change:
    """An import changed an article: on which day in China, and the wording before (empty for an added one)."""

    number: int
    suffix: int
    kind: Kind
    on: date
    before: str


def import_statutes(uow: UnitOfWork, statutes: Iterable[StatuteText], now: datetime) -> tuple[ImportedLaw, ...]:
    """Write every law in one transaction, or none; the same text again changes nothing."""
    texts = tuple(statutes)
    return uow.write(lambda: tuple(_import(uow.session, each, now) for each in texts))


def _import(session: Session, statute: StatuteText, now: datetime) -> ImportedLaw:
    law = session.get(Law, statute.key, with_for_update=True)
    known = _known(session, statute.key)
    wanted = {(each.number, each.suffix): each for each in statute.articles}
    changes = _changes(known, wanted) if law else {}
    outcome = _outcome(law, statute, changes)
    if law is None:
        law = Law(key=statute.key, version=0)
        session.add(law)
    _describe(law, statute, now, outcome)
    session.flush()
    if {number: (row.chapter, row.text) for number, row in known.items()} != {
        number: (each.chapter, each.text) for number, each in wanted.items()
    }:
        _replace_articles(session, law.key, statute.articles)
    _write_changes(session, law, changes, known, now)
    return ImportedLaw(law.law_id, law.title, len(wanted), outcome, changes)


def _known(session: Session, key: str) -> dict[Number, KnownRow]:
    columns = (LawArticle.number, LawArticle.suffix, LawArticle.chapter, LawArticle.text, LawArticle.sha256)
    rows = session.execute(select(*columns).where(LawArticle.law_key == key))
    return {(row.number, row.suffix): row for row in rows}


def _changes(known: Mapping[Number, KnownRow], wanted: Mapping[Number, ArticleText]) -> dict[Number, Kind]:
    kinds: dict[Number, Kind] = dict.fromkeys(known.keys() - wanted.keys(), Kind.REMOVED)
    for number, article in wanted.items():
        if number not in known:
            kinds[number] = Kind.ADDED
        elif known[number].sha256 != _digest(article):
            kinds[number] = Kind.CHANGED
    return dict(sorted(kinds.items()))


def _digest(article: ArticleText) -> bytes:
    return hashlib.sha256(article.fingerprint.encode()).digest()


def _outcome(law: Law | None, statute: StatuteText, changes: Mapping[Number, Kind]) -> Outcome:
    if law is None:
        return Outcome.NEW
    another_day = statute.effective is not None and statute.effective != law.effective_from
    return Outcome.CHANGED if changes or another_day or statute.in_force != law.in_force else Outcome.UNCHANGED


def _describe(law: Law, statute: StatuteText, now: datetime, outcome: Outcome) -> None:
    """The same text from a file that names no day keeps the day that is known."""
    law.law_id, law.title, law.in_force = statute.law_id, statute.title, statute.in_force
    if outcome is Outcome.UNCHANGED:
        return
    law.version += 1
    law.effective_from = statute.effective
    law.file, law.sha256, law.imported_at = statute.file[-LONGEST_NAME:], statute.sha256, now


def _replace_articles(session: Session, key: str, articles: Iterable[ArticleText]) -> None:
    session.execute(delete(LawArticle).where(LawArticle.law_key == key).execution_options(synchronize_session=False))
    rows = [
        {
            "law_key": key,
            "number": each.number,
            "suffix": each.suffix,
            "chapter": each.chapter,
            "text": each.text,
            "sha256": _digest(each),
        }
        for each in articles
    ]
    session.execute(insert(LawArticle), rows)


def _write_changes(
    session: Session,
    law: Law,
    changes: Mapping[Number, Kind],
    known: Mapping[Number, KnownRow],
    now: datetime,
) -> None:
    session.add_all(
        LawChange(
            law_key=law.key,
            number=number[0],
            suffix=number[1],
            version=law.version,
            kind=kind.value,
            before=known[number].text if number in known else "",
            at=now,
        )
        for number, kind in changes.items()
    )


def imported_laws(uow: UnitOfWork) -> tuple[LawRow, ...]:
    """Every law in the register, by title."""
    count = func.count(LawArticle.number)
    rows = uow.session.execute(select(Law, count).outerjoin(LawArticle).group_by(Law.key).order_by(Law.title))
    return tuple(
        LawRow(
            law.key,
            law.law_id,
            law.title,
            law.effective_from,
            law.in_force,
            articles,
            law.version,
            law.imported_at,
            law.file,
        )
        for law, articles in rows
    )


def wording(uow: UnitOfWork, law: str, article: int, suffix: int = 0) -> Wording | None:
    """An article by the law's id or key; None where it is not imported."""
    found = _wordings(uow, or_(Law.law_id == law, Law.key == law), LawArticle.number == article)
    return next((each for each in found if each.suffix == suffix), None)


def wordings(uow: UnitOfWork) -> tuple[Wording, ...]:
    """Every article of every law, in order; what the staff search is built from."""
    return _wordings(uow)


def _wordings(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> tuple[Wording, ...]:
    columns = (Law.key, Law.law_id, Law.title, Law.in_force)
    article = (LawArticle.number, LawArticle.suffix, LawArticle.chapter, LawArticle.text)
    wanted = select(*columns, *article).join(LawArticle, LawArticle.law_key == Law.key)
    ordered = wanted.where(*conditions).order_by(Law.key, LawArticle.number, LawArticle.suffix)
    return tuple(Wording(*row) for row in uow.session.execute(ordered))


def changes_of(uow: UnitOfWork, key: str) -> tuple[Change, ...]:
    """What the imports changed in a law, oldest first."""
    rows = uow.session.scalars(select(LawChange).where(LawChange.law_key == key).order_by(LawChange.id))
    return tuple(Change(row.number, row.suffix, Kind(row.kind), china_day(row.at), row.before) for row in rows)
