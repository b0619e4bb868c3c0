"""Unanswered questions: masked, sealed, counted, looked at, and forgotten."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from cases.database import Register, UnitOfWork
from cases.review import ReviewBook, ReviewKind, ReviewState, done, forget, note, questions
from tests.unit.cases.factories import NOON, in_files, make_url
from zhilu import cli
from zhilu.settings import Settings

TODAY = date(2026, 11, 21)
TOPICS = [("petition.fees", 0.1234), ("petition.what", 0.05), ("petition.forms", 0.04), ("petition.who", 0.01)]


def keep(uow: UnitOfWork, words: str, kind: ReviewKind = ReviewKind.UNKNOWN, today: date = TODAY) -> None:
    note(uow, kind, words, TOPICS, surface="kiosk", today=today)


def test_a_question_is_kept_with_its_first_topics(uow: UnitOfWork) -> None:
    keep(uow, "暂住证在哪办")
    (kept,) = questions(uow)
    assert (kept.text, kept.kind, kept.times, kept.state) == ("暂住证在哪办", ReviewKind.UNKNOWN, 1, ReviewState.NEW)
    assert (kept.asked_on, kept.surface) == (TODAY, "kiosk")
    assert kept.topics == (("petition.fees", 0.123), ("petition.what", 0.05), ("petition.forms", 0.04))


def test_the_same_words_are_counted_and_the_most_frequent_come_first(uow: UnitOfWork) -> None:
    keep(uow, "电费谁收")
    keep(uow, "暂住证在哪办？")
    keep(uow, "暂住证，在哪办", today=TODAY + timedelta(days=2))
    assert [(each.text, each.times) for each in questions(uow)] == [("暂住证在哪办？", 2), ("电费谁收", 1)]
    assert questions(uow)[0].asked_on == TODAY + timedelta(days=2)


def test_one_text_rejected_and_unknown_is_two_things(uow: UnitOfWork) -> None:
    keep(uow, "暂住证在哪办")
    keep(uow, "暂住证在哪办", ReviewKind.REJECTED)
    assert {each.kind for each in questions(uow)} == {ReviewKind.UNKNOWN, ReviewKind.REJECTED}


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("我电话13900000001找谁", "13900000001"),
        ("座机0512-65432198打不通", "65432198"),
        ("身份证110101199003074514丢了", "110101199003074514"),
        ("卡号6222020200112233445", "6222020200112233445"),
        ("查询码7K3M-9QXD-2F4H", "9QXD"),
        ("发到wang.wu@example.com", "wang.wu"),
        ("我叫马小云，帮我办个证", "马小云"),
    ],
)
def test_what_tells_who_asked_is_not_kept(uow: UnitOfWork, said: str, secret: str) -> None:
    keep(uow, said)
    assert secret not in questions(uow)[0].text


@in_files
def test_the_words_do_not_lie_open_in_the_file(register: Register, uow: UnitOfWork, tmp_path: Path) -> None:
    keep(uow, "暂住证在哪办")
    rows = uow.session.execute(text("SELECT * FROM review_questions")).all()
    assert "暂住证".encode() not in b"".join(each for each in rows[0] if isinstance(each, bytes))
    assert "暂住证" not in str(rows)


def test_what_was_looked_at_comes_back_when_it_is_asked_again(uow: UnitOfWork) -> None:
    keep(uow, "暂住证在哪办")
    done(uow, [questions(uow)[0].id])
    assert questions(uow) == []
    assert [each.state for each in questions(uow, state=None)] == [ReviewState.DONE]
    keep(uow, "暂住证在哪办")
    assert [each.times for each in questions(uow)] == [2]


def test_old_questions_are_forgotten(uow: UnitOfWork) -> None:
    keep(uow, "旧的", today=TODAY - timedelta(days=181))
    keep(uow, "新的", today=TODAY - timedelta(days=180))
    assert forget(uow, before=TODAY - timedelta(days=180)) == 1
    assert [each.text for each in questions(uow)] == ["新的"]


def test_a_register_out_of_order_spoils_nothing_and_quotes_nobody(
    register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    with register.unit_of_work() as uow:
        uow.begin_write()
        uow.session.execute(text("DROP TABLE review_questions"))
        uow.commit()
    caplog.set_level(logging.DEBUG)
    book = ReviewBook(register, lambda: NOON)
    book.note(ReviewKind.UNKNOWN, "暂住证在哪办")
    assert book.forget_old(180) == 0
    assert "could not be kept" in caplog.text
    assert "暂住证" not in caplog.text


def test_nothing_said_is_nothing_to_keep(register: Register, uow: UnitOfWork) -> None:
    ReviewBook(register, lambda: NOON).note(ReviewKind.UNKNOWN, "  ")
    assert questions(uow) == []


@in_files
def test_the_command_lists_and_exports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ZHILU_DATABASE_URL", make_url(tmp_path))
    monkeypatch.setenv("ZHILU_REGISTER_KEY", "a register key of the command, 32 characters")
    assert cli.main(["db", "migrate"]) == 0
    settings = Settings()
    from cases.database import create_register

    register = create_register(settings.register_url, settings.secret("register_key"))
    book = ReviewBook(register, lambda: NOON)
    book.note(ReviewKind.UNKNOWN, "=1+1", surface="web")
    book.note(ReviewKind.UNKNOWN, "暂住证在哪办", TOPICS, surface="web")
    register.close()
    capsys.readouterr()
    assert cli.main(["questions", "list", "--all"]) == 0
    assert "2 questions" in capsys.readouterr().out
    table = tmp_path / "questions.csv"
    assert cli.main(["questions", "export", "--all", "--out", str(table), "--done"]) == 0
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("asked_on,times,kind,text")
    assert any("'=1+1" in each for each in lines)
    assert any("暂住证在哪办,petition.fees:0.12" in each for each in lines)
    assert cli.main(["questions", "list"]) == 0
    assert capsys.readouterr().out == "0 questions nobody has looked at\n"
