"""Papers: what was said stands in its field unchanged, what was not said is a marked blank, and nothing of it is a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.check_laws import LONGEST_COPY
from knowledge.laws import Laws
from knowledge.papers import blanks, load_papers, offered
from knowledge.papers.check import check_papers
from knowledge.papers.facts import months
from knowledge.papers.load import PaperError
from knowledge.rules import load_rules
from knowledge.wording import shared_runs
from petition.matters import Channel, Matter, PetitionType
from petition.triage import Triage
from tests.unit.knowledge.factories import SHARED
from tests.unit.knowledge.papers import (
    DATA,
    FOR_MOTHER,
    GROUP,
    TODAY,
    WAGES,
    grey_of,
    office,
    papers,
    part,
    rows_of,
    text_of,
    write,
)

EVERY = sorted(papers())
ROUTES = [route.name for routes in load_rules(DATA / "triage").routes.values() for route in routes]


def found(route: str, *channels: Channel, matter: Matter = Matter.LABOUR, **changes: Any) -> Triage:
    return Triage(changes.pop("type", PetitionType.CLAIM), matter, None, channels, "", route)


def names(triage: Triage | None, draft: dict[str, Any]) -> list[str]:
    return [paper.id for paper in offered(papers(), triage, draft)]


# --- what is shipped ---------------------------------------------------------------------------------------------------


def test_templates_descriptions_and_routes_fit_together() -> None:
    assert len(papers()) == 9
    assert list(check_papers(papers(), ROUTES)) == []


@pytest.mark.skipif(not (SHARED / "laws").is_dir(), reason="the statute texts are not here")
def test_every_article_exists_and_the_words_are_ours() -> None:
    laws = Laws(SHARED / "laws")
    assert list(check_papers(papers(), ROUTES, laws)) == []
    for paper in papers().values():
        printed = text_of(paper.template.read_bytes())
        for citation in paper.citations:
            statute = laws[citation.law].articles[citation.article]
            assert list(shared_runs(printed, statute, LONGEST_COPY + 1)) == [], paper.id


def shipped_letter(folder: Path) -> str:
    """The letter alone, to be spoilt; its description."""
    (folder / "letter").mkdir()
    shipped = DATA / "papers" / "petition-letter"
    (folder / "letter" / "template.docx").write_bytes((shipped / "template.docx").read_bytes())
    return (shipped / "paper.yml").read_text(encoding="utf-8")


def test_a_mistake_in_a_description_is_named(tmp_path: Path) -> None:
    text, description = shipped_letter(tmp_path), tmp_path / "letter" / "paper.yml"
    description.write_text(text.replace("from: party.name", "from: party.nickname"), encoding="utf-8")
    with pytest.raises(ValidationError, match=r"unknown source party\.nickname"):
        load_papers(tmp_path)
    description.write_text(text.replace("  phone:", "  mobile:"), encoding="utf-8")
    with pytest.raises(
        PaperError, match=r"asks for phone, which paper\.yml does not know\nletter: .* no place for mobile"
    ):
        load_papers(tmp_path)
    (tmp_path / "letter" / "template.docx").unlink()
    with pytest.raises(FileNotFoundError, match=r"letter/template\.docx"):
        load_papers(tmp_path)


def test_a_mark_that_a_clerk_broke_is_named_at_start(tmp_path: Path) -> None:
    text = shipped_letter(tmp_path)
    (tmp_path / "letter" / "paper.yml").write_text(text, encoding="utf-8")
    template = tmp_path / "letter" / "template.docx"
    document = Document(str(template))
    next(each for each in document.paragraphs if "endfor" in each.text).text = "{%p endfro %}"
    document.save(str(template))
    with pytest.raises(PaperError, match=r"letter: a mark in template\.docx is broken"):
        load_papers(tmp_path)


def test_an_offer_for_a_route_that_there_is_not_is_named() -> None:
    assert "wage-list: no route unpaid-work" in list(
        check_papers(papers(), [each for each in ROUTES if each != "unpaid-work"])
    )


@pytest.mark.parametrize("paper", EVERY)
def test_an_empty_draft_gives_a_form_to_fill_in_by_hand(paper: str) -> None:
    text = text_of(write(paper, {}))
    assert papers()[paper].title in text
    assert "{" not in text
    assert "None" not in text


@pytest.mark.parametrize("paper", EVERY)
def test_the_file_tells_nothing_of_whoever_made_it(paper: str) -> None:
    properties = part(write(paper, WAGES), "docProps/core.xml").decode()
    assert "马小云" not in properties
    assert "python" not in properties
    assert papers()[paper].title in properties


# --- what was said -----------------------------------------------------------------------------------------------------


def test_a_petition_letter_holds_what_article_19_wants() -> None:
    docx = write("petition-letter", WAGES)
    rows = dict(rows_of(docx))
    assert rows["姓名（名称）"] == "马小云"
    assert rows["住址"] == "清河区张湾乡河边村三组12号"
    assert rows["发生时间"] == "2026年5月至2026年9月"
    assert rows["涉及金额"] == "21000元"
    assert rows["署名方式"] == "实名并保密"
    assert "代表" not in rows
    text = text_of(docx)
    assert text.index("把五个月的工资发给我") < text.index("从2026年5月起厂里没发过工资")
    assert "\n9月底我去要过一次，门卫不让进。\n" in text
    assert "收信单位：清河区信访局（示例）" in text
    assert grey_of(docx) == []


def test_an_arbitration_application_marks_what_article_28_wants_besides() -> None:
    docx = write("labour-arbitration", WAGES)
    rows = dict(row for row in rows_of(docx) if len(row) == 2)
    assert rows["名称"] == "恒盛箱包厂"
    assert rows["姓名"] == "马小云"
    assert rows["性别、年龄"] == "＿＿＿＿（请填写性别）　＿＿＿＿（请填写年龄）"
    assert rows["职业"] == rows["工作单位"] == "＿＿＿＿（请填写）"
    assert "清河区劳动人事争议仲裁委员会" in text_of(docx)
    left = blanks(papers()["labour-arbitration"], WAGES, office(), TODAY)
    assert left[:4] == ["性别", "年龄", "职业", "工作单位"]
    assert len(grey_of(docx)) == len(left)


def test_the_months_of_a_wage_claim_are_those_that_were_said() -> None:
    rows = [row for row in rows_of(write("wage-list", WAGES)) if len(row) == 6]
    assert [row[0] for row in rows] == ["月份", *(f"2026年{month}月" for month in range(5, 10)), *[""] * 7]
    assert [set(row[1:]) for row in rows[1:]] == [{""}] * 12


@pytest.mark.parametrize(
    ("period", "count"),
    [
        ("2025-11/2026-02", 4),
        ("2026-05-03/2026-06-20", 2),
        ("2026-05", 0),
        ("2024/2025", 0),
        ("", 0),
        ("1990-01/2026-01", 36),
    ],
)
def test_months_are_listed_only_between_two_named_months(period: str, count: int) -> None:
    assert len(months(period)) == count


def test_whoever_files_for_another_is_the_agent_and_the_other_is_left_to_be_named() -> None:
    for paper in ("petition-letter", "labour-arbitration", "reconsideration", "review"):
        rows = dict(row for row in rows_of(write(paper, FOR_MOTHER)) if len(row) == 2)
        assert rows["代办人"] == "王小燕，电话：13900000001"
        assert "请填写" in (rows.get("姓名") or rows["姓名（名称）"])
    rows = [row for row in rows_of(write("authorisation", FOR_MOTHER)) if row[0] == "姓名（名称）"]
    assert [value for _, value in rows] == ["＿＿＿＿（请填写）", "王小燕"]


def test_representatives_are_listed_and_five_have_room() -> None:
    rows = rows_of(write("representatives", GROUP))
    start = next(at for at, row in enumerate(rows) if row[-1] == "本人签名")
    assert [row[0] for row in rows[start + 1 : start + 6]] == ["马小云", "秦小雨", "谢芳", "", ""]
    assert dict(rows_of(write("petition-letter", GROUP)))["代表"] == "马小云、秦小雨、谢芳"
    assert "最多5人" in text_of(write("representatives", {}))


@pytest.mark.parametrize("paper", ["review", "recheck"])
def test_the_limit_stands_in_the_applications_against_an_opinion(paper: str) -> None:
    assert "从收到书面答复那天起30日内提出" in text_of(write(paper, WAGES))


@pytest.mark.parametrize("paper", EVERY)
def test_nobody_is_made_to_give_an_identity_number(paper: str) -> None:
    text = text_of(write(paper, WAGES))
    wanted = {"open-information": "证件名称和号码，您自己填", "reconsideration": "复议机关要求时您自己填"}
    assert ("证件" in text and wanted[paper] in text) if paper in wanted else ("身份证号" not in text)


# --- hostile and unusual text ------------------------------------------------------------------------------------------

HOSTILE = [
    "{{7*7}}",
    "{% for x in range(9) %}啊{% endfor %}",
    "{{ office.__class__.__mro__ }}",
    "{%p if name %}",
    "{{r name }}",
    "{_{ }_} {_% %_}",
    "<w:p><w:r><w:t>注入</w:t></w:r></w:p>",
    "]]></w:t><w:br/>&lt;&amp;&#38;\"'",
    "{#注释#}",
    "\\1 \\g<0> $name",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("paper", ["petition-letter", "labour-arbitration", "wage-list"])
def test_hostile_text_stays_text(paper: str, words: str) -> None:
    docx = write(paper, WAGES | {"name": words, "respondent": words, "narrative": words, "place": words})
    rows = dict(row for row in rows_of(docx) if len(row) == 2)
    assert rows.get("姓名", rows.get("姓名（名称）")) == words
    assert text_of(docx).count(words) >= 2


def test_what_xml_cannot_hold_is_left_out_and_lines_stay_lines() -> None:
    text = text_of(
        write("petition-letter", WAGES | {"narrative": "前\x00\x08\x1b\ud800\uffff后\r\n第二行\u2028第三行\t完😀"})
    )
    assert "\n前后\n第二行\n第三行 完😀\n" in text


def test_a_long_story_and_a_name_without_a_break_stand_whole() -> None:
    story = "从五月起厂里没发过工资。" * 160
    docx = write("labour-arbitration", WAGES | {"narrative": story[:2000], "name": "长" * 200})
    assert story[:2000] in text_of(docx)
    assert "长" * 200 in text_of(docx)


@settings(max_examples=25, deadline=None)
@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\u2028\u2029\ufffe\uffff"), min_size=1
    )
)
def test_any_name_comes_out_as_it_went_in(name: str) -> None:
    rows = dict(row for row in rows_of(write("wage-list", WAGES | {"name": name})) if len(row) == 2)
    assert rows["姓名"] == name


# --- to whom they are offered ------------------------------------------------------------------------------------------


def test_papers_follow_the_triage_the_most_fitting_first() -> None:
    wages = found("wage-arrears", Channel.LABOUR_INSPECTION, Channel.LABOUR_ARBITRATION)
    assert names(wages, {}) == ["wage-list", "labour-arbitration", "petition-letter"]
    decision = found("decision-refused", Channel.RECONSIDERATION, Channel.ADMIN_LITIGATION, matter=Matter.LAND)
    assert names(decision, {}) == ["reconsideration", "petition-letter"]
    opinion = found("petition-opinion-refused", Channel.PETITION, matter=Matter.LAND)
    assert names(opinion, {}) == ["review", "recheck", "petition-letter"]
    wanted = found("information-wanted", Channel.OPEN_INFORMATION, Channel.PETITION, matter=Matter.LAND)
    assert names(wanted, {})[0] == "open-information"


def test_a_way_that_is_used_up_gets_no_paper() -> None:
    award = found("labour-award-refused", Channel.CIVIL_LITIGATION, Channel.LABOUR_ARBITRATION)
    assert "labour-arbitration" not in names(award, {})
    refused = found("information-refused", Channel.RECONSIDERATION, Channel.OPEN_INFORMATION, matter=Matter.GOVERNANCE)
    assert names(refused, {}) == ["reconsideration", "petition-letter"]


def test_several_people_and_agents_get_their_papers() -> None:
    wages = found("opinion", Channel.PETITION)
    assert names(wages, FOR_MOTHER) == ["authorisation", "petition-letter"]
    assert names(wages, GROUP) == ["representatives", "petition-letter"]
    assert names(None, GROUP) == ["representatives"]
    assert names(None, {}) == []
