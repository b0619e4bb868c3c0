"""Several questions in one message: cut apart only where they are several, and understood each by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml
from conftest import ROOT
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from engine.components.parts import PartsGatherer, QuestionSplitter


@pytest.fixture(scope="module")
def splitter() -> QuestionSplitter:
    """As config.yml has it."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    (config,) = [each for each in pipeline if each["name"].endswith("QuestionSplitter")]
    return QuestionSplitter({name: value for name, value in config.items() if name != "name"})


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("复查要多久，要不要交钱？", ["复查要多久", "要不要交钱"]),
        ("信访要钱吗？几天给答复？", ["信访要钱吗", "几天给答复"]),
        ("信访要钱吗几天给答复", ["信访要钱吗", "几天给答复"]),
        ("劳动仲裁要多久另外要不要钱", ["劳动仲裁要多久", "要不要钱"]),
        ("我欠条过了三年，还能告吗？诉讼费怎么交，谁出", ["我欠条过了三年，还能告吗", "诉讼费怎么交，谁出"]),
        ("不对，我问的是仲裁要多久", ["仲裁要多久"]),
    ],
)
def test_questions_are_cut_apart(splitter: QuestionSplitter, text: str, questions: List[str]) -> None:
    assert splitter.questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "信访要多久",
        "我家地被征了，补偿低，该找谁？",
        "啥合同都没有，工资都是发现金，咋证明他欠我的",
        "老板欠我工资不给",
        "好吗",
        "",
        '/ask{"topic": "petition.fees"}',
        "甲吗？乙吗？丙吗？丁吗？",
        "信访要钱吗？" + "说来话长" * 60 + "，要多久？",
    ],
)
def test_one_question_stays_whole(splitter: QuestionSplitter, text: str) -> None:
    assert splitter.questions(text) == []


def test_the_parts_stay_with_their_message(splitter: QuestionSplitter) -> None:
    plain, double, other = (Message(data={"text": text}) for text in ("你好", "要钱吗？要多久？", "谁管？在哪？"))
    messages = splitter.process([plain, double, other])
    assert [each.get("text") for each in messages] == [
        "你好",
        "要钱吗？要多久？",
        "谁管？在哪？",
        "要钱吗",
        "要多久",
        "谁管",
        "在哪",
    ]
    for number, message in enumerate(messages):
        message.set("topics", [{"id": f"t{number}", "score": 0.5}] * 5, add_to_output=True)
        message.set("nearest", 0.9, add_to_output=True)
    whole = PartsGatherer({"topics": 2}).process(messages)
    assert whole == [plain, double, other]
    assert plain.get("parts") is None
    assert double.as_dict(only_output_properties=True)["parts"] == [
        {"text": "要钱吗", "topics": [{"id": "t3", "score": 0.5}] * 2, "nearest": 0.9},
        {"text": "要多久", "topics": [{"id": "t4", "score": 0.5}] * 2, "nearest": 0.9},
    ]
    assert [each["text"] for each in other.get("parts")] == ["谁管", "在哪"]


@pytest.mark.parametrize("kind", [QuestionSplitter, PartsGatherer])
def test_rasa_can_make_them_from_their_defaults(tmp_path: Path, kind: Any) -> None:
    config: Dict[str, Any] = kind.get_default_config()
    made = kind.create(
        config, LocalModelStorage(tmp_path), Resource("parts"), ExecutionContext(None, node_name="parts")
    )
    message = Message(data={"text": "你好。再见。"})
    assert made.process([message]) == [message]
