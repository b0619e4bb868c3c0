"""The stock assistant of bench/baseline learns exactly what ours learns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bench.baseline.judge import Heard, Ours, Stock, foreign_scores, question_scores
from bench.baseline.material import (
    INVISIBLE,
    Form,
    Material,
    intent_examples,
    nlu_file,
    read_material,
    snapshot,
    write_yaml,
)
from knowledge.load import load_knowledge
from knowledge.outcome import Ranked, Thresholds
from knowledge.reply import Kind
from zhilu.settings import ROOT

THRESHOLDS = Thresholds(answer=0.4, lead=2.0, sure=0.6, clarify=0.1, nearest=0.3)


@pytest.fixture(scope="module")
def material() -> Material:
    return read_material(ROOT / "data")


def heard(intent: str, *topics: tuple[str, float], nearest: float | None = None) -> Heard:
    ranked = tuple(Ranked(topic, score) for topic, score in topics)
    return Heard(intent, ranked[0].topic if intent == "ask" else intent, ranked, nearest, 1.0)


def small_data(folder: Path) -> Path:
    contents: dict[str, Any] = {
        "knowledge/a/fees.yml": [
            {"id": "petition.fees", "answer": "不收费。", "phrasings": ["要钱吗", "收\u200b费不"]}
        ],
        "nlu/talk.yml": {"version": "3.1", "nlu": [{"intent": "greet", "examples": "- 你好\n- 您好\n"}]},
        "narratives/labour.yml": {"claim": ["老板欠我工资"], "suggestion": None},
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_yaml(path, content)
    return folder


def test_every_phrasing_of_the_knowledge_base_is_there_once(material: Material) -> None:
    knowledge = load_knowledge(ROOT / "data" / "knowledge")
    wanted = {entry.id: len(entry.phrasings) for entry in knowledge}
    found = {topic: sum(example.label == topic for example in material.examples) for topic in wanted}
    assert found == wanted
    assert set(material.answers) == set(wanted)


@pytest.mark.parametrize("form", Form)
def test_what_is_written_for_rasa_holds_the_same_texts_under_the_same_labels(
    material: Material, form: Form, tmp_path: Path
) -> None:
    path = tmp_path / "nlu.yml"
    write_yaml(path, nlu_file(material, form))
    read = [(each.label.removeprefix("ask/"), each.text) for each in intent_examples(path)]
    assert sorted(read) == sorted((each.label, each.text) for each in material.examples)


def test_no_text_looks_like_a_mark_up_of_rasa(material: Material) -> None:
    """`[十五天](deadline)` would become an entity of the stock assistant alone."""
    assert [each.text for each in material.examples if re.search(r"\[[^\]]+\]\s*[({]", each.text)] == []


def test_narratives_are_complaints_and_invisible_characters_go(tmp_path: Path) -> None:
    small = read_material(small_data(tmp_path))
    assert [(each.label, each.text) for each in small.examples] == [
        ("petition.fees", "要钱吗"),
        ("petition.fees", "收费不"),
        ("greet", "你好"),
        ("greet", "您好"),
        ("complain", "老板欠我工资"),
    ]


def test_the_invisible_characters_are_those_of_the_engine() -> None:
    assert f'INVISIBLE = re.compile(r"{INVISIBLE.pattern}")' in (ROOT / "engine" / "text.py").read_text(
        encoding="utf-8"
    )


def test_a_retrieval_intent_has_a_response_for_every_topic_and_intents_have_none(material: Material) -> None:
    assert set(nlu_file(material, Form.RETRIEVAL)["responses"]) == {f"utter_ask/{topic}" for topic in material.answers}
    assert "responses" not in nlu_file(material, Form.INTENTS)


def test_a_smaller_snapshot_keeps_every_label(tmp_path: Path) -> None:
    snapshot(small_data(tmp_path / "data"), tmp_path / "copy", most=1)
    assert [each.label for each in read_material(tmp_path / "copy").examples] == ["petition.fees", "greet", "complain"]


def test_the_digest_is_of_the_examples_and_not_of_their_order(material: Material) -> None:
    turned = Material(tuple(reversed(material.examples)), material.answers)
    fewer = Material(material.examples[1:], material.answers)
    assert turned.digest == material.digest != fewer.digest


@pytest.mark.parametrize(
    ("system", "message", "kind"),
    [
        (Stock(), heard("nlu_fallback", ("a", 0.2)), Kind.UNKNOWN),
        (Stock(), heard("out_of_scope", ("a", 0.2)), Kind.UNKNOWN),
        (Stock(), heard("ask", ("a", 0.2)), Kind.ANSWER),
        (Stock(), heard("a", ("a", 0.5)), Kind.ANSWER),
        (Stock(), heard("greet", ("a", 0.1)), Kind.GREETING),
        (Ours(THRESHOLDS), heard("ask", ("a", 0.7), nearest=0.9), Kind.ANSWER),
        (Ours(THRESHOLDS), heard("ask", ("a", 0.3), ("b", 0.2), nearest=0.9), Kind.CLARIFY),
        (Ours(THRESHOLDS), heard("ask", ("a", 0.7), nearest=0.1), Kind.UNKNOWN),
        (Ours(THRESHOLDS), heard("out_of_scope", ("a", 0.7), nearest=0.9), Kind.CLARIFY),
        (Ours(THRESHOLDS), heard("out_of_scope", ("a", 0.05), nearest=0.9), Kind.UNKNOWN),
    ],
)
def test_what_each_system_would_say(system: Stock | Ours, message: Heard, kind: Kind) -> None:
    assert system.say(message).kind is kind


def test_shares_of_questions_answered_and_of_the_rest_refused() -> None:
    questions = [{"topics": ["a"]}, {"topics": ["b", "c"]}, {"topics": ["d"]}, {"topics": ["e"]}]
    lines = [
        heard("ask", ("a", 0.9)),
        heard("ask", ("a", 0.3), ("c", 0.2)),
        heard("ask", ("a", 0.9)),
        heard("greet", ("x", 0.1), ("y", 0.1), ("z", 0.1), ("e", 0.1)),
    ]
    assert question_scores(questions, lines, Ours(THRESHOLDS)) == {
        "n": 4, "top1": 0.25, "top3": 0.5, "answered_right": 0.25, "answered_wrong": 0.25, "offered": 0.25,
    }  # fmt: skip
    foreign = [{"expect": ["unknown"]}, {"expect": ["unknown", "greeting"]}, {"expect": ["unknown"]}]
    said = [heard("nlu_fallback", ("a", 0.2)), heard("greet", ("a", 0.2)), heard("ask", ("a", 0.2))]
    assert foreign_scores(foreign, said, Stock()) == {
        "n": 3,
        "rejected": 0.3333,
        "accepted": 0.6667,
        "answered": 0.3333,
    }
