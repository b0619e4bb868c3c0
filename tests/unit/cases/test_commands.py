"""The commands of `zhilu` that work on a register, on both databases: what somebody at a terminal sees."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cases.factories import KEY, NAME, PHONE, file_one, make_register, make_url
from zhilu import cli

CLERK = ("--by", "李四", "--role", "clerk")
HANDLER = ("--by", "王五", "--role", "handler", "--house", "县人社局")
HEAD = ("--by", "赵六", "--role", "head", "--house", "县人社局")
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installation with one case; its register key lies where a start would have put it."""
    secrets = tmp_path / "var" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "register_key").write_text(KEY, encoding="ascii")
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path / "var"))
    register = make_register(tmp_path)
    try:
        filed = file_one(register).number
    finally:
        register.close()
    monkeypatch.setenv("ZHILU_DATABASE_URL", make_url(tmp_path))
    return filed


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def run(*words: object) -> tuple[int, str]:
        status = cli.main([str(word) for word in words])
        output = capsys.readouterr()
        return status, output.out + output.err

    return run


def refused(answer: tuple[int, str]) -> str:
    """The one line of a fault."""
    status, line = answer
    assert status
    assert line.count("\n") == 1
    assert "Traceback" not in line
    return line


def test_a_case_is_listed_shown_and_acted_on(number: str, said: Said) -> None:
    assert said("cases", "list")[1].startswith(number)
    masked = said("cases", "show", number, *CLERK)[1]
    assert NAME not in masked
    assert PHONE not in masked
    assert NAME in said("cases", "show", number, *CLERK, "--reason", "核对住址")[1]
    assert "body" in refused(said("cases", "act", number, "forward", *CLERK))
    assert said("cases", "act", number, "forward", *CLERK, "--detail", "body=县人社局") == (0, f"{number}：转送\n")
    assert "not-allowed：现在不能办这件事" in refused(
        said("cases", "act", number, "forward", *CLERK, "--detail", "body=县人社局")
    )
    assert "conflict" in refused(said("cases", "act", number, "accept", *HANDLER, "--version", 1))
    assert said("cases", "overdue")[1] == "0件，共0件\n"


def test_a_second_person_approves(number: str, said: Said) -> None:
    said("cases", "act", number, "forward", *CLERK, "--detail", "body=县人社局")
    for act in ("accept", "handle"):
        assert said("cases", "act", number, act, *HANDLER)[0] == 0
    proposed = said("cases", "act", number, "extend", *HANDLER, "--days", 30, "--detail", "reason=情况复杂")[1]
    approval = proposed.split()[-1]
    assert "same-person" in refused(
        said("cases", "approve", approval, "--by", "王五", "--role", "head", "--house", "县人社局")
    )
    assert said("cases", "approve", approval, *HEAD) == (0, "延期：已批准\n")
    assert "no open approval" in refused(said("cases", "refuse", approval, *HEAD, "--reason", "理由不足"))


@pytest.mark.parametrize("name", ["", "  "])
@pytest.mark.parametrize(
    "words",
    [
        ["cases", "show", "XF-1", "--role", "clerk", "--by"],
        ["keys", "rotate", "--by"],
        ["outbox", "drop", "1", "--by"],
        ["cases", "list", "--reports"],
    ],
)
def test_nobody_acts_without_a_name(said: Said, words: list[str], name: str) -> None:
    assert "say who you are" in refused(said(*words, name))


def test_looking_at_the_list_of_reports_is_noted(number: str, said: Said) -> None:
    before = said("audit", "anchor")[1]
    said("cases", "list")
    assert said("audit", "anchor")[1] == before
    assert said("cases", "list", "--reports", "纪委王")[0] == 0
    assert said("audit", "anchor")[1] != before


@pytest.mark.usefixtures("number")
def test_the_log_is_read_through_and_held_against_an_anchor(said: Said) -> None:
    anchor = said("audit", "anchor")[1].strip()
    status, line = said("audit", "verify", "--anchor", anchor)
    assert (status, "every one is what was written" in line) == (0, True)
    other = re.sub(r":.*", ":" + "0" * 64, anchor)
    assert said("audit", "verify", "--anchor", other)[0] == 1
    assert "64 hexadecimal digits" in refused(said("audit", "verify", "--anchor", "3:ab"))


def test_the_keys_are_rotated_and_the_register_key_is_changed(number: str, said: Said, tmp_path: Path) -> None:
    assert "values and 0 files are sealed anew" in said("keys", "rotate", "--by", "李四")[1]
    assert "retired" in said("keys", "status")[1]
    status, line = said("keys", "rewrap", "--by", "李四", "--yes")
    assert (status, "Stop the servers" in line) == (0, True)
    files = {each.name: each.read_text() for each in (tmp_path / "var" / "secrets").iterdir()}
    kept = [name for name in files if name.startswith("register_key.until-")]
    assert [files[name] for name in kept] == [KEY]
    assert files["register_key"] != KEY
    assert "register_key.new" not in files
    assert NAME in said("cases", "show", number, *CLERK, "--reason", "核对住址")[1]


def test_a_change_of_the_register_key_that_was_broken_off_is_finished(number: str, said: Said, tmp_path: Path) -> None:
    secrets = tmp_path / "var" / "secrets"
    said("keys", "rewrap", "--by", "李四", "--yes")
    (secrets / "register_key").replace(secrets / "register_key.new")  # as if the power had gone before the last step
    (secrets / "register_key").write_text(KEY, encoding="ascii")
    assert "another key" in refused(said("cases", "list"))
    assert said("keys", "rewrap", "--by", "李四", "--yes")[0] == 0
    assert said("cases", "list")[1].startswith(number)


def test_the_register_key_is_not_changed_unasked(number: str, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody there to say yes
    assert "zhilu: not confirmed" in said("keys", "rewrap", "--by", "李四")[1]
    monkeypatch.setenv("ZHILU_REGISTER_KEY", KEY)
    assert "ZHILU_REGISTER_KEY" in refused(said("keys", "rewrap", "--by", "李四", "--yes"))
    assert said("cases", "list")[1].startswith(number)


def test_citizens_see_correct_and_erase(number: str, said: Said, tmp_path: Path) -> None:
    assert said("rights", "export", number, "--out", tmp_path / "a.zip", *CLERK)[0] == 0
    assert "File exists" in refused(said("rights", "export", number, "--out", tmp_path / "a.zip", *CLERK))
    assert said("rights", "correct", number, "phone", "13900000009", *CLERK) == (0, "corrected\n")
    assert "phone" in refused(said("rights", "correct", number, "phone", "abc", *CLERK))
    erased = said("rights", "erase", number, "--out", tmp_path / "b.zip", "--yes", *CLERK)
    assert "《个人信息保护法》第四十七条" in refused(erased)  # it is still being handled
    assert not (tmp_path / "b.zip").exists()


def test_the_exchange_goes_out_once_and_comes_back(number: str, said: Said, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert said("exchange", "export", "--out", out, *CLERK) == (0, f"{out}: 1 rows\n")
    assert number in json.dumps(json.loads(out.read_text(encoding="utf-8")), ensure_ascii=False)
    assert said("exchange", "export", "--out", tmp_path / "again.xlsx", *CLERK) == (0, "nothing is new\n")
    assert "No such file" in refused(said("exchange", "import", tmp_path / "none.xlsx"))
    (tmp_path / "bad.xlsx").write_text("no sheet", encoding="utf-8")
    refused(said("exchange", "import", tmp_path / "bad.xlsx"))
    refused(said("exchange", "export", "--all", "--out", tmp_path / "no" / "out.json", *CLERK))


@pytest.mark.usefixtures("number")
def test_figures_messages_and_housekeeping(said: Said) -> None:
    rates = said("rates", "--from", "2026-01-01", "--to", "2026-11-30")[1]
    assert "按期办结率：没有数据" in rates
    refused(said("rates", "--from", "2026-12-01", "--to", "2026-11-30"))
    assert "letter" in refused(said("rates", "--from", "2026-01-01", "--to", "2026-11-30", "--door", "carrier"))
    assert "could not be sent" in said("outbox", "list")[1]
    assert said("outbox", "retry", 9, "--by", "李四") == (0, "0 will be sent again\n")
    assert "would be deleted" in said("retention", "run", "--dry-run")[1]
    assert "expire-drafts" in said("jobs", "run", "--dry-run")[1]


@pytest.mark.usefixtures("number")
def test_a_reception_day_from_the_calendar_to_the_window(said: Said) -> None:
    plan = ("--from", "09:00", "--to", "11:00", "--leader", "县委书记张", "--place", "一楼接访室", "--seats", 1, *CLERK)
    day = said("receptions", "add", "2099-12-08", *plan)[1].strip()
    assert "conflict" in refused(said("receptions", "add", "2099-12-08", *plan))
    assert said("receptions", "list", "--days", 40_000)[1].startswith(day)
    assert "1号" in said("receptions", "book", day, "--name", NAME, "--phone", PHONE, *CLERK)[1]
    full = said("receptions", "book", day, "--name", "王大明", "--phone", "13900000002", *CLERK)
    assert "已经约满了" in refused(full)
    queue = said("receptions", "queue", day, *CLERK)[1]
    assert NAME not in queue
    assert "没有" not in queue.splitlines()[0]
    assert said("receptions", "mark", queue.split()[0], "cancelled", *CLERK) == (0, "1号：已取消\n")
    assert said("receptions", "cancel", day, *CLERK) == (0, "已取消，0人原来有预约\n")
    assert "no reception day" in refused(said("receptions", "cancel", "nowhere", *CLERK))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("calendar", ["cases", "list"]),
        ("calendar", ["jobs", "run", "--dry-run"]),
        ("retention", ["jobs", "list"]),
        ("retention", ["retention", "run"]),
    ],
)
@pytest.mark.usefixtures("number")
def test_a_file_of_the_office_that_cannot_be_read_is_named(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, words: list[str]
) -> None:
    (tmp_path / f"{table}.yml").write_text("[", encoding="utf-8")
    monkeypatch.setenv(f"ZHILU_{table.upper()}_FILE", str(tmp_path / f"{table}.yml"))
    assert f"{table}.yml" in refused(said(*words))


def test_a_register_with_real_cases_is_not_filled(number: str, said: Said) -> None:
    refused(said("demo", "fill", 3))


@pytest.mark.usefixtures("number")
def test_a_backup_is_made_and_read_through(said: Said, tmp_path: Path) -> None:
    assert said("backup", tmp_path / "b.zip")[0] == 0
    assert said("restore", tmp_path / "b.zip", "--check")[1].endswith("whole\n")
    assert "is there already" in refused(said("backup", tmp_path / "b.zip"))
    assert "not empty" in refused(said("restore", tmp_path / "b.zip"))
