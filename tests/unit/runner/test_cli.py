"""The command line: what stands in the way is one line, never a stack trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhilu import cli
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings


def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHILU_PUBLIC_PORT", "eighty")
    assert cli.main(["status"]) == 1
    assert "zhilu: setting ZHILU_PUBLIC_PORT: " in capsys.readouterr().err


def test_what_stands_in_the_way_is_shown_with_its_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_settings: Settings, _arguments: cli.Arguments) -> int:
        raise CannotRun("the training failed:", ["no data"])

    monkeypatch.setattr(cli, "COMMANDS", (cli.Command("db migrate", "", refuse),))
    assert cli.main(["db", "migrate"]) == 1
    assert capsys.readouterr().err == "zhilu: the training failed:\n  | no data\n"


@pytest.mark.parametrize(("word", "exit_status"), [("stop", 0), ("status", 3)])
def test_asking_an_installation_that_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], word: str, exit_status: int
) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    assert cli.main([word]) == exit_status
    assert capsys.readouterr().out == "not running\n"


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for command in cli.COMMANDS:
        with pytest.raises(SystemExit) as ended:
            cli.main([*command.words.split(), "--help"])
        assert ended.value.code == 0
        assert command.help in capsys.readouterr().out.replace("\n", " ")
