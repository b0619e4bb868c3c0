"""`zhilu doctor`: each thing that can be wrong is told with what to do, and nothing is changed by looking."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cases import audit, outbox
from cases.audit import Entry
from cases.migrate import downgrade, upgrade
from petition.days import midnight
from tests.e2e.serving import free_ports
from zhilu import cli, doctor
from zhilu.doctor import CHECKS, Finding, Grade, doors, house, machine, running
from zhilu.registers import open_register
from zhilu.runner.training import encoder_cache, inputs_digest, model_file, seal_file
from zhilu.settings import ROOT, Environment, Settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
KEY = "k" * 43


def given(folder: Path, **other: Any) -> Settings:
    return Settings(var_dir=folder / "var", register_key=SecretStr(KEY), **other)


def found(check: doctor.Check, settings: Settings, now: datetime = NOW) -> dict[Grade, list[Finding]]:
    by_grade: dict[Grade, list[Finding]] = {grade: [] for grade in Grade}
    for each in check(settings, now):
        by_grade[each.grade].append(each)
    return by_grade


def faults(check: doctor.Check, settings: Settings, now: datetime = NOW) -> list[str]:
    return [f"{each.message} {each.todo}" for each in found(check, settings, now)[Grade.FAULT]]


@contextmanager
def healthy(settings: Settings) -> Iterator[None]:
    """Something answers 200 on the address of the public server."""

    class Fine(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", settings.public_port), Fine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


# --- the register ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose register is up to date."""
    made = given(tmp_path)
    made.var_dir.mkdir(mode=0o700)
    upgrade(made.register_url)
    return made


def test_a_good_register_has_no_fault(settings: Settings) -> None:
    assert faults(house.register, settings) == []


def test_an_older_register_is_to_be_migrated(settings: Settings) -> None:
    downgrade(settings.register_url, "0014")
    (told,) = faults(house.register, settings)
    assert "zhilu db migrate" in told


def test_another_key_does_not_open_it(settings: Settings) -> None:
    open_register(settings).close()
    (told,) = faults(house.register, settings.model_copy(update={"register_key": SecretStr("another key" * 4)}))
    assert "key" in told


def test_a_clock_that_went_back_is_told(settings: Settings) -> None:
    register = open_register(settings)
    with register.unit_of_work() as uow:
        uow.write(lambda: audit.note(uow.session, Entry(NOW, audit.SYSTEM, "looked")))
    register.close()
    assert faults(house.register, settings) == []
    (told,) = faults(house.register, settings, NOW - timedelta(hours=1))
    assert "校准时间" in told


def test_notices_that_do_not_leave_are_told(settings: Settings) -> None:
    register = open_register(settings)
    with register.unit_of_work() as uow:
        uow.write(lambda: outbox.append(uow.session, "filed", {}, now=NOW, channel="sms"))
    register.close()
    (told,) = faults(house.register, settings, NOW + timedelta(days=3))
    assert "等了3天" in told


def test_looking_makes_neither_secrets_nor_folders(tmp_path: Path) -> None:
    empty = Settings(var_dir=tmp_path / "var")
    for _, check in CHECKS:
        list(check(empty, NOW))
    assert not (tmp_path / "var").exists()


# --- the machine ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("free", "grade"), [(0.5, Grade.FAULT), (3, Grade.ADVICE), (50, Grade.FINE)])
def test_room_on_the_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch, free: float, grade: Grade) -> None:
    whole = shutil.disk_usage(settings.var_dir)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: whole._replace(free=int(free * machine.GB)))
    assert [len(some) for some in found(machine.disk, settings).values()] == [each is grade for each in Grade]


def test_a_secret_that_others_can_read_is_told_with_the_command(settings: Settings) -> None:
    settings.secrets_dir.mkdir(mode=0o700)
    secret = settings.secrets_dir / "engine_secret"
    secret.touch(mode=0o600)
    for each in settings.var_dir.glob("*.db"):
        each.chmod(0o600)
    assert faults(machine.folders, settings) == []
    secret.chmod(0o640)
    (told,) = faults(machine.folders, settings)
    assert f"chmod go-rwx {secret}" in told


def test_a_program_that_is_missing_and_a_scanner_that_is_away(settings: Settings) -> None:
    changed = settings.model_copy(update={"soffice": "no-such-office", "clamd": "127.0.0.1:1"})
    by_grade = found(machine.helpers, changed)
    assert any("no-such-office" in each.message for each in by_grade[Grade.ADVICE])
    assert ["127.0.0.1:1" in each.message for each in by_grade[Grade.FAULT]] == [True]


# --- the house ------------------------------------------------------------------------------------------------------------------------


def test_the_model_is_that_of_these_data(settings: Settings) -> None:
    assert "zhilu train" in faults(house.model, settings)[0]
    for each in (model_file(settings), encoder_cache(settings) / "vectors"):
        each.parent.mkdir(parents=True)
        each.touch()
    seal_file(settings).write_text("of other data", encoding="ascii")
    assert [each.todo[:11] for each in found(house.model, settings)[Grade.ADVICE]] == ["zhilu train"]
    seal_file(settings).write_text(inputs_digest(ROOT, settings.lessons_dir), encoding="ascii")
    assert len(found(house.model, settings)[Grade.FINE]) == 1


def test_the_sample_office_is_one_line_and_a_missing_file_is_named(settings: Settings, tmp_path: Path) -> None:
    (told,) = faults(house.office, settings)
    assert "示例" in told
    assert "zhilu office check" in told
    (told,) = faults(house.office, settings.model_copy(update={"office_file": tmp_path / "none.yml"}))
    assert "none.yml" in told


def test_holidays_run_out(settings: Settings) -> None:
    now, later = (found(house.holidays, settings, midnight(date(year, 11, 21))) for year in (2026, 2031))
    assert "2027" in now[Grade.ADVICE][0].message
    assert "2031" in later[Grade.FAULT][0].message


# --- programs and doors ---------------------------------------------------------------------------------------------------------------


def test_what_does_not_answer_is_named_while_the_rest_does(settings: Settings) -> None:
    ports = dict(zip(("public_port", "desk_port", "engine_port", "actions_port"), free_ports(4), strict=True))
    own = settings.model_copy(update=ports)
    assert [each.todo for each in found(running.programs, own)[Grade.ADVICE]] == ["zhilu up"]
    with healthy(own):
        told = faults(running.programs, own)
    assert sorted(each.split("没有")[0] for each in told) == ["actions", "desk", "engine"]


def test_half_a_wechat_account_is_told_by_the_names_of_its_settings(settings: Settings) -> None:
    assert faults(doors.wechat, settings) == []
    half = settings.model_copy(update={"wechat_appid": "wx1", "wechat_aes_key": SecretStr("short")})
    told = "\n".join(faults(doors.wechat, half))
    assert all(name in told for name in ("ZHILU_WECHAT_TOKEN", "ZHILU_WECHAT_SECRET", "ZHILU_WECHAT_AES_KEY"))
    whole = half.model_copy(
        update={
            "wechat_token": SecretStr("t" * 16),
            "wechat_secret": SecretStr("s" * 32),
            "wechat_aes_key": SecretStr("a" * 43),
        }
    )
    assert faults(doors.wechat, whole) == []


def test_behind_https_the_proxy_has_to_be_named(settings: Settings) -> None:
    update = {"environment": Environment.PRODUCTION, "public_url": "https://zhilu.test", "desk_url": "https://d.test"}
    (told,) = faults(doors.addresses, settings.model_copy(update=update))
    assert "ZHILU_TRUSTED_PROXIES" in told
    named = found(doors.addresses, settings.model_copy(update={**update, "trusted_proxies": ["127.0.0.1/32"]}))
    assert [len(some) for some in named.values()] == [0, 0, 1]


# --- the whole ------------------------------------------------------------------------------------------------------------------------


def test_the_command_says_the_worst_first_and_ends_with_1(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(settings.var_dir))
    assert cli.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    order = [[grade.value for grade in Grade].index(line.split("  ")[0]) for line in lines[:-1]]
    assert order == sorted(order)
    assert lines[-1].startswith("一共查了11项：")


def test_a_check_that_stumbles_is_a_finding_and_the_others_are_made(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> Iterator[Finding]:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(doctor, "CHECKS", (("坏的", stumble), ("微信", doors.wechat)))
    (_, first), (_, second) = doctor.examine(settings, NOW)
    assert (first.grade, second.grade) == (Grade.FAULT, Grade.FINE)
    assert "ZeroDivisionError" in first.message
