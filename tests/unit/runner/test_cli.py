"""The command line: what stands in the way is one line, never a stack trace."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from zhilu import cli
from zhilu.runner.errors import CannotRun
from zhilu.settings import ROOT


def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_PUBLIC_PORT", "eighty")
    assert cli.main(["status"]) == 1
    assert "zhilu: setting ZHILU_PUBLIC_PORT: " in capsys.readouterr().err


@pytest.mark.parametrize("url", ["nonsense", "oracular://host/name"])
def test_an_address_of_no_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ZHILU_DATABASE_URL", url)
    assert cli.main(["cases", "list"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("zhilu: setting ZHILU_DATABASE_URL: ")
    assert said.count("\n") == 1


def test_what_stands_in_the_way_is_shown_with_its_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CannotRun("the training failed:", ["no data"])

    monkeypatch.setattr("zhilu.runner.training.train_if_needed", refuse)
    assert cli.main(["train"]) == 1
    assert capsys.readouterr().err == "zhilu: the training failed:\n  | no data\n"


def test_an_accident_is_not_hidden_as_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cases.migrate.upgrade", stumble)
    with pytest.raises(ZeroDivisionError):
        cli.main(["db", "migrate"])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["nonsense"], "zhilu --help"),
        (["db"], "zhilu db --help"),
        (["up", "--detached"], "zhilu up --help"),
        (["laws", "show", "信访条例"], "zhilu laws show --help"),
        (["search", "信访", "--most", "many"], "zhilu search --help"),
        (["cases", "list", "--stage", "lost"], "registered, forwarded"),
    ],
)
def test_a_wrong_word_is_one_line_that_says_where_to_look(
    capsys: pytest.CaptureFixture[str], words: list[str], hint: str
) -> None:
    assert cli.main(words) == cli.WRONG_USE
    said = capsys.readouterr().err
    assert hint in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(("word", "exit_status"), [("stop", 0), ("status", 3)])
def test_asking_an_installation_that_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], word: str, exit_status: int
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    assert cli.main([word]) == exit_status
    assert capsys.readouterr().out == "not running\n"


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words, groups included."""
    yield words, command
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*words, name))


EVERY = list(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize(("words", "command"), EVERY, ids=[" ".join(words) for words, _ in EVERY])
def test_every_command_explains_itself(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], command: Any
) -> None:
    assert cli.main([*words, "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert " ".join(command.help.split()) in said
    for each in command.params:
        assert each.help, f"{each.name} is not explained"


@pytest.mark.parametrize("page", ["handbook.md", "handbook.zh-CN.md"])
def test_the_handbook_has_every_command(page: str) -> None:
    said = (ROOT / "docs" / page).read_text(encoding="utf-8")
    single = [" ".join(("zhilu", *words)) for words, command in EVERY if words and not hasattr(command, "commands")]
    assert [command for command in single if f"`{command}" not in said] == []


def test_without_a_word_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "unwanted"), [("--help", "sqlalchemy"), ("status", "fastapi"), ("status", "openpyxl")]
)
def test_a_command_loads_what_it_needs_and_no_more(tmp_path: Path, words: str, unwanted: str) -> None:
    code = f"import sys; from zhilu import cli; cli.main([{words!r}]); print({unwanted!r} in sys.modules)"
    environment = os.environ | {"ZHILU_VAR_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


def test_nobody_reading_on_is_no_fault(tmp_path: Path) -> None:
    listing = [sys.executable, "-m", "zhilu.cli", "--help"]
    with subprocess.Popen(listing, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
        assert command.stdout
        assert command.stderr
        command.stdout.close()
        assert command.stderr.read() == ""
    assert command.returncode == 0


def test_production_does_not_start_with_the_sample_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ZHILU_ENVIRONMENT", "production")
    assert cli.main(["up"]) == 1
    assert "sample office" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_the_check_of_an_office_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["office", "check"]) == 1  # the sample
    assert "必须改  sample" in capsys.readouterr().out
    broken = tmp_path / "office.yml"
    for text, said in (("[", "is not YAML"), ("name: 局", "id: Field required")):
        broken.write_text(text, encoding="utf-8")
        assert cli.main(["office", "check", str(broken)]) == 1
        assert said in capsys.readouterr().err
    assert cli.main(["office", "check", str(tmp_path / "none.yml")]) == 1
    assert "cannot read" in capsys.readouterr().err
