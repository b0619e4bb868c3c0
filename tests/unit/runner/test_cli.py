"""The command line: what stands in the way is one line, never a stack trace."""

from __future__ import annotations

import pkgutil
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
        assert callable(pkgutil.resolve_name(command.run) if isinstance(command.run, str) else command.run)


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
