"""Staff search: what a clerk types while a citizen waits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.load import load_knowledge
from knowledge.outcome import Ranked
from knowledge.search import MOST_HITS, Hit, Kind, Search
from knowledge.statutes import law_ids, read_statute, statute_files
from tests.unit.knowledge.factories import LAW, REPOSITORY, SHARED, base, citation, entry


@dataclass(frozen=True)
class Article:
    number: int
    text: str
    key: str = "信访工作条例"
    law_id: str = LAW
    title: str = "信访工作条例"
    in_force: bool = True
    suffix: int = 0


REVIEW = Article(35, "信访人不服的，可以自收到书面答复之日起30日内请求复查。\n复查机关应当书面答复。")
WAGES = Article(
    35, "逾期不支付工资的，可以申请支付令。", "劳动合同法", "laodong-hetong-fa-2012", "中华人民共和国劳动合同法"
)
OLD = Article(35, "复核请求由上一级机关受理。", "信访条例", "信访条例", "信访条例", in_force=False)
CODE = Article(1054, "被撤销的婚姻自始没有约束力。", "民法典", "minfadian-2020", "中华人民共和国民法典")
TERM = ("复议", "行政复议", "不服行政机关的决定，请上一级再看一遍")


def topics(folder: Path) -> Search:
    wages = entry(
        id="labour.wages",
        title="拖欠工资",
        answer="单位欠工资的，可以找劳动监察。",
        details=["电话是{office.phone}，工资条要留好。"],
        deadlines=[],
        citations=[citation(8)],
        phrasings=["老板欠我钱不给", "工钱要不回来"],
    )
    knowledge = base(folder, entry(), wages)
    return Search(knowledge, [TERM], [REVIEW, WAGES, OLD, CODE])


def ids(hits: list[Hit]) -> list[str]:
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("复查多久内", "review.deadline"),
        ("老板欠钱", "labour.wages"),
        ("工资条", "labour.wages"),
        ("钱", "labour.wages"),
        ("行政复议", "复议"),
        ("支付令", "laodong-hetong-fa-2012:35"),
        ("信访条例 35", f"{LAW}:35"),
        ("信访工作条例第三十五条", f"{LAW}:35"),
        ("《民法典》第1054条", "minfadian-2020:1054"),
        ("民法典一千零五十四条", "minfadian-2020:1054"),
        ("劳合法35", "laodong-hetong-fa-2012:35"),
        ("第三十五条", f"{LAW}:35"),
    ],
)
def test_what_is_meant_comes_first(tmp_path: Path, query: str, first: str) -> None:
    assert ids(topics(tmp_path).search(query))[0] == first


def test_a_bare_number_with_a_unit_names_no_article(tmp_path: Path) -> None:
    assert ids(topics(tmp_path).search("复查 30天"))[0] == "review.deadline"


@pytest.mark.parametrize("query", ["", "   ", "？！", "zzz", "龘", "第九千九百九十九条", "第十百千条", "一" * 5000])
def test_nothing_found_is_an_empty_list(tmp_path: Path, query: str) -> None:
    assert topics(tmp_path).search(query) == []


def test_an_article_number_alone_finds_every_law_those_in_force_first(tmp_path: Path) -> None:
    hits = [hit for hit in topics(tmp_path).search("第三十五条") if hit.kind is Kind.ARTICLE]
    assert ids(hits) == [f"{LAW}:35", "laodong-hetong-fa-2012:35", "信访条例:35"]
    assert [hit.in_force for hit in hits] == [True, True, False]
    assert hits[1].title == "《劳动合同法》第三十五条"


def test_topics_that_cite_the_named_article_follow_it(tmp_path: Path) -> None:
    assert ids(topics(tmp_path).search("信访工作条例 35"))[:2] == [f"{LAW}:35", "review.deadline"]


def test_a_topic_carries_the_wording_of_its_articles_where_it_is_imported(tmp_path: Path) -> None:
    search = topics(tmp_path)
    (review,) = search.search("复查多久内")[0].citations
    (wages,) = search.search("老板欠钱")[0].citations
    assert (review.text, wages.text) == (REVIEW.text, "")
    assert wages.citation.article == 8


def test_the_excerpt_is_the_piece_that_was_asked_for(tmp_path: Path) -> None:
    search = topics(tmp_path)
    assert search.search("上一级 办理单位 复查")[0].excerpt == "向原来办理单位的上一级提出。"
    assert search.search("工资条")[0].excerpt == "单位欠工资的，可以找劳动监察。"  # not the piece with a placeholder


def test_a_long_article_is_shown_around_the_words(tmp_path: Path) -> None:
    long = Article(1, "甲乙丙丁。" * 60 + "指路牌要立在路口。" + "戊己庚辛。" * 60)
    (hit,) = Search((), (), [long]).search("指路牌")
    assert "指路牌要立在路口" in hit.excerpt
    assert len(hit.excerpt) < 110
    assert hit.text == long.text


def test_the_ranking_of_the_engine_counts(tmp_path: Path) -> None:
    search = topics(tmp_path)
    assert ids(search.search("那个怎么弄", [Ranked("labour.wages", 0.9), Ranked("unheard.of", 0.1)])) == [
        "labour.wages"
    ]
    assert (
        ids(search.search("复查", [Ranked("review.deadline", 0.9), Ranked("labour.wages", 0.05)]))[0]
        == "review.deadline"
    )


def test_equally_likely_staff_topics_go_first(tmp_path: Path) -> None:
    citizen = entry(phrasings=["办理期限是多久呀"])
    staff = entry(id="staff.review", audience=["staff"], phrasings=["办理期限是多久呢"])
    search = Search(base(tmp_path, citizen, staff))
    assert ids(search.search("办理期限")) == ["staff.review", "review.deadline"]
    likelier = [Ranked("review.deadline", 0.8), Ranked("staff.review", 0.2)]
    as_likely = [Ranked("review.deadline", 0.50), Ranked("staff.review", 0.49)]
    assert ids(search.search("办理期限", likelier))[0] == "review.deadline"
    assert ids(search.search("办理期限", as_likely))[0] == "staff.review"


def test_at_most_twenty(tmp_path: Path) -> None:
    many = [Article(number, f"复查{number}次。") for number in range(1, 60)]
    hits = Search(base(tmp_path, entry()), (), many).search("复查")
    assert len(hits) == MOST_HITS
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_what_is_shipped_is_found_by_its_own_words() -> None:
    """Every topic is among the first five for each phrasing, although 6,000 articles stand beside it."""
    if not (SHARED / "laws").exists():
        pytest.skip("laws is not beside the repository")
    knowledge = load_knowledge(REPOSITORY / "data" / "knowledge")
    laws = [read_statute(path, law_ids(knowledge)) for path in statute_files([SHARED / "laws"])]
    articles = [
        Article(each.number, each.text, law.key, law.law_id, law.title, law.in_force)
        for law in laws
        for each in law.articles
    ]
    search = Search(knowledge, (), articles)
    lost = [each.id for each in knowledge if each.id not in ids(search.search(each.phrasings[0]))[:5]]
    assert lost == []
    cited = [cited for hit in search.search("复查多久") if hit.kind is Kind.TOPIC for cited in hit.citations]
    assert cited
    assert all(each.text for each in cited)
