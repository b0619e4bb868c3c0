"""The assistant is taught at the desk: questions in groups, proposals with a second pair of eyes, a training with a stand-in engine,
the comparison, publishing with the files in place, and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from cases import laws, review, teaching
from cases import teaching_releases as releases
from cases.review import Question, ReviewKind, ReviewState
from cases.teaching import ChangeKind, TeachingFault
from cases.teaching_releases import ReleaseState
from desk.routes import teaching_releases as routes
from desk.teaching import files as teaching_files
from desk.teaching.base import knowledge_of, rarity_of
from desk.teaching.compare import Asked, Judged, Verdict, load_questions, report
from desk.teaching.files import Busy, TeachingFiles
from desk.teaching.likeness import groups
from desk.teaching.patch import patch_of
from desk.teaching.publish import Came, Publisher
from knowledge.load import load_knowledge
from knowledge.taught import Lessons, write_lessons
from tests.unit.desk.factories import NOW, Desk, make_desk
from zhilu.runner.training import inputs_digest
from zhilu.settings import ROOT, Settings
from zhilu.teach import Tools, Trainer

TOPIC = "petition.what"
NEW_WORDS = "衙门口递折子算不算那个"
TRAIN = """
import os, pathlib, sys
folder = pathlib.Path(sys.argv[1])
print("Starting to train component 'Stand'")
taught = pathlib.Path(os.environ["ZHILU_TAUGHT_DIR"]) / "phrasings.yml"
(folder / "zhilu.tar.gz").write_text(taught.read_text(encoding="utf-8") or "nothing", encoding="utf-8")
"""
RANK = """
import json, pathlib, sys
model = pathlib.Path(sys.argv[1])
model = model / "zhilu.tar.gz" if model.is_dir() else model
known = model.read_text(encoding="utf-8")
for line in sys.stdin:
    text = line.rstrip("\\n")
    score = 0.9 if text in known else 0.01
    print(json.dumps({"intent": {"name": "ask", "confidence": 1.0}, "intent_ranking": [], "nearest": score,
                      "topics": [{"id": "petition.what", "score": score}], "parts": []}))
"""
TOOLS = Tools((sys.executable, "-c", TRAIN), (sys.executable, "-c", RANK))
FORM = {
    "id": "petition.boat", "title": "渡口的船", "channel": "petition", "audience": "citizen", "answer": "渡口的船归乡镇管。",
    "where": "{office.name}，电话{office.phone}", "phrasings": "渡口的船谁管\n过河的船坏了找谁", "act": "propose",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "questions.yml").write_text(
        "petition.what: [什么叫做信访啊, 信访信访是个啥]\nnone: [天好不好]\n"
    )
    return make_desk(tmp_path, eval_dir=tmp_path / "eval")


def ask(desk: Desk, text: str, kind: ReviewKind = ReviewKind.UNKNOWN) -> str:
    with desk.register.unit_of_work() as uow:
        review.note(uow, kind, text, [(TOPIC, 0.04)], surface="kiosk", today=NOW.date())
        return next(each.id for each in review.questions(uow) if each.text == text)


def propose(desk: Desk, *texts: str, by: str = "作者") -> str:
    with desk.register.unit_of_work() as uow:
        content = {"texts": list(texts), "questions": []}
        return teaching.propose(uow, ChangeKind.PHRASING, TOPIC, content, by=by, now=NOW).id


def approved(desk: Desk, *texts: str) -> str:
    id = propose(desk, *texts)
    with desk.register.unit_of_work() as uow:
        teaching.decide(uow, id, approved=True, by="审核", now=NOW)
    return id


def trained(desk: Desk, text: str, tools: Tools = TOOLS) -> str:
    """A training by the stand-in engine, in this process."""
    approved(desk, text)
    with desk.register.unit_of_work() as uow:
        id = releases.begin(uow, by="审核", now=NOW).id
    Trainer(desk.services.settings, desk.register, id, tools).run()
    return id


def state_of(desk: Desk, id: str) -> ReleaseState:
    with desk.register.unit_of_work() as uow:
        return releases.release(uow, id).state


def publisher(desk: Desk, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> Publisher:
    transport = httpx.MockTransport(answer or (lambda _request: httpx.Response(204)))
    return Publisher(desk.services.settings, desk.register, transport)


def files(desk: Desk) -> TeachingFiles:
    return TeachingFiles.of(desk.services.settings)


# --- questions --------------------------------------------------------------------------------------------------------------------


def question(text: str, times: int = 1) -> Question:
    return Question(text, date(2026, 11, 21), ReviewKind.UNKNOWN, text, ((TOPIC, 0.1),), "web", times, ReviewState.NEW)


def test_questions_that_are_alike_are_one_group_and_the_frequent_ones_come_first() -> None:
    found = groups(
        [
            question("渡口的船坏了找谁修"),
            question("路灯不亮归谁管", 5),
            question("渡口的船坏了该找谁", 2),
            question("我家门口路灯不亮归谁管"),
        ],
        rarity_of(Settings()),
    )
    assert [sorted(each.text for each in group.questions) for group in found] == [
        sorted(["路灯不亮归谁管", "我家门口路灯不亮归谁管"]),
        sorted(["渡口的船坏了该找谁", "渡口的船坏了找谁修"]),
    ]
    assert [each.times for each in found] == [6, 3]


async def test_the_page_shows_masked_questions_with_what_was_thought(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        review.note(
            uow,
            ReviewKind.REJECTED,
            "我叫张三丰，电话13900001234，咋整",
            [(TOPIC, 0.1)],
            surface="web",
            today=NOW.date(),
        )
    text = (await (await desk.sign_in("author")).get("/teaching")).text
    assert "139****1234" in text
    assert "张三丰" not in text
    assert "说不是要问的" in text
    assert "什么是信访" in text


async def test_a_group_that_teaches_nothing_is_put_aside(desk: Desk) -> None:
    id = ask(desk, "今天吃的啥")
    browser = await desk.sign_in("author")
    await browser.post("/teaching/questions/aside", data={"questions": [id]})
    assert "没有等着看的问题" in (await browser.get("/teaching")).text


# --- proposals --------------------------------------------------------------------------------------------------------------------


async def test_a_phrasing_is_seen_as_the_citizen_sees_it_then_proposed_and_approved_by_another(desk: Desk) -> None:
    id = ask(desk, NEW_WORDS)
    author = await desk.sign_in("author", "approver", name="王作者")
    form = {"picked": TOPIC, "texts": NEW_WORDS, "questions": [id]}
    looked = await author.post("/teaching/phrasings", data=form | {"act": "look"})
    assert "群众看到的样子" in looked.text
    assert "《信访工作条例》" in looked.text
    assert (await author.post("/teaching/phrasings", data=form | {"act": "propose"})).status_code == 303
    with desk.register.unit_of_work() as uow:
        change = teaching.changes(uow)[0].id
    own = await author.post(f"/teaching/changes/{change}/approve")
    assert own.status_code == 409
    assert "自己提的不能自己同意" in own.text
    other = await desk.sign_in("approver")
    assert (await other.post(f"/teaching/changes/{change}/approve")).status_code == 303
    assert "等着训练的：1条" in (await other.get("/teaching/releases")).text


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ("", "至少写一句"),
        ("什么是信仿", "已经是"),
        ("我叫张三丰，咋办", "姓名、电话"),
        ("打13900001234找我", "姓名、电话"),
        ("问法一\n问法一", "写了两遍"),
        ("长" * 101, "最多100个字"),
        ("？？", "只有标点"),
        ("/restart", "开头"),
    ],
)
async def test_what_cannot_be_learned_is_said_in_words(desk: Desk, texts: str, words: str) -> None:
    author = await desk.sign_in("author")
    answer = await author.post("/teaching/phrasings", data={"topic": "什么是信访", "texts": texts, "act": "propose"})
    assert answer.status_code == 422
    assert words in answer.text
    with desk.register.unit_of_work() as uow:
        assert teaching.changes(uow) == []


async def test_a_new_topic_needs_an_article_that_exists(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        laws.import_statutes(uow, [statute()], NOW)
    author = await desk.sign_in("author")
    cited = {"law": "xinfang-gongzuo-tiaoli-2022", "article": "99", "clause": ""}
    missing = await author.post("/teaching/topics", data=FORM | cited)
    assert "没有第99条" in missing.text
    looked = await author.post("/teaching/topics", data=FORM | cited | {"article": "1", "act": "look"})
    assert "本条的原文" in looked.text
    assert "依据：《信访工作条例》第一条" in looked.text
    assert (await author.post("/teaching/topics", data=FORM | cited | {"article": "1"})).status_code == 303
    with desk.register.unit_of_work() as uow:
        entry = teaching.changes(uow)[0].content["entry"]
    assert entry["citations"][0]["checked_on"] == "2026-11-21"


async def test_without_the_text_of_the_law_somebody_has_to_have_read_it(desk: Desk) -> None:
    author = await desk.sign_in("author")
    cited = FORM | {"law": "minfadian-2020", "article": "1001", "clause": "第一款"}
    assert "请翻开原文核对" in (await author.post("/teaching/topics", data=cited)).text
    assert (await author.post("/teaching/topics", data=cited | {"checked": "1"})).status_code == 303


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "Boat"}, "编号要用小写英文"),
        ({"id": TOPIC}, "已经是“什么是信访”的了"),
        ({"answer": "长" * 61}, "第一句最多60个字"),
        ({"answer": "船{nothing}"}, "不合知识库的规则"),
        ({"unverified": ""}, "要么写依据"),
        ({"phrasings": ""}, "至少写一句"),
        ({"title": ""}, "请写主题名"),
        ({"where": "找张某，13900001234"}, "姓名、电话"),
    ],
)
async def test_a_topic_that_does_not_fit_is_said_in_words(desk: Desk, changed: dict[str, str], words: str) -> None:
    author = await desk.sign_in("author")
    whole = FORM | {"unverified": "1", "answer": "请先问{office.name}。"}
    answer = await author.post("/teaching/topics", data=whole | changed)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert (await author.post("/teaching/topics", data=whole)).status_code == 303


class Article:
    number, suffix, chapter, text, fingerprint = 1, 0, "第一章", "本条的原文。", "本条的原文"


def statute() -> laws.StatuteText:
    class Statute:
        key, law_id, title = "信访工作条例", "xinfang-gongzuo-tiaoli-2022", "信访工作条例"
        effective, in_force, articles, file, sha256 = date(2022, 5, 1), True, (Article(),), "a.docx", b"1" * 32

    return Statute()


# --- training ---------------------------------------------------------------------------------------------------------------------


def test_a_training_leaves_a_model_apart_and_tells_what_got_better(desk: Desk) -> None:
    files(desk).models.mkdir()
    files(desk).running_model.write_text("什么叫做信访啊", encoding="utf-8")
    id = trained(desk, "信访信访是个啥呢")
    with desk.register.unit_of_work() as uow:
        told = releases.release(uow, id).report
    assert state_of(desk, id) is ReleaseState.READY
    assert files(desk).running_model.read_text(encoding="utf-8") == "什么叫做信访啊"
    assert (told["questions"], told["before"]["right"], told["after"]["right"]) == (3, 2, 2)
    assert [each["text"] for each in told["worse"]] == ["什么叫做信访啊"]
    assert [each["text"] for each in told["better"]] == ["信访信访是个啥"]
    assert [(each["before"], each["after"]) for each in told["taught"]] == [("unknown", "right")]


@pytest.mark.parametrize(
    ("tools", "why"),
    [
        (Tools((sys.executable, "-c", "raise SystemExit(1)"), TOOLS.rank), "training"),
        (Tools((sys.executable, "-c", ""), TOOLS.rank), "no-model"),
        (Tools(TOOLS.train, (sys.executable, "-c", "raise SystemExit(1)")), "judging"),
    ],
)
async def test_a_training_that_fails_says_why_and_keeps_what_was_approved(desk: Desk, tools: Tools, why: str) -> None:
    id = trained(desk, "一句新的话", tools)
    with desk.register.unit_of_work() as uow:
        assert releases.release(uow, id).report == {"why": why}
    browser = await desk.sign_in("approver")
    assert desk.services.texts(f"teaching.why.{why}") in (await browser.get(f"/teaching/releases/{id}")).text
    assert "等着训练的：1条" in (await browser.get("/teaching/releases")).text


def test_two_trainings_are_never_under_way(desk: Desk) -> None:
    with files(desk).held():
        code = (
            "import sys; from desk.teaching.files import *; from zhilu.settings import Settings\n"
            "try:\n    TeachingFiles.of(Settings()).held().__enter__()\nexcept Busy:\n    sys.exit(7)"
        )
        environment = {**os.environ, "ZHILU_VAR_DIR": str(desk.services.settings.var_dir)}
        assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment).returncode == 7
        assert files(desk).trainer() == os.getpid()
        with pytest.raises(Busy), files(desk).held():
            pass
    assert files(desk).trainer() is None


async def test_the_page_starts_a_process_that_can_be_stopped(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real trainer with an engine that never comes to its end."""
    script = tmp_path / "trainer.py"
    script.write_text(
        "import sys, zhilu.teach as teach\n"
        "teach.Tools.__init__.__defaults__ = ((sys.executable, '-c', 'import time; time.sleep(600)'), ())\n"
        "raise SystemExit(teach.main())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(teaching_files.start, "__defaults__", ((sys.executable, str(script)),))
    approved(desk, "一句新的话")
    browser = await desk.sign_in("approver")
    begun = await browser.post("/teaching/releases")
    assert begun.status_code == 303
    path = begun.headers["location"]
    id = path.rpartition("/")[2]
    wait(lambda: files(desk).progress(id)["stage"] == "training")
    shown = (await browser.get(f"{path}/progress", headers={"HX-Request": "true"})).text
    assert "正在训练" in shown
    assert 'hx-trigger="every 3s"' in shown
    assert (await browser.post("/teaching/releases")).status_code == 409
    pid = files(desk).trainer()
    assert pid is not None
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 15
    await browser.post(f"{path}/stop")
    wait(lambda: state_of(desk, id) is ReleaseState.FAILED)
    assert "有人叫停了" in (await browser.get(path)).text
    wait(lambda: files(desk).trainer() is None)


def wait(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


async def test_a_training_whose_process_is_gone_is_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(desk, "一句新的话")
    with desk.register.unit_of_work() as uow:
        id = releases.begin(uow, by="审核", now=NOW - 2 * routes.STARTING).id
    browser = await desk.sign_in("approver")
    assert "训练中断了" in (await browser.get(f"/teaching/releases/{id}")).text


# --- publishing -------------------------------------------------------------------------------------------------------------------


def test_publishing_puts_model_and_lessons_in_place_and_back(desk: Desk) -> None:
    files(desk).models.mkdir()
    files(desk).running_model.write_text("the old model", encoding="utf-8")
    asked: list[str] = []

    def programs(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.port}{request.url.path} {request.headers['authorization'][:7]}")
        return httpx.Response(204)

    id = trained(desk, NEW_WORDS)
    _, came = publisher(desk, programs).publish(id, by="审核", now=NOW)
    assert came is Came.DONE
    assert asked == ["5055/reload Bearer ", "5005/webhooks/gateway/reload Bearer "]
    assert NEW_WORDS in files(desk).running_model.read_text(encoding="utf-8")
    assert NEW_WORDS in knowledge_of(desk.services.settings)[TOPIC].phrasings
    publisher(desk).take_back(id, by="审核", now=NOW)
    assert files(desk).running_model.read_text(encoding="utf-8") == "the old model"
    assert NEW_WORDS not in knowledge_of(desk.services.settings)[TOPIC].phrasings


def test_a_second_publication_teaches_the_first_one_too_and_each_goes_back_by_itself(desk: Desk) -> None:
    first = trained(desk, "第一句新的话")
    publisher(desk).publish(first, by="审核", now=NOW)
    second = trained(desk, "第二句新的话")
    publisher(desk).publish(second, by="审核", now=NOW.replace(hour=3))
    assert {"第一句新的话", "第二句新的话"} <= set(knowledge_of(desk.services.settings)[TOPIC].phrasings)
    publisher(desk).take_back(second, by="审核", now=NOW.replace(hour=4))
    phrasings = knowledge_of(desk.services.settings)[TOPIC].phrasings
    assert "第一句新的话" in phrasings
    assert "第二句新的话" not in phrasings


def test_a_model_that_the_engine_refuses_is_taken_back_at_once(desk: Desk) -> None:
    files(desk).models.mkdir()
    files(desk).running_model.write_text("the old model", encoding="utf-8")
    id = trained(desk, NEW_WORDS)
    release, came = publisher(desk, lambda request: httpx.Response(502 if request.url.port == 5005 else 200)).publish(
        id, by="审核", now=NOW
    )
    assert (came, release.state) == (Came.REFUSED, ReleaseState.TAKEN_BACK)
    assert files(desk).running_model.read_text(encoding="utf-8") == "the old model"


def test_without_a_running_assistant_the_files_are_ready_for_its_start(desk: Desk) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    id = trained(desk, NEW_WORDS)
    assert publisher(desk, nobody).publish(id, by="审核", now=NOW)[1] is Came.LATER
    assert files(desk).running_model.exists()


def test_an_old_model_is_not_published(desk: Desk) -> None:
    id = trained(desk, NEW_WORDS)
    (files(desk).release(id) / "models" / "zhilu.sha256").write_text("of another version", encoding="ascii")
    with pytest.raises(TeachingFault, match="stale"):
        publisher(desk).publish(id, by="审核", now=NOW)


async def test_worse_answers_have_to_be_looked_at_before_publishing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(desk).models.mkdir()
    files(desk).running_model.write_text("什么叫做信访啊", encoding="utf-8")
    id = trained(desk, NEW_WORDS)
    monkeypatch.setattr(routes, "publisher", lambda _services: publisher(desk))
    browser = await desk.sign_in("approver")
    refused = await browser.post(f"/teaching/releases/{id}/publish")
    assert refused.status_code == 409
    assert "请看过下面的清单" in refused.text
    done = await browser.post(f"/teaching/releases/{id}/publish", data={"seen": "1"})
    assert "助手已经用上新的" in (await browser.get(done.headers["location"])).text
    assert NEW_WORDS in (await browser.get("/teaching/patch")).text
    back = await browser.post(f"/teaching/releases/{id}/take-back")
    assert "已经退回到发布以前" in (await browser.get(back.headers["location"])).text


async def test_what_is_not_wanted_is_thrown_away(desk: Desk) -> None:
    id = trained(desk, NEW_WORDS)
    browser = await desk.sign_in("approver")
    await browser.post(f"/teaching/releases/{id}/discard")
    assert state_of(desk, id) is ReleaseState.DISCARDED
    assert not (files(desk).release(id) / "models").exists()


# --- files ------------------------------------------------------------------------------------------------------------------------


def test_lessons_beside_the_knowledge_base_are_part_of_it_and_never_break_it(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    base = load_knowledge(settings.knowledge_dir)
    topic = {"id": "petition.boat", "title": "渡口", "audience": ["citizen"], "channel": "petition", "answer": "归乡镇管。",
             "unverified": True, "phrasings": ["渡口的船谁管"]}  # fmt: skip
    known = base[TOPIC].phrasings[0]
    more = {TOPIC: ["新的: 一句", known], "petition.boat": ["船坏了"], "gone.topic": ["没人要"]}
    write_lessons(settings.lessons_dir, Lessons([topic], more))
    taught = load_knowledge(settings.knowledge_dir, settings.lessons_dir)
    assert taught["petition.boat"].phrasings == ["渡口的船谁管", "船坏了"]
    assert taught[TOPIC].phrasings == [*base[TOPIC].phrasings, "新的: 一句"]
    assert len(taught) == len(base) + 1


def test_what_was_taught_is_an_input_of_the_training_and_nothing_taught_is_none(tmp_path: Path) -> None:
    plain = inputs_digest(ROOT, tmp_path / "none")
    write_lessons(tmp_path, Lessons())
    assert inputs_digest(ROOT, tmp_path) == plain
    write_lessons(tmp_path, Lessons(phrasings={TOPIC: ["一句新的话"]}))
    assert inputs_digest(ROOT, tmp_path) != plain


def test_git_takes_the_patch_and_it_says_the_same_as_the_lessons(tmp_path: Path) -> None:
    project = tmp_path / "project"
    knowledge = project / "data" / "knowledge"
    knowledge.mkdir(parents=True)
    for name in ("petition/basics.yml", "mediation.yml"):
        (knowledge / name).parent.mkdir(exist_ok=True)
        (knowledge / name).write_text(
            (ROOT / "data" / "knowledge" / name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    topic = {"id": "petition.boat", "title": "渡口", "audience": ["citizen"], "channel": "petition", "answer": "归乡镇管。",
             "unverified": True, "phrasings": ["渡口的船谁管"]}  # fmt: skip
    lessons = Lessons(
        [topic], {TOPIC: ["新的: 一句", "第二句"], "mediation.people": ["- 怪样子"], "petition.boat": ["船坏了"]}
    )
    write_lessons(tmp_path / "lessons", lessons)
    wanted = load_knowledge(knowledge, tmp_path / "lessons")
    (project / "taught.patch").write_text(patch_of(lessons, knowledge), encoding="utf-8")
    subprocess.run(["git", "apply", "taught.patch"], cwd=project, check=True)
    assert {each.id: each.phrasings for each in load_knowledge(knowledge)} == {
        each.id: each.phrasings for each in wanted
    }
    assert patch_of(lessons, knowledge) == ""


def test_the_shipped_evaluation_questions_know_every_topic_and_no_phrasing() -> None:
    asked = load_questions(ROOT / "data" / "eval")
    base = load_knowledge(ROOT / "data" / "knowledge")
    assert len(asked) >= 200
    assert {topic for each in asked for topic in each.topics} == set(base.entries)
    assert {each.text for each in asked}.isdisjoint(text for entry in base for text in entry.phrasings)


def test_a_wrong_answer_is_worse_than_asking_back_and_that_is_worse_than_a_right_one() -> None:
    asked = [Asked(str(verdict), frozenset({TOPIC})) for verdict in Verdict]
    before = [Judged(Verdict.OFFERED, TOPIC)] * len(asked)
    told = report(asked, before, [Judged(each, TOPIC) for each in Verdict], ())
    assert [each["after"] for each in told["better"]] == ["right"]
    assert [each["after"] for each in told["worse"]] == ["unknown", "elsewhere", "misled", "wrong"]
    assert json.loads(json.dumps(told)) == told
