"""Each check finds its mistake, and a right entry has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knowledge.check import check, main
from tests.unit.knowledge.factories import (
    LAW,
    SAID,
    base,
    citation,
    deadline,
    entry,
    second,
    second_topic,
    topic,
    write,
    write_law,
    write_topics,
)


def found(tmp_path: Path, *entries: dict[str, Any], law: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """(field, message) of every problem, with the law where one is given."""
    laws = write_law(tmp_path, **law) if law is not None else None
    return [(each.field.split(".", 2)[2], each.message) for each in check(base(tmp_path, *entries), laws=laws)]


def fields(tmp_path: Path, *entries: dict[str, Any], law: dict[str, str] | None = None) -> list[str]:
    return [field for field, _ in found(tmp_path, *entries, law=law)]


def test_a_right_base_has_no_problem(tmp_path: Path) -> None:
    topics = write_topics(tmp_path, topic(), second_topic())
    assert check(base(tmp_path, entry(), second()), laws=write_law(tmp_path), topics=topics) == []


def test_long_first_sentence(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(answer=f"{'长' * 56}{SAID}内。后面的不算。")) == []
    assert fields(tmp_path, entry(answer=f"{'长' * 57}{SAID}内。")) == ["answer"]


def test_long_answer(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(answer=f"{'长' * 50}。{'长' * 64}{SAID}。")) == []
    assert fields(tmp_path, entry(answer=f"{'长' * 50}。{'长' * 66}{SAID}。")) == ["answer"]


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\ufeff"])
def test_invisible_character_in_a_phrasing(tmp_path: Path, char: str) -> None:
    assert fields(tmp_path, entry(phrasings=["复查", f"复{char}查期限"])) == ["phrasings.1"]


def test_invisible_character_in_the_text(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(details=["好", "找\u200b上一级。"])) == ["details.1"]


@pytest.mark.parametrize("text", ["{office.fax}", "{body.nobody}", "{name}", "{office.phone", "}"])
def test_placeholder_that_no_office_has(tmp_path: Path, text: str) -> None:
    assert fields(tmp_path, entry(where=f"请打{text}")) == ["where"]


def test_placeholders_of_the_profile(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(where="{office.name}{office.phone}，或者{body.labour-arbitration}")) == []


def test_neither_cited_nor_unverified(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(citations=[])) == ["citations"]


def test_cited_and_unverified(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(unverified=True, details=["请打{office.phone}核实。"])) == ["citations"]


def test_unverified_says_whom_to_ask(tmp_path: Path) -> None:
    unverified = {"unverified": True, "citations": [], "deadlines": []}
    assert fields(tmp_path, entry(**unverified, answer="没能核实。")) == ["answer"]
    assert fields(tmp_path, entry(**unverified, answer="没能核实，请打{office.phone}。")) == []


def test_the_same_phrasing_under_two_topics_whatever_its_punctuation(tmp_path: Path) -> None:
    ((field, message),) = found(tmp_path, entry(), second(phrasings=["复核呢", "复查，多久 内提？"]))
    assert field == "phrasings.1"
    assert message.endswith("review.deadline")


def test_the_same_phrasing_in_full_width(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(phrasings=["30天ABC"]), second(phrasings=["３０天ａｂｃ"])) == ["phrasings.0"]


def test_related_to_itself_or_twice(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(related=["review.deadline", "review.recheck"])) == ["related"]
    assert fields(tmp_path, entry(related=["review.recheck", "review.recheck"])) == ["related"]


# with the laws


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"law": "nothing-2022"}, "unknown law nothing-2022"),
        ({"title": "信访条例"}, "the title of xinfang-gongzuo-tiaoli-2022 is 信访工作条例"),
        ({"article": 36}, "xinfang-gongzuo-tiaoli-2022 has no article 36"),
        ({"effective_from": "2005-05-01"}, "effective_from of xinfang-gongzuo-tiaoli-2022 is 2022-05-01"),
    ],
)
def test_wrong_citation(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    assert found(tmp_path, entry(citations=[citation(), citation(**wrong)]), law={}) == [("citations.1", message)]


@pytest.mark.parametrize("status", ["SUPERSEDED - by another", "REPEALED from 2026", "HISTORICAL - for comparison"])
def test_a_law_that_is_not_in_force(tmp_path: Path, status: str) -> None:
    assert found(tmp_path, entry(), law={"status": status}) == [
        ("citations.0", "xinfang-gongzuo-tiaoli-2022 is not in force")
    ]


@pytest.mark.parametrize(
    ("effective", "date"),
    [
        ("1990-10-01 (2017 amendment effective 2017-07-01: not stated in text)", "1990-10-01"),
        ("in force from promulgation (art. 306); not stated in text (UNVERIFIED 2024-01-01)", "2024-01-01"),
        ("not stated in text", "2022-02-25"),
    ],
)
def test_the_convention_of_the_starting_date(tmp_path: Path, effective: str, date: str) -> None:
    right = entry(citations=[citation(effective_from=date)])
    assert found(tmp_path, right, law={"effective": effective}) == []


def test_a_deadline_that_its_article_does_not_say(tmp_path: Path) -> None:
    wrong = entry(deadlines=[deadline(length=20)])
    assert found(tmp_path, wrong, law={}) == [
        ("deadlines.0", "xinfang-gongzuo-tiaoli-2022 article 35 does not say 20日")
    ]


KINDS_OF_DAYS = (
    "第三十五条　应当在五日内补正，三十日内复查。\n"
    "第三十六条　公布的期限不得少于十五日。\n"
    "第八十八条　本条例“三日”、“五日”的规定是指工作日，不含法定休假日。\n"
)


def judged(tmp_path: Path, *cited: int, text: str = KINDS_OF_DAYS, **changes: Any) -> list[str]:
    """What is wrong with a deadline of a law that says what its days are."""
    period = deadline(**changes)
    least = "不少于" if period["act"] == "keep-posted" else ""
    right = entry(
        answer=f"{least}{{deadline.{period['act']}}}。",
        deadlines=[period],
        citations=[citation(each) for each in cited],
    )
    return [each.message for each in check(base(tmp_path, right), laws=write_law(tmp_path, text=text))]


def test_days_that_another_cited_article_calls_working_days(tmp_path: Path) -> None:
    assert judged(tmp_path, 35, 88, length=5, unit="working-day") == []
    assert judged(tmp_path, 35, length=5, unit="working-day") == [f"{LAW} article 35 does not say 5个工作日"]
    assert judged(tmp_path, 35, 88, length=5, unit="day") == [f"{LAW} article 35 counts 5日 in working days"]


def test_days_that_no_article_calls_working_days(tmp_path: Path) -> None:
    assert judged(tmp_path, 35, 88, length=30, unit="day") == []
    assert f"{LAW} article 35 does not say 30个工作日" in judged(tmp_path, 35, 88, length=30, unit="working-day")


def test_a_law_that_counts_all_its_periods_in_working_days(tmp_path: Path) -> None:
    licences = "第三十五条　应当在二十日内决定。\n第八十二条　本法规定的期限以工作日计算，不含法定节假日。\n"
    assert judged(tmp_path, 35, 82, text=licences, length=20, unit="working-day") == []
    assert judged(tmp_path, 35, text=licences, length=20, unit="working-day") == [
        f"{LAW} article 35 does not say 20个工作日"
    ]


def test_a_minimum_is_one_in_its_article_and_nothing_else_is(tmp_path: Path) -> None:
    posted = {"act": "keep-posted", "from": "notice-posted"}
    assert judged(tmp_path, 36, article=36, length=15, **posted) == []
    assert judged(tmp_path, 35, article=35, length=30, **posted) == [f"{LAW} article 35 has no minimum of 30日"]
    assert judged(tmp_path, 36, article=36, length=15) == [
        f"{LAW} article 36 has a minimum of 15日, and request-review is no name of one"
    ]


def test_a_deadline_of_an_article_that_is_not_cited(tmp_path: Path) -> None:
    handled = entry(
        answer=f"{{deadline.handle}}内办结，{SAID}内复查。",
        deadlines=[deadline(act="handle", length=60, article=34), deadline()],
    )
    assert found(tmp_path, handled, law={}) == [("deadlines.0", "xinfang-gongzuo-tiaoli-2022 article 34 is not cited")]


def test_an_unverified_entry_may_state_a_deadline_that_is_known(tmp_path: Path) -> None:
    known = deadline(law="xinfang-gongzuo-tiaoli-2022")
    unverified = entry(
        unverified=True, citations=[], deadlines=[known], details=["晚了怎么办，请打{office.phone}核实。"]
    )
    assert found(tmp_path, unverified, law={}) == []


@pytest.mark.parametrize(
    "text",
    [
        "90日内都行。",
        "五个工作日内。",
        "罚款500元。",
        "每次3人。",
        "等两年。",
        "自2022年5月2日起。",
        "15天。",
        "这15日。",
        "付6%。",
    ],
)
def test_a_number_from_nowhere(tmp_path: Path, text: str) -> None:
    ((field, message),) = found(tmp_path, entry(details=["好", text]), law={})
    assert field == "details.1"
    assert "stands neither in the deadlines nor in a cited article" in message


@pytest.mark.parametrize(
    "text", [f"{SAID}以后。", "1050元。", "百分之五。", "哪一天都行。", "下一年再来。", "2005年那部旧的。", "第3人称。"]
)
def test_a_number_that_is_known_or_none(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, entry(details=[text]), law={}) == []


COPIED = f"可以自收到书面答复之日起{SAID}内请求原办理机关、单位的上一级机关"


def test_a_sentence_copied_from_the_statute(tmp_path: Path) -> None:
    ((field, message),) = found(tmp_path, entry(details=[f"您{COPIED}。"]), law={})
    assert field == "details.0"
    assert message.startswith("copied from xinfang-gongzuo-tiaoli-2022 article 35: 可以自收到书面答复")


def test_terms_in_a_row_are_no_copy(tmp_path: Path) -> None:
    assert found(tmp_path, entry(details=[f"收到书面答复之日起{SAID}内请求上一级机关复查。"]), law={}) == []


# with the topics


def against(tmp_path: Path, wanted: dict[str, Any], *entries: dict[str, Any]) -> list[tuple[str, str]]:
    topics = write_topics(tmp_path, wanted, second_topic())
    read = base(tmp_path, *(entries or (entry(),)), second())
    return [(each.field, each.message) for each in check(read, topics=topics)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "复查"}, "title"),
        ({"audience": ["citizen", "staff"]}, "audience"),
        ({"channel": "office"}, "channel"),
        ({"unverified": True}, "unverified"),
        ({"related": ["review.other"]}, "related"),
        ({"citations": [{"law": "xinfang-gongzuo-tiaoli-2022", "article": 34}]}, "citations"),
        ({"must_say": ["上一级单位|上一级机关"]}, "answer"),
        ({"must_not_say": ["60日", "30日内"]}, "answer"),
    ],
)
def test_an_entry_that_is_not_its_topic(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    assert [each for each, _ in against(tmp_path, topic(**changes))] == [f"review.deadline.{field}"]


def test_an_entry_that_is_no_topic(tmp_path: Path) -> None:
    stray = entry(id="review.stray", phrasings=["别的"])
    assert against(tmp_path, topic(), entry(), stray) == [("review.stray.id", "not a topic")]


def test_a_missing_topic(tmp_path: Path) -> None:
    topics = write_topics(tmp_path, topic(), second_topic(), topic(id="fees.court", channel="civil-litigation"))
    assert [str(each) for each in check(base(tmp_path, entry(), second()), topics=topics)] == [
        "topics:1: fees.court: not written yet"
    ]


def test_related_to_an_unknown_topic(tmp_path: Path) -> None:
    assert against(tmp_path, topic()) == []
    unknown = entry(related=["review.recheck", "review.nowhere"])
    assert against(tmp_path, topic(), unknown) == [("review.deadline.related", "unknown topic review.nowhere")]


# the command


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["check", "--base", str(folder), *arguments])
    return main()


def test_the_command_is_silent_about_a_right_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path, entry(), second())
    topics = write_topics(tmp_path, topic(), second_topic())
    assert run(monkeypatch, folder, "--laws", str(write_law(tmp_path)), "--topics", str(topics)) == 0
    assert capsys.readouterr().out == ""


def test_the_command_prints_problems_of_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, write(tmp_path, entry(citations=[]))) == 1
    assert capsys.readouterr().out.startswith("petition/review.yml:")


def test_the_command_prints_problems_of_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, write(tmp_path, entry(title=None))) == 1
    assert "petition/review.yml:1: title: Field required" in capsys.readouterr().out
