"""`zhilu handovers`: who waits for a person, until the desk shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cases.database import create_register
from cases.handovers import HandoverKind, open_handover
from tests.unit.cases.migrated import lend_register
from zhilu import cli
from zhilu.settings import Settings

TEN = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # ten o'clock in China
Run = Callable[..., str]


@pytest.fixture
def handover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An office where one citizen is in danger and waits."""
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    settings = Settings()
    lend_register(settings.register_url)
    register = create_register(settings.register_url, settings.secret("register_key"))
    with register.unit_of_work() as uow:
        flag, _ = open_handover(uow, "c1", HandoverKind.SELF_HARM, surface="kiosk", now=TEN)
    register.close()
    return flag


def test_it_is_shown_taken_and_closed(handover: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["handovers"]) == 0
    assert capsys.readouterr().out.split() == [
        handover, "可能轻生", "11月21日", "10:00", "大厅自助机", "对话", "c1", "等人接"
    ]  # fmt: skip
    assert cli.main(["handovers", "--take", handover, "--by", "李"]) == 0
    assert "李在办" in capsys.readouterr().out
    assert cli.main(["handovers", "--close", handover]) == 0
    assert "没有人在等" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--take", "nobody", "--by", "李"], ["--close", "nobody"], ["--take", "nobody"]])
def test_what_cannot_be_done_is_one_line(handover: str, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert cli.main(["handovers", *words]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_office_that_was_never_started_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    assert cli.main(["handovers"]) == 1
    assert "zhilu db migrate" in capsys.readouterr().err
