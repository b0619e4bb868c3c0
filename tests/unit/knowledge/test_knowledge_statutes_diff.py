"""Which topics have to be read again after an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.fingerprints import Fingerprint, fingerprint, fingerprints_of
from knowledge.laws import Laws
from knowledge.load import load_knowledge
from knowledge.statutes_diff import Difference, ImportedText, Reason, differences
from tests.unit.knowledge.factories import REPOSITORY, SHARED, base, citation, entry

CHECKED, STARTED = date(2026, 11, 21), date(2022, 5, 1)
NOW = "可以自收到书面答复之日起30日内请求复查。"


@dataclass(frozen=True)
class Changed:
    on: date
    before: str
    number: int = 35
    suffix: int = 0


def law(**changes: Any) -> Mapping[str, ImportedText]:
    fields = {"effective_from": STARTED, "in_force": True, "articles": {35: NOW}, **changes}
    return {"信访工作条例": ImportedText(**fields)}


def found(folder: Path, laws: Mapping[str, ImportedText], *articles: int) -> tuple[Difference, ...]:
    return differences(base(folder, entry(citations=[citation(each) for each in articles or (35,)])), laws)


def test_the_same_law_outdates_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, law()) == ()


@pytest.mark.parametrize(
    ("laws", "reason"),
    [
        ({}, Reason.NOT_IMPORTED),
        (law(articles={34: "x。"}), Reason.MISSING),
        (law(effective_from=date(2028, 1, 1)), Reason.EFFECTIVE),
        (law(in_force=False), Reason.NOT_IN_FORCE),
        (law(changes=[Changed(date(2026, 12, 1), "可以在60日内请求复查。")]), Reason.CHANGED),
        (law(changes=[Changed(CHECKED, "可以在60日内请求复查。")]), Reason.CHANGED),
    ],
)
def test_each_reason_is_told(tmp_path: Path, laws: Mapping[str, ImportedText], reason: Reason) -> None:
    (told,) = found(tmp_path, laws)
    assert (told.topic, told.article, told.reason) == ("review.deadline", 35, reason)


@pytest.mark.parametrize(
    "laws",
    [
        law(effective_from=None),
        law(changes=[Changed(date(2026, 11, 20), "以前的话。")]),
        law(changes=[Changed(date(2026, 12, 1), "别的条。", number=36)]),
        law(changes=[Changed(date(2026, 12, 1), "以前的之一。", suffix=1)]),
        law(changes=[Changed(date(2026, 12, 1), NOW.replace("。", " ．")), Changed(date(2026, 12, 2), "导错了。")]),
    ],
)
def test_what_says_the_same_as_on_the_day_of_the_check_is_no_difference(
    tmp_path: Path, laws: Mapping[str, ImportedText]
) -> None:
    assert found(tmp_path, laws) == ()


def test_an_article_cited_by_two_clauses_is_told_once_with_both_wordings(tmp_path: Path) -> None:
    (told,) = found(tmp_path, law(changes=[Changed(date(2026, 12, 1), "以前的话。")]), 35, 35)
    assert (told.before, told.now) == ("以前的话。", NOW)
    assert told.as_dict()["checked_on"] == "2026-11-21"


def test_another_day_in_force_is_told_once_a_topic(tmp_path: Path) -> None:
    laws = law(effective_from=date(2028, 1, 1), articles={34: "x。", 35: NOW})
    assert [each.reason for each in found(tmp_path, laws, 34, 35, 36)] == [Reason.EFFECTIVE, Reason.MISSING]


def test_a_first_import_that_reads_otherwise_than_what_was_checked(tmp_path: Path) -> None:
    knowledge = base(tmp_path, entry(citations=[citation()]))
    same, other = (Fingerprint(CHECKED, fingerprint(text)) for text in (NOW.replace("。", " ．"), "以前的话。"))
    place = ("xinfang-gongzuo-tiaoli-2022", 35)
    assert differences(knowledge, law(), {place: same}) == ()
    (told,) = differences(knowledge, law(), {place: other})
    assert (told.reason, told.before, told.now) == (Reason.CHANGED, "", NOW)
    assert differences(knowledge, law(), {place: Fingerprint(date(2026, 11, 20), other.hash)}) == ()  # read again since


@pytest.mark.skipif(not (SHARED / "laws").exists(), reason="no statute texts beside the repository")
def test_the_shipped_hashes_are_those_of_the_checked_texts() -> None:
    written = fingerprints_of(load_knowledge(REPOSITORY / "data" / "knowledge"), Laws(SHARED / "laws"))
    assert (REPOSITORY / "data" / "checked_articles.yml").read_text(encoding="utf-8") == written
