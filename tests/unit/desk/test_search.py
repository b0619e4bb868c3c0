"""The staff search at the desk: citizens' words and staff words, law beside the answer, fresh after an import, with or without the engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cases.laws import import_statutes
from desk.routes.search import search_of
from desk.search import SearchDesk
from desk.search_marks import marked
from desk.search_ranking import LIMIT, PAUSE_AWAY, Ranking
from knowledge.load import load_knowledge
from knowledge.statutes import law_ids, read_statute
from petition.citation import chinese_number
from tests.unit.desk.factories import NOW, Desk, make_desk

ENTRY = """
- id: review.{name}
  title: {title}
  audience: [{audience}]
  channel: petition
  answer: {answer}
  materials: [处理意见书]
  citations:
    - {{law: xinfang-gongzuo-tiaoli-2022, title: 信访工作条例, article: 35, effective_from: 2022-05-01, checked_on: 2026-11-21}}
  related: []
  phrasings: [{phrasings}]
"""
TERMS = """
- {id: review, term: 复查, also: [再查一遍], meaning: 请上一级机关把答复再看一遍。, topic: review.deadline}
"""
LAW = "# 信访工作条例\n\n（2022年4月1日公布　自2022年5月1日起施行）\n\n" + "\n\n".join(
    f"第{chinese_number(number)}条　这是测试用的第{chinese_number(number)}条，不是真的条文。" for number in range(1, 37)
)


def write_knowledge(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    entries = [
        ENTRY.format(
            name="deadline",
            title="复查申请期限与机关",
            audience="citizen, staff",
            answer="三十日内向上一级机关申请，打{office.phone}可以问。",
            phrasings="镇里给的说法我不认账, 对处理意见书有异议的复查期限",
        ),
        ENTRY.format(
            name="internal",
            title="复查受理的内部审批",
            audience="staff",
            answer="由科长审批后登记。",
            phrasings="复查件谁来批",
        ),
        ENTRY.format(
            name="other", title="怎么交材料", audience="citizen", answer="到窗口交。", phrasings="材料往哪儿递"
        ),
    ]
    (folder / "review.yml").write_text("".join(entries), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    write_knowledge(tmp_path / "data" / "knowledge")
    (tmp_path / "data" / "terms.yml").write_text(TERMS, encoding="utf-8")
    return make_desk(
        tmp_path / "var",
        knowledge_dir=tmp_path / "data" / "knowledge",
        terms_file=tmp_path / "data" / "terms.yml",
        public_url="https://xf.example.cn/",
        engine_port=9,  # nobody listens there
    )


def import_law(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "xinfang-gongzuo-tiaoli-2022.md"
    path.write_text(LAW, encoding="utf-8")
    ids = law_ids(load_knowledge(desk.services.settings.knowledge_dir))
    with desk.register.unit_of_work() as uow:
        import_statutes(uow, [read_statute(path, ids)], NOW)


@pytest.mark.parametrize("words", ["镇里给的说法我不认账", "处理意见书有异议", "复查期限"])
async def test_the_words_of_citizens_and_of_staff_find_the_same_answer(desk: Desk, words: str) -> None:
    browser = await desk.sign_in("clerk")
    found = (await browser.get("/api/search", params={"q": words})).json()
    assert found[0]["topic"] == "review.deadline"
    assert found[0]["citations"][0]["article"] == 35
    assert "0000-12345678" in found[0]["excerpt"] or "{office" not in json.dumps(found, ensure_ascii=False)


async def test_a_term_that_is_named_comes_first_with_the_topic_that_says_more(desk: Desk) -> None:
    browser = await desk.sign_in("auditor")
    found = (await browser.get("/api/search", params={"q": "“复查”"})).json()
    assert (found[0]["kind"], found[0]["topic"], found[0]["excerpt"]) == (
        "term",
        "review.deadline",
        "请上一级机关把答复再看一遍。",
    )
    assert {"term", "topic"} == {each["kind"] for each in found}
    assert len([each for each in found if each["kind"] == "term"]) == 1


async def test_the_hits_come_with_the_first_answer_in_full(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    text = (await browser.get("/search/hits", params={"q": "复查期限"}, headers={"HX-Request": "true"})).text
    assert "<html" not in text
    assert "处理意见书" in text
    assert "打0000-12345678可以问" in text
    assert "<mark>复查</mark>" in text
    assert "没有导入原文" in text
    assert "zhilu laws import" in text
    assert 'data-q="复查期限"' in text


async def test_what_is_copied_holds_the_law_and_the_day_of_the_check(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    text = (await browser.get("/search/hit/topic/review.deadline")).text
    copied = text.partition('data-copy="')[2].partition('"')[0]
    assert copied.startswith("复查申请期限与机关\n三十日内")
    assert copied.endswith("依据：《信访工作条例》第三十五条（原文核对于2026年11月21日）")


async def test_an_import_is_found_without_a_restart_and_its_text_stands_beside_the_answer(
    desk: Desk, tmp_path: Path
) -> None:
    browser = await desk.sign_in("clerk")
    assert "没有导入原文" in (await browser.get("/search/hit/topic/review.deadline")).text
    import_law(desk, tmp_path)
    await search_of(desk.app).renew()
    text = (await browser.get("/search/hit/topic/review.deadline")).text
    assert "这是测试用的第三十五条" in text
    assert "没有导入原文" not in text
    found = (await browser.get("/api/search", params={"q": "信访条例 35"})).json()
    assert (found[0]["kind"], found[0]["title"]) == ("article", "《信访工作条例》第三十五条")
    article = (await browser.get(f"/search/hit/article/{found[0]['id']}")).text
    assert "2022年5月1日" in article
    assert "复查申请期限与机关" in article


async def test_a_publication_is_found_while_the_search_of_before_answers_on(desk: Desk) -> None:
    seconds = iter([0.0, *[10.0 * each for each in range(1, 99)]])
    search = SearchDesk(desk.services, Ranking("http://127.0.0.1:9", ""), monotonic=lambda: next(seconds))
    assert await search.search("井盖丢了") == []
    path = desk.services.settings.knowledge_dir / "review.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("材料往哪儿递", "井盖丢了往哪儿反映"), encoding="utf-8")
    assert await search.search("井盖丢了") == []
    await settled(search)
    assert [hit.id for hit in await search.search("井盖丢了")] == ["review.other"]
    await search.aclose()


async def test_what_was_taught_at_the_desk_is_found(desk: Desk) -> None:
    search = search_of(desk.app)
    assert await search.search("路灯坏了") == []
    taught = ENTRY.format(
        name="lamp", title="路灯报修", audience="citizen", answer="打电话报修。", phrasings="路灯坏了找谁"
    )
    lessons = desk.services.settings.lessons_dir
    lessons.mkdir(parents=True)
    (lessons / "topics.yml").write_text(taught, encoding="utf-8")
    await search.renew()
    assert [hit.id for hit in await search.search("路灯坏了")] == ["review.lamp"]


async def test_a_file_that_is_half_written_leaves_the_search_of_before(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = iter([0.0, *[10.0 * each for each in range(1, 99)]])
    search = SearchDesk(desk.services, Ranking("http://127.0.0.1:9", ""), monotonic=lambda: next(seconds))
    await search.library()
    (desk.services.settings.knowledge_dir / "review.yml").write_text("- id: [", encoding="utf-8")
    await search.library()
    await settled(search)
    assert (await search.search("复查期限"))[0].id == "review.deadline"
    assert "KnowledgeError" in caplog.text
    await search.aclose()


async def settled(search: SearchDesk) -> None:
    """What is built behind the back is there."""
    assert search._task is not None
    await asyncio.wait([search._task])


async def test_what_is_for_staff_alone_is_marked_and_never_handed_over(desk: Desk) -> None:
    browser = await desk.sign_in("handler")
    text = (await browser.get("/search/hit/topic/review.internal")).text
    assert "不交给来访人" in text
    assert "hand-over" not in text
    assert (await browser.get("/search/hit/topic/review.internal/hand-over")).status_code == 404
    assert "内部" in (await browser.get("/search", params={"q": "复查件谁来批"})).text


async def test_the_sheet_has_the_office_the_law_and_the_code_of_the_public_page(desk: Desk, tmp_path: Path) -> None:
    import_law(desk, tmp_path)
    browser = await desk.sign_in("clerk")
    text = (await browser.get("/search/hit/topic/review.deadline/hand-over")).text
    assert desk.services.office.name in text
    assert desk.services.office.phone in text
    assert "2026年11月21日" in text
    assert "《信访工作条例》第三十五条" in text
    assert "data:image/svg+xml" in text
    assert "https://xf.example.cn/answers/review.deadline" in text
    assert "这是测试用的" not in text
    with_law = (await browser.get("/search/hit/topic/review.deadline/hand-over", params={"law": "1"})).text
    assert "这是测试用的第三十五条" in with_law


async def test_without_a_public_address_there_is_no_code(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, engine_port=9)
    browser = await desk.sign_in("clerk")
    text = (await browser.get("/search/hit/topic/review.recheck-deadline/hand-over")).text
    assert "ZHILU_PUBLIC_URL" in text
    assert "data:image/svg+xml" not in text


@pytest.mark.parametrize(
    "path", ["/search/hit/topic/no.such", "/search/hit/nothing/x", "/search/hit/article/x:1", "/search/hit/term/no"]
)
async def test_what_is_not_there_is_a_page_in_words(desk: Desk, path: str) -> None:
    browser = await desk.sign_in("clerk")
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert "没有" in answer.text


@pytest.mark.parametrize("words", ["", "   ", "？！", "龘" * 5000, '"><script>alert(1)</script>', "\x00", "35"])
async def test_anything_may_be_typed(desk: Desk, words: str) -> None:
    browser = await desk.sign_in("clerk")
    answer = await browser.get("/search/hits", params={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


async def test_the_api_asks_to_sign_in(desk: Desk) -> None:
    answer = await desk.browser().get("/api/search", params={"q": "复查"})
    assert answer.status_code == 401


# --- the engine beside the words -----------------------------------------------------------------------------------------------------

Answer = Callable[[httpx.Request], httpx.Response]


def ranking(answer: Answer, seconds: Callable[[], float] = lambda: 0.0) -> Ranking:
    return Ranking("http://engine.test", "secret", transport=httpx.MockTransport(answer), monotonic=seconds)


def says(*topics: tuple[str, float], nearest: float = 0.5) -> Answer:
    listed = [{"id": name, "score": score} for name, score in topics]
    return lambda request: httpx.Response(200, json={"topics": listed, "nearest": nearest})


async def test_the_engine_finds_what_no_word_finds(desk: Desk) -> None:
    without = SearchDesk(desk.services, Ranking("http://127.0.0.1:9", ""))
    beside = SearchDesk(desk.services, ranking(says(("review.deadline", 0.6), ("gone.topic", 0.3))))
    assert await without.search("俺不同意咋整") == []
    assert [hit.id for hit in await beside.search("俺不同意咋整")] == ["review.deadline"]
    await without.aclose()
    await beside.aclose()


@pytest.mark.parametrize("answer", [says(("a.b", 0.6), nearest=0.1), says(("a.b", 0.01))])
async def test_what_the_engine_does_not_know_is_no_hit(answer: Answer) -> None:
    assert await ranking(answer).of("今天星期几") == ()


async def test_an_engine_that_is_away_is_left_alone_for_a_while() -> None:
    asked: list[str] = []
    now = [0.0]

    def away(request: httpx.Request) -> httpx.Response:
        asked.append(request.content.decode())
        raise httpx.ConnectError("refused")

    beside = ranking(away, lambda: now[0])
    assert [await beside.of(words) for words in ("复查", "复查期")] == [(), ()]
    assert len(asked) == 1
    now[0] = PAUSE_AWAY
    await beside.of("复查期限")
    assert len(asked) == 2


@pytest.mark.parametrize(("status", "body"), [(404, {}), (200, []), (200, {"topics": 3, "nearest": "x"})])
async def test_an_engine_that_answers_something_else_is_none(status: int, body: object) -> None:
    assert await ranking(lambda request: httpx.Response(status, json=body)).of("复查") == ()


async def test_a_late_engine_is_not_waited_for() -> None:
    class Late(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60 * LIMIT * 60)
            raise AssertionError("waited")

    assert await Ranking("http://engine.test", "", transport=Late()).of("复查") == ()


async def test_the_same_words_are_asked_once_until_something_is_published() -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer secret"
        asked.append(request.content)
        return says(("review.deadline", 0.6))(request)

    beside = ranking(answer)
    assert await beside.of("复查") == await beside.of("复查")
    assert len(asked) == 1
    beside.forget()
    await beside.of("复查")
    assert len(asked) == 2


def test_marks_stand_on_the_words_that_were_looked_for() -> None:
    assert marked("申请复查的期限", "复查期限") == [
        ("申请", False),
        ("复查", True),
        ("的", False),
        ("期限", True),
    ]
    assert marked("", "复查") == []
