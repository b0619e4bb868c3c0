"""Official texts of laws: whatever an office downloads becomes the same articles, or one clear sentence."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from knowledge import statutes_files
from knowledge.laws import Laws
from knowledge.load import load_knowledge
from knowledge.statutes import Article, Statute, StatuteError, law_ids, read_statute, statute_files, title_key
from tests.unit.knowledge.factories import REPOSITORY, SHARED, base, citation, entry

LINES = (
    "中华人民共和国引路法",
    "（2020年1月2日第一届会议通过　根据2024年3月4日第二次会议《关于修改的决定》修正）",
    "目　　录",
    "第一章　总　　则",
    "第二章　怎么走",
    "第一节　白天",
    "附　　则",
    "第一章　总　　则",
    "第一条　为了指路，制定本法。",
    "第二条　指路的人应当：",
    "（一）说清楚；",
    "（二）不收钱。",
    "第三条规定的情形除外，依照第一条、第二条办理。",
    "第二章　怎么走",
    "第一节　白天",
    "第三条　白天往东走。",
    "第三条之一　下雨天打伞。",
    "附　　则",
    "第四条　本法自2021年5月1日起施行。",
    "附件：",
    "第九条　别的法律的条文。",
)
TEXT = "\n".join(LINES)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write_txt(folder: Path, text: str = TEXT, *, name: str = "引路法.txt", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def write_docx(folder: Path, lines: tuple[str, ...] = LINES, *, name: str = "引路法.docx") -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(folder / name))
    return folder / name


def numbers(statute: Statute) -> list[str]:
    return [each.name for each in statute.articles]


def refusal(path: Path) -> str:
    with pytest.raises(StatuteError) as refused:
        read_statute(path)
    assert str(refused.value).startswith(path.name)
    return str(refused.value)


def articles_or_told(path: Path) -> tuple[Article, ...] | None:
    try:
        return read_statute(path).articles
    except StatuteError:
        return None


def test_a_text_becomes_its_articles(tmp_path: Path) -> None:
    statute = read_statute(write_txt(tmp_path))
    assert (statute.title, statute.law_id, statute.key) == ("中华人民共和国引路法", "引路法", "引路法")
    assert statute.effective == date(2021, 5, 1)
    assert numbers(statute) == ["第一条", "第二条", "第三条", "第三条之一", "第四条"]
    second = statute.articles[1]
    assert second.text.split("\n") == [
        "指路的人应当：",
        "（一）说清楚；",
        "（二）不收钱。",
        "第三条规定的情形除外，依照第一条、第二条办理。",
    ]
    assert [each.chapter for each in statute.articles] == [
        "第一章 总 则",
        "第一章 总 则",
        "第二章 怎么走　第一节 白天",
        "第二章 怎么走　第一节 白天",
        "附 则",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    plain, other = read_statute(write_txt(tmp_path)), read_statute(write_txt(tmp_path, encoding=encoding))
    assert (plain.title, plain.articles, plain.effective) == (other.title, other.articles, other.effective)


def test_word_reads_the_same(tmp_path: Path) -> None:
    plain, word = read_statute(write_txt(tmp_path)), read_statute(write_docx(tmp_path))
    assert (plain.title, plain.articles, plain.effective) == (word.title, word.articles, word.effective)


def test_word_is_read_in_tables_content_controls_insertions_and_soft_lines(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("引路条例")
    document.add_paragraph("第一条　列表如下：\n第一行。")
    document.add_table(1, 2).cell(0, 1).text = "表里的话。"
    body = document.element.body
    control = "<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>控件里的话。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    changed = (
        "<w:p {ns}><w:ins><w:r><w:t>第二条　新加的。</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>删的</w:delText><w:t>旧的</w:t></w:r></w:del></w:p>"
    )
    for xml in (control, changed):
        body.insert(len(body) - 1, parse_xml(xml.replace("{ns}", WORD)))
    document.save(str(tmp_path / "a.docx"))
    texts = [each.text for each in read_statute(tmp_path / "a.docx").articles]
    assert texts == ["列表如下：\n第一行。\n表里的话。\n控件里的话。", "新加的。"]


def test_markdown_with_and_without_front_matter(tmp_path: Path) -> None:
    body = "# 引路条例\n\n**第一条** 指路。\n\n## 附则\n\n第二条　本条例自公布之日起施行。\n"
    plain = read_statute(write_txt(tmp_path, body, name="a.md"))
    front = "---\ntitle: 中华人民共和国引路条例（2024年修订）\neffective: '2024-02-03'\narticles: 2\nstatus: REPEALED\n---\n"
    told = read_statute(write_txt(tmp_path, front + body, name="b.md"))
    assert (plain.title, plain.effective, plain.in_force) == ("引路条例", None, True)
    assert (told.key, told.effective, told.in_force) == ("引路条例", date(2024, 2, 3), False)
    assert plain.articles == told.articles
    assert [each.text for each in plain.articles] == ["指路。", "本条例自公布之日起施行。"]


@pytest.mark.parametrize(
    ("before", "last", "effective"),
    [
        ("（2019年1月2日公布）", "本条例自公布之日起施行。", date(2019, 1, 2)),
        ("（2019年1月2日公布　2021年3月4日修订）", "本条例自公布之日起施行。", None),
        ("（2019年1月2日公布　2021年3月4日修订，自2021年6月1日起施行）", "本条例自公布之日起施行。", date(2021, 6, 1)),
        ("（2018年2月6日通过，自2018年2月8日起施行）", "以前的规定不再适用。", date(2018, 2, 8)),
        ("（2024年修正）", "本条例自二〇〇八年一月十五日起施行。", date(2008, 1, 15)),
        ("（2024年修正）", "本条例自2024年2月31日起施行。", None),
        ("（2024年修正）", "以前的规定不再适用。", None),
    ],
)
def test_the_day_in_force(tmp_path: Path, before: str, last: str, effective: date | None) -> None:
    text = f"引路条例\n{before}\n第一条　指路。\n第二条　{last}"
    assert read_statute(write_txt(tmp_path, text)).effective == effective


def test_a_front_matter_with_a_day_that_is_none_falls_back_on_the_text(tmp_path: Path) -> None:
    text = "---\ntitle: 引路法\neffective: 2024-02-31\n---\n第一条　本法自2021年5月1日起施行。"
    assert read_statute(write_txt(tmp_path, text, name="a.md")).effective == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("中华人民共和国公司法（2023年修订）", "中华人民共和国公司法"),
        (
            "最高人民法院关于适用\n《中华人民共和国引路法》的解释（一）",
            "最高人民法院关于适用《中华人民共和国引路法》的解释（一）",
        ),
        ("中华人民共和国主席令\n第九号\n《引路法》已经通过，现予公布。\n中华人民共和国引路法", "中华人民共和国引路法"),
        ("引 路 办 法", "引路办法"),
    ],
)
def test_the_title(tmp_path: Path, head: str, title: str) -> None:
    assert read_statute(write_txt(tmp_path, f"{head}\n第一条　指路。")).title == title


@pytest.mark.parametrize(
    "title",
    ["中华人民共和国引路法", "《引路法》", "引路法（2023年修正）", "中华人民共和国引路法(2023修订)", "引 路 法"],
)
def test_one_law_under_many_titles(title: str) -> None:
    assert title_key(title) == "引路法"


def test_the_number_of_an_interpretation_is_no_revision() -> None:
    assert title_key("关于引路的解释（一）") != title_key("关于引路的解释（二）")


def test_a_cited_law_has_the_id_of_the_knowledge_base(tmp_path: Path) -> None:
    path = write_txt(tmp_path, "中华人民共和国信访工作条例（2022）\n第一条　指路。")
    ids = law_ids(base(tmp_path, entry(citations=[citation(35)])))
    assert read_statute(path, ids).law_id == "xinfang-gongzuo-tiaoli-2022"


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (
            "第二条　指路的人应当：\n（一）说清楚；\n（二）不收钱。\n第三条规定的情形除外，依照第一条、第二条办理。\n",
            "这里应是第二条",
        ),
        ("第一条　为了指路，制定本法。\n", "这里应是第一条"),
        ("为了指路，制定本法。", "第一条没有内容"),
        ("起施行。", "第四条没有写完"),
        ("中华人民共和国引路法\n", "没有找到法律的标题"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, lost: str, said: str) -> None:
    text = TEXT.split("附件：")[0].replace(lost, "", 1)
    assert said in refusal(write_txt(tmp_path, text))


def test_a_double_article_is_named_with_its_line(tmp_path: Path) -> None:
    text = TEXT.replace("第三条之一　下雨", "第三条　下雨")
    assert refusal(write_txt(tmp_path, text)).startswith("引路法.txt 第17行：第三条重复")


def test_in_word_the_place_is_a_paragraph(tmp_path: Path) -> None:
    assert refusal(write_docx(tmp_path, ("引路法", "第二条　走。"))).startswith("引路法.docx 第2段：这里应是第一条")


def test_fewer_articles_than_announced(tmp_path: Path) -> None:
    text = "---\ntitle: 引路法\narticles: 3\n---\n第一条　走。\n第二条　走。\n"
    assert "文件头说有 3 条，实际只有 2 条" in refusal(write_txt(tmp_path, text, name="a.md"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"", "是空文件"),
        ("a.txt", b" \r\n ", "是空文件"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 .doc"),
        ("a.docx", "<!DOCTYPE html><p>第一条　走。".encode(), "是网页"),
        ("a.txt", b"\xef\xbb\xbf\n<html>", "是网页"),
        ("a.txt", b"%PDF-1.7", "是 PDF"),
        ("a.docx", b"PK\x03\x04 and nothing else", "不是完好的 Word"),
        ("a.doc", b"anything", "只能导入"),
        ("a.txt", b"abc\0def", "不是文本文件"),
        ("a.txt", b"line\n\xff\xff\xff", "第2行：文字编码既不是"),
        ("a.txt", "第一条\n第二条\n第三条 \n".encode() + b"\xe7\xac", "第4行：有读不出的文字"),
        ("a.txt", "没有条文的文章。".encode(), "没有找到"),
        ("a.md", b"---\ntitle: x\n", "文件头"),
        ("a.md", "---\ntitle: 引路法\n---\n走。".encode(), "没有找到一条条文"),
    ],
)
def test_what_is_no_text_of_a_law_is_told(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert said in refusal(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "打不开" in refusal(tmp_path / "nothing.txt")
    assert "打不开" in refusal(tmp_path / "nothing")


def test_a_word_file_cut_off_anywhere_is_told(tmp_path: Path) -> None:
    whole = write_docx(tmp_path).read_bytes()
    for end in range(4, len(whole) - 1, len(whole) // 40):
        path = tmp_path / "cut.docx"
        path.write_bytes(whole[:end])
        assert "不是完好的 Word" in refusal(path)


def test_a_damaged_word_file_is_read_right_or_told(tmp_path: Path) -> None:
    whole = write_docx(tmp_path).read_bytes()
    right = read_statute(tmp_path / "引路法.docx").articles
    for at in range(0, len(whole), max(1, len(whole) // 300)):
        path = tmp_path / "bad.docx"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        assert articles_or_told(path) in (right, None)


def zipped(folder: Path, content: bytes, *, name: str = "word/document.xml") -> Path:
    with zipfile.ZipFile(folder / "made.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return folder / "made.docx"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    assert "解压后太大" in refusal(zipped(tmp_path, b" " * (statutes_files.LARGEST_UNPACKED + 1)))


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path, b" " * (statutes_files.LARGEST_UNPACKED * 2))
    data = bytearray(path.read_bytes())
    size = (statutes_files.LARGEST_UNPACKED * 2).to_bytes(4, "little")
    for found in re.finditer(re.escape(size), bytes(data)):
        data[found.start() : found.end()] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    assert "made.docx" in refusal(path)


def test_entities_and_endless_nesting_are_refused(tmp_path: Path) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "实体声明" in refusal(zipped(tmp_path, entities))
    assert "层次太深" in refusal(zipped(tmp_path, b"<a>" * 100_000))


def test_an_archive_without_a_document_is_no_word_file(tmp_path: Path) -> None:
    assert "不是完好的 Word" in refusal(zipped(tmp_path, b"<x/>", name="other.xml"))


def test_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statutes_files, "LARGEST_FILE", 10)
    assert "太大" in refusal(write_txt(tmp_path))


def test_a_folder_gives_its_texts_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    for name in ("b.txt", "deeper/a.MD", "README.md", "~$b.docx", ".hidden.txt", "notes.pdf"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = list(statute_files([tmp_path, tmp_path / "named.pdf"]))
    assert [path.name for path in found] == ["b.txt", "a.MD", "named.pdf"]


def shared_laws() -> Path:
    if not (SHARED / "laws").exists():
        pytest.skip("laws is not beside the repository")
    return SHARED / "laws"


def test_all_researched_laws_are_read_under_the_ids_they_are_cited_by() -> None:
    ids = law_ids(load_knowledge(REPOSITORY / "data" / "knowledge"))
    read = [read_statute(path, ids) for path in statute_files([shared_laws()])]
    assert {each.law_id for each in read} >= set(ids.values())
    assert all(each.file == f"{each.law_id}.md" for each in read if each.law_id in ids.values())
    assert max(len(each.articles) for each in read) == 1260


def test_the_same_laws_as_an_office_downloads_them(tmp_path: Path) -> None:
    """Without front matter and marks, in GB18030: the same titles and articles, and no other day in force."""
    for path in statute_files([shared_laws()]):
        whole = read_statute(path)
        body = re.sub(r"^#+ *", "", path.read_text(encoding="utf-8").split("---\n", 2)[2], flags=re.MULTILINE)
        plain = read_statute(write_txt(tmp_path, body, name=f"{path.stem}.txt", encoding="gb18030"))
        assert (plain.key, plain.articles) == (whole.key, whole.articles)
        assert plain.effective in (None, whole.effective)


def test_a_code_of_1260_articles_from_word(tmp_path: Path) -> None:
    path = shared_laws() / "minfadian-2020.md"
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    lines = tuple(re.sub(r"^#+ *", "", line) for line in body.splitlines() if line.strip())
    word = read_statute(write_docx(tmp_path, lines))
    assert word.articles == read_statute(path).articles
    assert word.articles[-1].name == "第一千二百六十条"


def test_the_check_reads_laws_with_the_same_eyes() -> None:
    law = Laws(shared_laws())["xinfang-gongzuo-tiaoli-2022"]
    whole = read_statute(shared_laws() / "xinfang-gongzuo-tiaoli-2022.md")
    assert law.articles == {each.number: each.text for each in whole.articles}


def test_a_stream_of_bytes_never_ends_in_a_trace(tmp_path: Path) -> None:
    """Any mixture of what the parser looks for is read or told."""
    pieces = [
        "第一条　",
        "第二条",
        "第〇条　走。",
        "目录",
        "---",
        "#",
        "附件：",
        "第十百条　",
        "。",
        "第一章　x",
        "之一",
        "\n",
    ]
    for seed in range(400):
        text = io.StringIO()
        for step in range(12):
            text.write(pieces[(seed * 7 + step * step * (seed % 5 + 1) + seed // 3) % len(pieces)] + "\n" * (step % 2))
        articles = articles_or_told(write_txt(tmp_path, text.getvalue(), name="mix.md"))
        assert articles is None or articles[0].name == "第一条"
