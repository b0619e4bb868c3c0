"""`zhilu guides print`."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhilu import cli


def test_the_sheets_are_printed_with_the_bodies_of_the_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["guides", "print", "labour", "land", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out.split()
    assert [Path(each).name for each in printed] == ["labour.html", "land.html", "all.html"]
    one = (tmp_path / "out" / "labour.html").read_text(encoding="utf-8")
    assert "清河区劳动人事争议仲裁委员会" in one
    assert "工资被拖欠" in one
    both = (tmp_path / "out" / "all.html").read_text(encoding="utf-8")
    assert both.count("<h1>") == 2
    for page in (one, both):
        assert "@page" in page
        assert "href=" not in page
        assert "src=" not in page
        assert "http" not in page


def test_without_names_every_sheet_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["guides", "print", "--out", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.split()) == 17 + 1 + 1


def test_the_office_is_the_one_of_the_profile_and_its_name_is_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "office.yml"
    sample = (Path(__file__).resolve().parents[3] / "data" / "office" / "sample.yml").read_text(encoding="utf-8")
    profile.write_text(sample.replace("清河区信访局（示例）", "柳河<b>局"), encoding="utf-8")
    monkeypatch.setenv("ZHILU_OFFICE_FILE", str(profile))
    assert cli.main(["guides", "print", "labour", "--out", str(tmp_path)]) == 0
    page = (tmp_path / "labour.html").read_text(encoding="utf-8")
    assert "柳河&lt;b&gt;局" in page
    assert "<b>" not in page


def test_a_matter_that_there_is_not_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["guides", "print", "nowhere", "--out", str(tmp_path)]) == 1
    assert "there is no guide nowhere" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
