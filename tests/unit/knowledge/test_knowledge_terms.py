"""Terms of art and old names: true, short, and each name once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge.check_terms import check_terms
from knowledge.laws import Laws
from knowledge.load import load_knowledge
from knowledge.terms import Synonyms, Terms, load_synonyms, load_terms
from tests.unit.knowledge.factories import REPOSITORY, SHARED

DATA = REPOSITORY / "data"
LONGEST = 70


@pytest.fixture(scope="module")
def terms() -> Terms:
    return load_terms(DATA / "terms.yml")


@pytest.fixture(scope="module")
def synonyms() -> Synonyms:
    return load_synonyms(DATA / "synonyms.yml")


def written(folder: Path, *terms: str) -> Path:
    path = folder / "terms.yml"
    path.write_text("\n".join(terms), encoding="utf-8")
    return path


def term(name: str, term_id: str = "one", also: str = "") -> str:
    return f"- {{id: {term_id}, term: {name}, also: [{also}], meaning: 说明。, topic: petition.what}}"


def test_what_is_shipped_is_true(terms: Terms) -> None:
    assert list(check_terms(terms, load_knowledge(DATA / "knowledge"), Laws(SHARED / "laws"))) == []
    assert len(terms) >= 90


def test_every_meaning_can_be_read_aloud(terms: Terms) -> None:
    for each in terms:
        assert len(each.meaning) <= LONGEST, each.id
        assert each.meaning.endswith("。"), each.id
        assert "（" not in each.meaning, each.id
        assert each.citations, each.id


def test_a_mistake_is_named(tmp_path: Path, terms: Terms) -> None:
    wrong = written(
        tmp_path,
        "- {id: one, term: 甲, meaning: 要在99日内办。, topic: no.topic, citations: [{law: xinfang-gongzuo-tiaoli-2022, title: "
        "信访工作条例, article: 99, effective_from: 2022-05-01, checked_on: 2026-11-21}]}",
    )
    found = list(check_terms(load_terms(wrong), load_knowledge(DATA / "knowledge"), Laws(SHARED / "laws")))
    assert [each.partition(": ")[0] for each in found] == ["one"] * 3
    assert any("no topic" in each for each in found)
    assert any("no article 99" in each for each in found)
    assert any("99日" in each for each in found)


@pytest.mark.parametrize(
    ("first", "second"),
    [(term("甲"), term("乙")), (term("甲"), term("甲", "two")), (term("甲"), term("乙", "two", "甲"))],
)
def test_an_id_or_a_name_stands_once(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(ValueError, match="stands twice"):
        load_terms(written(tmp_path, first, second))


def test_a_meaning_that_nobody_can_listen_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        load_terms(written(tmp_path, term("甲").replace("说明。", "长" * 200)))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("复核", "recheck"),
        ("“复核”", "recheck"),
        ("三级终结指的", "three-levels"),
        ("上访", "petition"),
        ("踢皮球", "shirking"),
        ("信访复核", "recheck"),
        ("我家门口那条路的复核", None),
        ("番茄炒蛋", None),
        ("", None),
    ],
)
def test_a_term_is_found_by_any_of_its_names(terms: Terms, words: str, found: str | None) -> None:
    named = terms.named(words)
    assert (named.id if named else None) == found


def test_the_terms_of_an_answer_come_in_their_order_and_once(terms: Terms) -> None:
    text = "不服处理意见书可以申请复查，不服复查意见可以申请复核，复查要30日"
    assert [each.id for each in terms.within(text)] == ["handling-opinion", "review", "recheck"]


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("去劳动局告老板", "劳动局"),
        ("国土局在哪", "国土局"),
        ("工商局管不管", "工商局"),
        ("人社局在哪", None),
        ("信访局在哪", None),
    ],
)
def test_an_old_body_is_known_with_its_present_name(synonyms: Synonyms, text: str, old: str | None) -> None:
    found = synonyms.old_body(text)
    assert (found[0] if found else None) == old
    assert not found or (found[1] and found[1] != old)


def test_no_old_name_is_a_present_one(synonyms: Synonyms) -> None:
    present = {each.now for each in synonyms if each.body}
    assert not {name for each in synonyms if each.body for name in each.said} & present
