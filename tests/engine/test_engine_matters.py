"""Matter and type of a narrative: the labelled data, the importer and what the classifier learns of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import pytest
import yaml
from conftest import ROOT, copy_project
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from test_engine_understanding import encoder

from engine.components.classifier import NgramVectorClassifier
from engine.components.features import CharNgramFeaturizer, SentenceEncoderFeaturizer
from engine.components.matters import MatterClassifier
from engine.importer import KnowledgeImporter, example, phrasings, told
from engine.narratives import MATTERS, TYPES, Narrative, NarrativesWrong, narratives
from engine.text import fold

KINDS = (SentenceEncoderFeaturizer, CharNgramFeaturizer, MatterClassifier)
LABELLED = [
    each for each in narratives(ROOT / "data" / "narratives") if each.matter in ("labour", "transport", "discipline")
]


def write(folder: Path, name: str, content: Any) -> Path:
    (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def components(folder: Path, load: bool) -> List[Any]:
    """The three components in one folder, new or as training left them."""
    storage = LocalModelStorage(folder)
    made = []
    for kind in KINDS:
        arguments = (kind.get_default_config(), storage, Resource(kind.__name__))
        context = ExecutionContext(None, node_name=kind.__name__)
        made.append((kind.load if load else kind.create)(*arguments, context))
    return made


def train(folder: Path, labelled: Sequence[Narrative] = tuple(LABELLED)) -> List[Any]:
    data = TrainingData([told(each) for each in labelled])
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


def test_every_matter_has_narratives_of_its_own() -> None:
    counted = Counter((each.matter, each.type) for each in narratives(ROOT / "data" / "narratives"))
    for matter in MATTERS:
        assert counted[matter, "claim"] + counted[matter, "report"] >= 45, matter
        assert counted[matter, "suggestion"] >= 8, matter


def test_the_matters_are_those_of_triage() -> None:
    triage = yaml.safe_load((ROOT / "data" / "triage" / "matters.yml").read_text(encoding="utf-8"))
    assert set(triage["matters"]) == set(MATTERS)


def test_no_narrative_is_also_a_question_to_the_knowledge_base() -> None:
    told_before = {fold(each.text) for each in narratives(ROOT / "data" / "narratives")}
    asked = [text for _, text in phrasings(ROOT / "data" / "knowledge") if fold(text) in told_before]
    assert asked == []


def test_no_narrative_is_also_an_example_elsewhere() -> None:
    told_before = {fold(each.text) for each in narratives(ROOT / "data" / "narratives")}
    lines = [
        line.strip()[2:]
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("- ")
    ]
    assert len(lines) > 100
    assert [line for line in lines if fold(line) in told_before] == []


def test_the_importer_gives_each_narrative_its_labels(tmp_path: Path) -> None:
    write(
        tmp_path,
        "labour.yml",
        {"claim": ["老板欠我三个月工资", " 厂里不给交社保\u200b"], "suggestion": ["建议多办招聘会"]},
    )
    data = KnowledgeImporter(knowledge=str(tmp_path / "none"), narratives=str(tmp_path)).get_nlu_data()
    found = [
        (each.get("text"), each.get("intent"), each.get("matter"), each.get("type")) for each in data.intent_examples
    ]
    assert found == [
        ("老板欠我三个月工资", "complain", "labour", "claim"),
        ("厂里不给交社保", "complain", "labour", "claim"),
        ("建议多办招聘会", "complain", "labour", "suggestion"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("labor.yml", {"claim": ["老板欠我三个月工资"]}, "no matter “labor”.*civil-affairs"),
        ("labour.yml", {"complaint": ["老板欠我三个月工资"]}, "no type “complaint”.*suggestion"),
        ("labour.yml", {"claim": ["老板欠我三个月工资", 7]}, "no text: 7"),
        ("labour.yml", {"claim": ["  "]}, "no text"),
        ("labour.yml", {"claim": "老板欠我三个月工资"}, "expected lists"),
        ("labour.yml", ["老板欠我三个月工资"], "expected lists"),
    ],
)
def test_a_wrong_label_is_named(tmp_path: Path, name: str, content: Any, reason: str) -> None:
    with pytest.raises(NarrativesWrong, match=reason) as raised:
        narratives(write(tmp_path, name, content))
    assert name in str(raised.value)


def test_a_narrative_stands_once(tmp_path: Path) -> None:
    write(tmp_path, "labour.yml", {"claim": ["老板欠我三个月工资"]})
    write(tmp_path, "economy.yml", {"claim": ["老闆欠我三個月工資"]})
    with pytest.raises(NarrativesWrong, match="economy.claim and under labour.claim"):
        narratives(tmp_path)


def test_training_stops_at_an_unknown_matter(tmp_path: Path) -> None:
    copied = copy_project(tmp_path)
    write(tmp_path / "data" / "narratives", "weather.yml", {"claim": ["天天下雨没人管"]})
    trained = copied.run("engine.train")
    assert trained.returncode == 1
    assert "there is no matter “weather”" in trained.stdout
    assert "Traceback" not in trained.stdout


@pytest.mark.parametrize("key", ["k", None])
def test_a_loaded_model_tells_matter_and_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: Optional[str]
) -> None:
    encoder(monkeypatch, key)
    trained = train(tmp_path)
    loaded = components(tmp_path, load=True)
    for each in LABELLED[::9]:
        understood = understand(each.text, loaded)
        if len(each.text) >= 8:
            assert next(iter(understood["matters"])) == each.matter
            assert next(iter(understood["types"])) == each.type
        assert understood == understand(each.text, trained)


def test_probabilities_come_best_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    understood = understand("我们主任把公家的钱装进自己口袋，还打人", train(tmp_path))
    assert set(understood["types"]) == set(TYPES)
    for ranking in (understood["matters"], understood["types"]):
        assert list(ranking.values()) == sorted(ranking.values(), reverse=True)
        assert sum(ranking.values()) == pytest.approx(1, abs=0.001)


def test_what_is_no_narrative_gets_no_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    trained = train(tmp_path)
    for text in ("", "没发工资", "工资三个月没", "    欠薪    ", '/ask{"topic": "petition.roadmap"}'):
        assert not {"matters", "types"} & set(understand(text, trained)), text


def test_a_question_is_not_drowned_by_narratives_like_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    text = "培训班跑路了"
    data = TrainingData(
        [example("consumer.prepaid", text + end) for end in "。；"]
        + [told(Narrative(text + end, "education", "claim")) for end in "！~…、"]
    )
    featurizers = components(tmp_path, load=False)[:2]
    for featurizer in featurizers:
        featurizer.train(data)
        featurizer.process_training_data(data)
    config = NgramVectorClassifier.get_default_config()
    classifier = NgramVectorClassifier(config, LocalModelStorage(tmp_path), Resource("classifier"))
    classifier.train(data)
    assert understand(text, [*featurizers, classifier])["intent"]["name"] == "ask"


def test_without_narratives_nothing_is_learned_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder(monkeypatch, "k")
    train(tmp_path, LABELLED[:1])
    assert "matters" not in understand("老板欠我三个月的工资不给", components(tmp_path, load=True))
