"""The learned second opinion on danger: its examples, the importer and what the classifier says."""

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
from rasa.shared.nlu.training_data.training_data import TrainingData
from test_engine_understanding import encoder

from engine.components.danger import DangerClassifier
from engine.components.features import CharNgramFeaturizer, SentenceEncoderFeaturizer
from engine.danger import DangerExamplesWrong, DangerImporter, examples

PARTS = (SentenceEncoderFeaturizer, CharNgramFeaturizer, DangerClassifier)
LABELLED = list(examples(ROOT / "data" / "care" / "examples.yml"))


def components(folder: Path, load: bool) -> List[Any]:
    storage = LocalModelStorage(folder)
    made = []
    for kind in PARTS:
        arguments = (kind.get_default_config(), storage, Resource(kind.__name__))
        context = ExecutionContext(None, node_name=kind.__name__)
        made.append((kind.load if load else kind.create)(*arguments, context))
    return made


def train(folder: Path, labelled: List[Message]) -> List[Any]:
    data = TrainingData(labelled)
    made = components(folder, load=False)
    for featurizer in made[:2]:
        featurizer.train(data)
        featurizer.process_training_data(data)
    made[2].train(data)
    return made


def understand(text: str, made: List[Any]) -> Dict[str, Any]:
    message = Message(data={"text": text})
    for component in made:
        component.process([message])
    return message.as_dict(only_output_properties=True)


def some() -> List[Message]:
    return [Message(data=dict(each.data)) for each in LABELLED[::5]]


def write(folder: Path, content: Any) -> Path:
    path = folder / "examples.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_an_example_has_a_kind_and_no_intent(tmp_path: Path) -> None:
    path = write(tmp_path, {"threat": [" 我要烧了你们\u200b"], "harmless": ["气死我了"]})
    found = DangerImporter(examples=str(path)).get_nlu_data()
    assert {(each.get("text"), each.get("danger")) for each in found.training_examples} == {
        ("我要烧了你们", "threat"),
        ("气死我了", "harmless"),
    }
    assert found.intent_examples == []


def test_an_unknown_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(DangerExamplesWrong, match="self-harm, violence"):
        list(examples(write(tmp_path, {"weather": ["下雨了"]})))


def test_a_loaded_model_judges_as_the_trained_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    labelled = some()
    trained = train(tmp_path, labelled)
    loaded = components(tmp_path, load=True)
    for each in labelled[::7]:
        text, kind = each.get("text"), each.get("danger")
        understood = understand(text, loaded)
        assert understood == understand(text, trained)
        if len(text) >= 7:
            dangers = understood["dangers"]
            assert max(dangers, key=dangers.__getitem__) == kind if kind != "harmless" else sum(dangers.values()) < 0.7


@pytest.mark.parametrize("text", ["", "我不活了", '/ask{"topic": "petition.roadmap"}'])
def test_a_button_and_a_short_answer_are_not_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    encoder(monkeypatch, "k")
    assert "dangers" not in understand(text, train(tmp_path, some()))


def test_without_an_encoder_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, None)
    assert "dangers" not in understand("我真的不想活下去了，太苦了", train(tmp_path, some()))


def test_without_examples_nothing_is_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    train(tmp_path, [Message(data={"text": "信访多久有结果", "intent": "ask"})])
    assert "dangers" not in understand("我真的不想活下去了，太苦了", components(tmp_path, load=True))
