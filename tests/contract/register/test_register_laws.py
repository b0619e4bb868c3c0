"""Laws in the register: one transaction over all files, a memory of what changed, and the wording of an article."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from cases.database import Register, UnitOfWork
from cases.laws import Kind, Outcome, changes_of, import_statutes, imported_laws, wording, wordings
from tests.unit.cases.factories import NOON, make_register

LATER = NOON + timedelta(days=400)


@dataclass(frozen=True)
class Article:
    number: int
    text: str
    suffix: int = 0
    chapter: str = "第一章 总则"

    @property
    def fingerprint(self) -> str:
        return self.text.replace("。", "").replace(".", "")


@dataclass(frozen=True)
class Statute:
    key: str = "引路法"
    law_id: str = "yinlu-fa-2020"
    title: str = "中华人民共和国引路法"
    effective: date | None = date(2020, 1, 1)
    in_force: bool = True
    articles: tuple[Article, ...] = (Article(1, "往东走。"), Article(2, "不收钱。"), Article(2, "也不收礼。", 1))
    file: str = "引路法.docx"
    sha256: bytes = field(default=hashlib.sha256(b"1").digest())


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = make_register(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def uow(register: Register) -> Iterator[UnitOfWork]:
    with register.unit_of_work() as opened:
        yield opened


def imported(uow: UnitOfWork, now: datetime = NOON, **changes: Any) -> tuple[Outcome, dict[tuple[int, int], Kind]]:
    (law,) = import_statutes(uow, [Statute(**changes)], now)
    return law.outcome, dict(law.changes)


def texts(uow: UnitOfWork) -> list[str]:
    return [each.text for each in wordings(uow)]


def test_a_law_is_written_and_read_again_by_id_or_title(uow: UnitOfWork) -> None:
    assert imported(uow) == (Outcome.NEW, {})
    for name in ("yinlu-fa-2020", "引路法"):
        found = wording(uow, name, 2)
        assert found is not None
        assert (found.text, found.chapter, found.title) == ("不收钱。", "第一章 总则", "中华人民共和国引路法")
    after = wording(uow, "引路法", 2, 1)
    assert after is not None
    assert after.text == "也不收礼。"
    assert wording(uow, "引路法", 3) is None
    assert wording(uow, "别的法", 1) is None


def test_the_same_text_again_changes_nothing(uow: UnitOfWork) -> None:
    imported(uow)
    before = imported_laws(uow)
    assert imported(uow, LATER, file="又下载一次.docx", effective=None) == (Outcome.UNCHANGED, {})
    assert imported_laws(uow) == before
    assert before[0].articles == 3
    assert before[0].version == 1
    assert changes_of(uow, "引路法") == ()


def test_a_revision_replaces_the_articles_and_remembers_the_old_ones(uow: UnitOfWork) -> None:
    imported(uow)
    revised = (Article(1, "往西走。"), Article(2, "不收钱."), Article(3, "本法新加一条。"))
    outcome, changes = imported(uow, LATER, articles=revised, effective=date(2027, 12, 1), law_id="yinlu-fa-2027")
    assert outcome is Outcome.CHANGED
    assert changes == {(1, 0): Kind.CHANGED, (2, 1): Kind.REMOVED, (3, 0): Kind.ADDED}
    assert texts(uow) == ["往西走。", "不收钱.", "本法新加一条。"]
    (row,) = imported_laws(uow)
    assert (row.version, row.law_id, row.effective_from) == (2, "yinlu-fa-2027", date(2027, 12, 1))
    assert [(each.number, each.kind, each.before, each.on) for each in changes_of(uow, "引路法")] == [
        (1, Kind.CHANGED, "往东走。", date(2027, 12, 26)),
        (2, Kind.REMOVED, "也不收礼。", date(2027, 12, 26)),
        (3, Kind.ADDED, "", date(2027, 12, 26)),
    ]


def test_the_day_of_a_change_is_the_one_in_china(uow: UnitOfWork) -> None:
    imported(uow)
    imported(uow, datetime(2027, 1, 1, 17, 0, tzinfo=UTC), articles=(Article(1, "往西走。"),))
    assert {each.on for each in changes_of(uow, "引路法")} == {date(2027, 1, 2)}


def test_another_day_in_force_is_a_change_of_the_law_and_of_no_article(uow: UnitOfWork) -> None:
    imported(uow)
    assert imported(uow, LATER, effective=date(2021, 1, 1)) == (Outcome.CHANGED, {})
    assert imported(uow, LATER, effective=date(2021, 1, 1), in_force=False) == (Outcome.CHANGED, {})
    assert not wordings(uow)[0].in_force


def test_a_fault_in_the_last_law_leaves_every_law_as_it_was(register: Register) -> None:
    with register.unit_of_work() as uow:
        import_statutes(uow, [Statute()], NOON)
    twice = (Article(1, "一。"), Article(1, "又是一。"))
    broken = [
        Statute(articles=(Article(1, "往西走。"),)),
        Statute("新法", "xin-fa"),
        Statute("坏法", "huai-fa", articles=twice),
    ]
    with register.unit_of_work() as uow, pytest.raises(IntegrityError):
        import_statutes(uow, broken, LATER)
    with register.unit_of_work() as uow:
        assert [row.key for row in imported_laws(uow)] == ["引路法"]
        assert texts(uow) == ["往东走。", "不收钱。", "也不收礼。"]
        assert changes_of(uow, "引路法") == ()


def test_many_laws_at_once_each_keep_their_changes(uow: UnitOfWork) -> None:
    both = [Statute(), Statute("让路法", "ranglu-fa")]
    import_statutes(uow, both, NOON)
    west = (Article(1, "往西走。"),)
    import_statutes(uow, [Statute(articles=west), Statute("让路法", "ranglu-fa", articles=west)], LATER)
    assert len(changes_of(uow, "引路法")) == len(changes_of(uow, "让路法")) == 3
    assert texts(uow) == ["往西走。", "往西走。"]
