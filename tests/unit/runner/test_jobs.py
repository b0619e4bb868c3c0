"""Housekeeping: what is deleted when, what stays, and what a fault or a signal does to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from cases import conversations, drafts, handovers, notices, review
from cases.handovers import HandoverKind
from cases.review import ReviewKind
from petition.calendar import WorkCalendar
from tests.e2e.waiting import soon
from tests.unit.cases.factories import KEY, NOON, PHONE
from tests.unit.cases.lives import ACCEPTED, FORWARDED, HANDLING, REPLIED, live
from tests.unit.cases.migrated import lend_register
from tests.unit.runner.test_deliver import Phone
from zhilu import cli
from zhilu.jobs import JOBS, House, Job, Schedule, open_house
from zhilu.retention import What, load_retention
from zhilu.settings import ROOT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(var_dir=tmp_path, register_key=KEY)  # type: ignore[arg-type]
    lend_register(made.register_url)
    return made


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with open_house(settings) as opened:
        yield replace(opened, now=lambda: NOON)


def run(house: House, name: str, days: float, *, dry_run: bool = False) -> int:
    """What the job deals with so many days after noon."""
    job = next(each for each in JOBS if each.name == name)
    return job.run(replace(house, now=lambda: NOON + timedelta(days=days), dry_run=dry_run))


def open_one(house: House) -> str:
    with house.register.unit_of_work() as uow:
        return conversations.open_conversation(uow, "web", NOON)[0]


def test_a_conversation_nobody_came_back_to_is_promised_away_once_its_days_are_over(house: House) -> None:
    conversation = open_one(house)
    assert run(house, "forget-conversations", 30) == 0
    assert run(house, "forget-conversations", 31, dry_run=True) == 1
    assert house.erasures.due() == []
    assert run(house, "forget-conversations", 31) == 1
    assert house.erasures.due() == [conversation]


def test_who_still_talks_is_not_forgotten(house: House) -> None:
    with house.register.unit_of_work() as uow:
        conversation, token = conversations.open_conversation(uow, "web", NOON)
        conversations.authenticate(uow, conversation, token, NOON + timedelta(days=20))
    assert run(house, "forget-conversations", 31) == 0
    assert run(house, "forget-conversations", 51) == 1


def test_a_conversation_that_staff_were_called_to_stays_as_long_as_the_flag_may(house: House) -> None:
    conversation = open_one(house)
    with house.register.unit_of_work() as uow:
        later = NOON + timedelta(days=30)
        handovers.open_handover(uow, conversation, HandoverKind.VIOLENCE, surface="web", now=later)
    assert run(house, "forget-conversations", 31) == 0
    assert run(house, "forget-conversations", 38) == 1


def test_questions_and_drafts_go_when_their_settings_say_so(settings: Settings, house: House) -> None:
    with house.register.unit_of_work() as uow:
        review.note(uow, ReviewKind.UNKNOWN, "宅基地能不能卖给城里人", [], surface="web", today=NOON.date())
        drafts.keep(uow, {}, drafts.Place("here", "web"), days=settings.draft_days, now=NOON)
    for name, days in (("purge-questions", settings.question_days), ("expire-drafts", settings.draft_days)):
        assert run(house, name, days) == 0
        assert [run(house, name, days + 1, dry_run=dry) for dry in (True, True, False, False)] == [1, 1, 1, 0]


# --- the clock --------------------------------------------------------------------------------------------------------------------


def test_a_late_office_is_told_of_counted_and_sent_for_by_the_jobs(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    case_id = live(house.register, "2026-11-21")
    phone = Phone()
    house = replace(house, senders={"sms": phone})
    with house.register.unit_of_work() as uow:
        notices.agree_to_sms(uow, case_id, PHONE, NOON)
    assert run(house, "count-due-soon", 9) == 0
    assert run(house, "count-due-soon", 10) == 1
    assert run(house, "tell-of-lateness", 15) == 0
    late = [run(house, "tell-of-lateness", 16, dry_run=dry) for dry in (True, False, False, True)]
    assert late == [1, 1, 0, 0]
    assert "1 cases are overdue" in caplog.text
    assert [run(house, "deliver", 16, dry_run=dry) for dry in (True, False, False)] == [1, 1, 0]
    ((address, text, _),) = phone.got
    assert address == PHONE
    assert "2026年12月6日" in text


def test_a_right_that_ends_soon_is_told_of_by_the_rules_of_the_house(house: House) -> None:
    replied = (("2026-11-02", FORWARDED), ("2026-11-03", ACCEPTED), ("2026-11-04", HANDLING), ("2026-11-21", REPLIED))
    live(house.register, "2026-11-01", *replied)  # the review may be asked for until 2026-12-21
    assert [run(house, "remind-of-rights", days) for days in (22, 23, 24, 29, 30)] == [0, 1, 0, 1, 0]


def test_next_years_holidays_are_asked_for_from_november_on(house: House) -> None:
    known = replace(house, calendar=WorkCalendar({2026: {}, 2027: {}}))
    assert [run(each, "check-calendar", 0) for each in (known, replace(known, calendar=WorkCalendar({2026: {}})))] == [
        0,
        1,
    ]
    assert run(replace(known, calendar=WorkCalendar({2026: {}})), "check-calendar", -25) == 0


# --- the schedule -----------------------------------------------------------------------------------------------------------------


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def counting(name: str, seconds: int, ran: list[str], fault: bool = False) -> Job:
    def note(_: House) -> int:
        ran.append(name)
        if fault:
            raise RuntimeError("马小云 13900000001")
        return 0

    return Job(name, "", timedelta(seconds=seconds), note)


def test_each_job_runs_at_the_start_and_then_at_its_own_pace(house: House) -> None:
    ran: list[str] = []
    clock = Clock()
    schedule = Schedule(house, (counting("often", 60, ran), counting("seldom", 180, ran)), clock)
    for clock.seconds in (0.0, 60.0, 119.0, 120.0, 180.0):
        schedule.run_due()
    assert (ran.count("often"), ran.count("seldom")) == (4, 2)


def test_a_job_that_fails_stops_no_other_and_says_nothing_of_what_it_saw(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    Schedule(house, (counting("broken", 1, ran, fault=True), counting("sound", 1, ran))).run_due()
    assert ran == ["broken", "sound"]
    assert "job broken failed: RuntimeError" in caplog.text
    assert "马小云" not in caplog.text


def test_the_program_works_until_a_signal(settings: Settings, house: House) -> None:
    """An erasure that is due is promised as soon as it runs; then it waits, and ends when it is told to."""
    with house.register.unit_of_work() as uow:
        conversations.open_conversation(uow, "web", datetime.now(UTC) - timedelta(days=99))
    environment = {**os.environ, "ZHILU_VAR_DIR": str(settings.var_dir), "ZHILU_REGISTER_KEY": KEY}
    process = subprocess.Popen([sys.executable, "-m", "zhilu.jobs"], cwd=ROOT, env=environment)
    try:
        soon(lambda: house.erasures.due() or process.poll() is not None)
        assert process.poll() is None
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


# --- the table and the command ----------------------------------------------------------------------------------------------------


def test_every_row_says_how_long_and_on_which_article() -> None:
    table = load_retention(Settings().retention_file, Settings(draft_days=7))
    assert set(table) == set(What)
    assert table[What.DRAFTS].days == 7
    assert all("《个人信息保护法》第" in row.basis for row in table.values())
    assert [row.what for row in table.values() if not row.ends] == [What.CASES]
    assert table[What.DRAFTS].before(datetime(2026, 11, 21, tzinfo=UTC).date()).isoformat() == "2026-11-14"


@pytest.mark.parametrize("days", ["no_such_setting", "register_url", 0, None])
def test_a_row_without_days_is_refused(tmp_path: Path, days: object) -> None:
    rows = [{"what": each.value, "title": "", "basis": "", "days": days} for each in What]
    (tmp_path / "retention.yml").write_text(yaml.safe_dump(rows), encoding="utf-8")
    with pytest.raises(ValueError, match="no number of days"):
        load_retention(tmp_path / "retention.yml", Settings())


def test_a_missing_row_is_refused(tmp_path: Path) -> None:
    (tmp_path / "retention.yml").write_text("[{what: drafts, title: '', days: 3, basis: ''}]", encoding="utf-8")
    with pytest.raises(ValueError, match="one row for each"):
        load_retention(tmp_path / "retention.yml", Settings())


def test_the_command_does_all_jobs_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("ZHILU_REGISTER_KEY", KEY)
    assert cli.main(["jobs", "run", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()] == [job.name for job in JOBS]
    counts = {line.split()[0]: line.split()[1] for line in said.splitlines()}
    del counts["check-calendar"]  # says 1 from November on, until next year's holidays are known
    assert set(counts.values()) == {"0"}
    assert said.count(" would be ") == len(JOBS)
    assert cli.main(["jobs", "list"]) == 0
    assert "30 days" in capsys.readouterr().out


def test_without_a_database_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    assert cli.main(["jobs", "run"]) == 1
    assert "zhilu db migrate" in capsys.readouterr().err
