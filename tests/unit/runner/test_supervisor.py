"""The configuration that supervisord gets."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from zhilu.runner.programs import Program, programs
from zhilu.runner.supervisor import LONGEST_SOCKET_PATH, Supervisor
from zhilu.settings import Settings


def configuration(var: Path, *which: Program) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(Supervisor(var, which).configuration())
    return parser


def test_every_program_of_an_installation_is_kept_alive_with_a_bounded_log(tmp_path: Path) -> None:
    table = programs(Settings(var_dir=tmp_path))
    made = configuration(tmp_path, *table)
    assert {program.name for program in table} == {"engine", "actions", "public", "desk", "jobs"}
    for program in table:
        section = made[f"program:{program.name}"]
        assert section["autorestart"] == "true"
        assert section["stdout_logfile"] == str(tmp_path / "log" / f"{program.name}.log")
        assert section["stdout_logfile_maxbytes"] == "10MB"


def test_the_engine_never_reports_its_use(tmp_path: Path) -> None:
    made = configuration(tmp_path, *programs(Settings(var_dir=tmp_path)))
    assert 'RASA_TELEMETRY_ENABLED="false"' in made["program:engine"]["environment"]


def test_every_program_is_told_the_folder_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for program in programs(Settings(var_dir=Path("elsewhere"))):
        assert program.environment["ZHILU_VAR_DIR"] == str(tmp_path / "elsewhere")


def test_percent_signs_and_spaces_in_a_command_survive(tmp_path: Path) -> None:
    made = configuration(tmp_path, Program("jobs", ("run", "at 100%")))
    assert made["program:jobs"]["command"].endswith("run 'at 100%%'")


def test_a_folder_too_deep_for_a_unix_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    deep = Supervisor(tmp_path / ("d" * 120))
    assert len(str(deep.socket)) <= LONGEST_SOCKET_PATH
    assert deep.socket != Supervisor(tmp_path / ("e" * 120)).socket
