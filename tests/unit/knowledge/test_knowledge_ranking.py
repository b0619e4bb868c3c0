"""The engine's ranking and the words of the topics, joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.outcome import Ranked
from knowledge.ranking import TopicWords
from tests.unit.knowledge.factories import base, entry, second

REVIEW, RECHECK = "review.deadline", "review.recheck"


@pytest.fixture
def words(tmp_path: Path) -> TopicWords:
    return TopicWords(base(tmp_path, entry(), second()))


def test_a_word_that_only_one_topic_has_decides_between_two_that_are_close(words: TopicWords) -> None:
    ranked = (Ranked(REVIEW, 0.45), Ranked(RECHECK, 0.35))
    assert [each.topic for each in words.fused("复核", ranked, 3.0)] == [RECHECK, REVIEW]
    assert [each.topic for each in words.fused("复核", ranked, 0.0)] == [REVIEW, RECHECK]


def test_a_classifier_that_is_sure_stays_right(words: TopicWords) -> None:
    ranked = (Ranked(REVIEW, 0.9), Ranked(RECHECK, 0.004))
    assert words.fused("复核", ranked, 3.0)[0].topic == REVIEW


def test_probabilities_keep_their_sum_and_the_ranking_its_length(words: TopicWords) -> None:
    fused = words.fused("复核要多久", (Ranked(REVIEW, 0.2),), 3.0)
    assert len(fused) == 1
    assert fused[0].score == pytest.approx(0.2)


def test_words_that_no_topic_has_change_nothing(words: TopicWords) -> None:
    ranked = (Ranked(REVIEW, 0.2), Ranked(RECHECK, 0.1))
    assert words.fused("xyz", ranked, 3.0) == ranked
    assert words.fused("复核", (), 3.0) == ()
