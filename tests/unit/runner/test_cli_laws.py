"""`zhilu laws …` and `zhilu search` as somebody at a terminal sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.knowledge.factories import SHARED, entry, write
from zhilu import cli

REVIEW = "第三十五条　可以自收到书面答复之日起30日内请求复查。"
LATER = "第三十五条　可以自收到书面答复之日起60日内请求复查。"
BEFORE = "".join(f"第{number}条　第{number}件事。\n" for number in range(1, 35))


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own with one topic; texts to import lie in its folder."""
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ZHILU_KNOWLEDGE_DIR", str(write(tmp_path, entry())))
    monkeypatch.setenv("ZHILU_FINGERPRINTS_FILE", str(tmp_path / "none.yml"))
    return tmp_path


def law(folder: Path, article: str = REVIEW, *, starts: str = "2022年5月1日", name: str = "信访工作条例.txt") -> str:
    text = f"信访工作条例\n{BEFORE}{article}\n第三十六条　本条例自{starts}起施行。\n"
    (folder / name).write_text(text, encoding="gb18030")
    return str(folder / name)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = cli.main(words)
    output = capsys.readouterr()
    return status, output.out + output.err


def test_import_tells_a_line_a_law(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "《信访工作条例》（xinfang-gongzuo-tiaoli-2022）36条，"
    assert said(capsys, "laws", "import", law(office)) == (
        0,
        f"{line}新导入\n共 1 部：新导入 1，有变动 0，没有变动 0\n",
    )
    assert f"{line}没有变动\n" in said(capsys, "laws", "import", law(office))[1]
    assert f"{line}有变动：修改第三十五条\n" in said(capsys, "laws", "import", law(office, LATER))[1]
    listed = said(capsys, "laws", "list")[1]
    assert listed == f"{line}2022-05-01起施行，第2版，来自 信访工作条例.txt\n"


def test_one_broken_file_and_nothing_is_imported(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (office / "坏.txt").write_text("引路法\n第一条　走。\n第三条　走。", encoding="utf-8")
    (office / "空.docx").write_bytes(b"")
    status, output = said(capsys, "laws", "import", law(office), str(office / "坏.txt"), str(office / "空.docx"))
    assert status == 1
    assert output == (
        "zhilu: 有文件不能导入，这一次什么都没有导入：\n"
        "  | 坏.txt 第3行：这里应是第二条，却是第三条：有条文缺失、重复或顺序不对\n"
        "  | 空.docx：是空文件\n"
    )
    assert "还没有导入法律" in said(capsys, "laws", "list")[1]


def test_two_files_of_one_law_are_refused(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, output = said(capsys, "laws", "import", law(office), law(office, name="又一份.txt"))
    assert status == 1
    assert "又一份.txt：和 信访工作条例.txt 是同一部法律" in output


def test_nothing_to_import_is_told(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "laws", "import", str(office / "knowledge")) == (
        1,
        "zhilu: 没有找到可以导入的文件（docx、txt、md）\n",
    )


@pytest.mark.parametrize(
    ("name", "article"), [("信访工作条例", "35"), ("信访条例", "第三十五条"), ("xinfang-gongzuo-tiaoli-2022", "三十五")]
)
def test_show_an_article(office: Path, capsys: pytest.CaptureFixture[str], name: str, article: str) -> None:
    said(capsys, "laws", "import", law(office))
    assert said(capsys, "laws", "show", name, article) == (0, f"《信访工作条例》第三十五条\n{REVIEW.split('　')[1]}\n")


@pytest.mark.parametrize(
    ("name", "article", "told"),
    [("信访工作条例", "99", "没有第九十九条"), ("信访工作条例", "最后", "看不懂条号"), ("民法典", "1", "没有导入过")],
)
def test_what_cannot_be_shown(
    office: Path, capsys: pytest.CaptureFixture[str], name: str, article: str, told: str
) -> None:
    said(capsys, "laws", "import", law(office))
    status, output = said(capsys, "laws", "show", name, article)
    assert status == 1
    assert told in output


def test_diff_says_what_to_read_again(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, output = said(capsys, "laws", "diff")
    assert status == 0
    assert "《信访工作条例》（not imported: xinfang-gongzuo-tiaoli-2022）" in output
    said(capsys, "laws", "import", law(office))
    assert said(capsys, "laws", "diff") == (0, "要重新核对的知识条目：0 个\n")
    said(capsys, "laws", "import", law(office, LATER, starts="2028年1月1日"))
    status, output = said(capsys, "laws", "diff")
    assert status == 3
    assert output == (
        "review.deadline：《信访工作条例》的施行日期是 2028-01-01，知识里写的是 2022-05-01\n"
        "review.deadline：《信访工作条例》第三十五条在 2026-11-21 核对之后改了文字\n"
        "要重新核对的知识条目：1 个\n"
    )
    found = json.loads(said(capsys, "laws", "diff", "--json")[1])
    assert [each["reason"] for each in found] == ["effective", "changed"]
    assert found[1]["now"] == LATER.split("　")[1]


def test_search_shows_the_answer_with_the_wording_of_its_article(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "（未导入原文）" in said(capsys, "search", "复查多久内提")[1]
    said(capsys, "laws", "import", law(office))
    status, output = said(capsys, "search", "复查多久", "内提")
    assert status == 0
    assert output.startswith("1. 【知识】复查申请期限\n   收到书面答复之日起30日内，可以申请复查。\n")
    assert "依据：《信访工作条例》第三十五条\n     可以自收到书面答复之日起30日内请求复查。\n" in output
    assert said(capsys, "search", "信访条例", "35", "--most", "1")[1].startswith(
        "1. 【法条】《信访工作条例》第三十五条\n"
    )
    assert said(capsys, "search", "zzz") == (0, "没有找到；换几个字再试\n")


def test_search_knows_the_glossary(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (office / "terms.yml").write_text("- {term: 指路, also: [带路], meaning: 告诉人该往哪儿走}\n", encoding="utf-8")
    assert said(capsys, "search", "带路") == (0, "1. 【术语】指路、带路\n   告诉人该往哪儿走\n")


def test_all_researched_laws_outdate_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (SHARED / "laws").exists():
        pytest.skip("laws is not beside the repository")
    monkeypatch.delenv("ZHILU_KNOWLEDGE_DIR")
    monkeypatch.delenv("ZHILU_FINGERPRINTS_FILE")
    status, output = said(capsys, "laws", "import", str(SHARED / "laws"))
    assert status == 0
    assert "《中华人民共和国民法典》（minfadian-2020）1260条，新导入\n" in output
    assert said(capsys, "laws", "diff") == (0, "要重新核对的知识条目：0 个\n")
