"""Features and classifier: as good as what they replace, the same every time, and working without an encoder."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np
import pytest
from conftest import ROOT
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from engine.components import features
from engine.components.classifier import NgramVectorClassifier
from engine.components.features import CharNgramFeaturizer, ModelOutdated, SentenceEncoderFeaturizer
from engine.components.ngrams import Ngrams
from engine.components.regression import fit
from engine.encoder import EncoderUnavailable
from engine.importer import example, phrasings

TOPICS = list(phrasings(ROOT / "data" / "knowledge" / "petition"))[:300]
TEXTS = [text for _, text in TOPICS]
LABELS = [topic for topic, _ in TOPICS]


class LetterEncoder:
    """A fake: counts characters by code; its key is what a test says."""

    def __init__(self, key: str) -> None:
        self.key = key

    def encode(self, texts: List[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 384), np.float32)
        for row, text in zip(rows, texts):
            for letter in text:
                row[ord(letter) % 384] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class Workbench:
    """Trains and loads the three components in one folder, as Rasa does."""

    def __init__(self, folder: Path) -> None:
        self.storage = LocalModelStorage(folder)

    def _arguments(self, kind: Any) -> tuple:
        return (
            kind.get_default_config(),
            self.storage,
            Resource(kind.__name__),
            ExecutionContext(None, node_name=kind.__name__),
        )

    def train(self) -> None:
        data = TrainingData([example(topic, text) for topic, text in TOPICS])
        for kind in (SentenceEncoderFeaturizer, CharNgramFeaturizer):
            component = kind.create(*self._arguments(kind))
            component.train(data)
            component.process_training_data(data)
        NgramVectorClassifier.create(*self._arguments(NgramVectorClassifier)).train(data)

    def load(self) -> List[Any]:
        return [
            kind.load(*self._arguments(kind))
            for kind in (SentenceEncoderFeaturizer, CharNgramFeaturizer, NgramVectorClassifier)
        ]

    def understand(self, text: str, components: Optional[List[Any]] = None) -> Dict[str, Any]:
        message = Message(data={"text": text})
        for component in components or self.load():
            component.process([message])
        return message.as_dict(only_output_properties=True)


def encoder(monkeypatch: pytest.MonkeyPatch, key: Optional[str]) -> List[Dict[str, Any]]:
    """Let load_encoder give a fake of that key, or fail; the calls are listed."""
    calls: List[Dict[str, Any]] = []

    def load(folder: Path, **options: Any) -> LetterEncoder:
        calls.append({"folder": folder, **options})
        if key is None:
            raise EncoderUnavailable("no sentence encoder: no such file")
        return LetterEncoder(key)

    monkeypatch.setattr(features, "load_encoder", load)
    return calls


def test_ngrams_are_those_of_scikit_learn(tmp_path: Path) -> None:
    stock = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2, lowercase=False).fit(
        TEXTS
    )
    Ngrams.learn(TEXTS, (1, 4), 2).save(tmp_path / "ngrams.npz")
    ours = Ngrams.load(tmp_path / "ngrams.npz")
    asked = [*TEXTS[:40], "", "未见过的字句鑫", "a b", "信访信访信访"]
    assert ours.terms == stock.get_feature_names_out().tolist()
    assert abs(vstack([ours.row(text) for text in asked]) - stock.transform(asked)).max() < 1e-6


def joint(texts: List[str], ngrams: Ngrams) -> "tuple[csr_matrix, np.ndarray]":
    return csr_matrix(vstack([ngrams.row(text) for text in texts])), LetterEncoder("k").encode(texts)


def test_the_regression_agrees_with_the_full_fit() -> None:
    ngrams = Ngrams.learn(TEXTS[::2], (1, 4), 2)
    sparse, dense = joint(TEXTS[::2], ngrams)
    full = LogisticRegression(C=10, max_iter=500, tol=1e-4).fit(
        hstack([sparse, csr_matrix(dense)]).tocsr(), LABELS[::2]
    )
    ours, labels = fit(sparse, dense, LABELS[::2], c=10, rank=800)
    asked, vectors = joint(TEXTS[1::2], ngrams)
    wanted = full.predict_proba(hstack([asked, csr_matrix(vectors)]).tocsr())
    found = np.stack([ours.probabilities(asked[index], vectors[index]) for index in range(len(vectors))])
    assert labels == full.classes_.tolist()
    assert np.abs(found - wanted).max() < 0.05
    assert (found.argmax(1) == wanted.argmax(1)).mean() > 0.97


def test_a_smaller_rank_keeps_the_accuracy_on_unseen_phrasings() -> None:
    ngrams = Ngrams.learn(TEXTS[::2], (1, 4), 2)
    sparse, dense = joint(TEXTS[::2], ngrams)
    asked, vectors = joint(TEXTS[1::2], ngrams)

    def right(rank: int) -> int:
        regression, labels = fit(sparse, dense, LABELS[::2], c=10, rank=rank)
        best = [labels[int(regression.probabilities(asked[i], vectors[i]).argmax())] for i in range(len(vectors))]
        return sum(label == wanted for label, wanted in zip(best, LABELS[1::2]))

    assert right(60) > 0.9 * right(800) > 0


def test_training_twice_gives_the_same_model() -> None:
    ngrams = Ngrams.learn(TEXTS, (1, 4), 2)
    sparse, dense = joint(TEXTS, ngrams)
    first, second = (fit(sparse, dense, LABELS, c=10, rank=100)[0] for _ in range(2))
    assert (first.sparse == second.sparse).all()
    assert (first.dense == second.dense).all()


def test_two_labels_are_enough() -> None:
    texts, labels = ["你好", "您好", "再见", "拜拜"], ["greet", "greet", "goodbye", "goodbye"]
    ngrams = Ngrams.learn(texts)
    regression, order = fit(csr_matrix(vstack([ngrams.row(text) for text in texts])), None, labels, c=10, rank=800)
    assert order[int(regression.probabilities(ngrams.row("你好"), None).argmax())] == "greet"


def test_a_loaded_model_understands_like_the_trained_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    bench = Workbench(tmp_path)
    bench.train()
    understood = [bench.understand(text) for text in TEXTS[:30]]
    assert [each["topics"][0]["id"] for each in understood] == LABELS[:30]
    first = understood[0]
    assert first["intent"]["name"] == "ask"
    assert first["intent"]["confidence"] == pytest.approx(1)
    assert first["nearest"] == pytest.approx(1, abs=1e-3)
    scores = [each["score"] for each in first["topics"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 6


def test_nothing_in_the_model_is_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "k")
    Workbench(tmp_path).train()
    stored = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert stored == {".npz", ".json"}
    for path in tmp_path.rglob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


@pytest.mark.parametrize("text", ["", "   ", "😀", "\u200b"])
def test_a_text_without_words_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    encoder(monkeypatch, "k")
    bench = Workbench(tmp_path)
    bench.train()
    assert 0 <= bench.understand(text)["intent"]["confidence"] <= 1


def test_the_training_texts_are_the_sample_of_a_conversion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", "/somewhere")
    calls = encoder(monkeypatch, "k")
    bench = Workbench(tmp_path)
    bench.train()
    bench.load()
    training, serving = calls
    assert len(training["sample"]) == len(TOPICS)
    assert not serving["sample"]
    assert training["folder"] == serving["folder"] == Path("/somewhere/cache/encoder")


def test_another_encoder_than_the_trained_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder(monkeypatch, "int8-1")
    Workbench(tmp_path).train()
    encoder(monkeypatch, "int4-2")
    with pytest.raises(ModelOutdated, match="int8-1.*int4-2.*train again"):
        Workbench(tmp_path).load()


def test_a_model_trained_without_encoder_works_and_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    encoder(monkeypatch, None)
    bench = Workbench(tmp_path)
    with caplog.at_level(logging.WARNING):
        bench.train()
    assert "n-grams alone" in caplog.text
    assert json.loads(next(tmp_path.rglob("encoder.json")).read_text(encoding="utf-8")) == {"key": None}
    components = bench.load()
    right = [bench.understand(text, components)["topics"][0]["id"] == topic for topic, text in TOPICS]
    assert sum(right) > 0.95 * len(right)


def test_an_encoder_that_is_lost_after_training_costs_accuracy_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    encoder(monkeypatch, "k")
    bench = Workbench(tmp_path)
    bench.train()
    encoder(monkeypatch, None)
    components = bench.load()
    assert "n-grams alone" in caplog.text
    understood = bench.understand(TEXTS[0], components)
    assert understood["topics"][0]["id"] == LABELS[0]
    assert understood["nearest"] == 1.0


def test_a_new_conversion_makes_rasa_train_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    folder = tmp_path / "cache" / "encoder"
    folder.mkdir(parents=True)
    before = SentenceEncoderFeaturizer.fingerprint_addon({})
    (folder / "int8.json").write_text("{}", encoding="ascii")
    assert SentenceEncoderFeaturizer.fingerprint_addon({}) != before
