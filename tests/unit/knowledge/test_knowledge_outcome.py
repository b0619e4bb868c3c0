"""One of three honest outcomes, whatever the ranking."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.outcome import Decision, Outcome, Ranked, Thresholds, decide

THRESHOLDS = Thresholds(answer=0.3, lead=2.0, sure=0.6, clarify=0.1, nearest=0.25, choices=3)
SCORES = st.lists(st.floats(0, 1), max_size=6).map(lambda scores: sorted(scores, reverse=True))
COSINES = st.floats(-1, 1)


def ranking(*scores: float) -> list[Ranked]:
    return [Ranked(f"topic.{number}", score) for number, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "nearest", "outcome"),
    [
        ((0.7, 0.3), 0.5, Outcome.ANSWER),  # sure, without a lead
        ((0.4, 0.1), 0.5, Outcome.ANSWER),  # likely, and stands out
        ((0.4, 0.3), 0.5, Outcome.CLARIFY),  # likely, but not alone
        ((0.2, 0.01), 0.5, Outcome.CLARIFY),  # stands out, but is not likely
        ((0.05, 0.01), 0.5, Outcome.UNKNOWN),
        ((0.9, 0.01), 0.1, Outcome.UNKNOWN),  # likely, but far from all that is known
        ((0.4,), 0.5, Outcome.ANSWER),
        ((), 0.9, Outcome.UNKNOWN),
    ],
)
def test_outcomes(scores: tuple[float, ...], nearest: float, outcome: Outcome) -> None:
    assert decide(ranking(*scores), nearest, THRESHOLDS).outcome is outcome


def test_a_choice_has_at_most_three_topics_best_first() -> None:
    decision = decide(ranking(0.2, 0.19, 0.18, 0.17, 0.16), 0.5, THRESHOLDS)
    assert decision == Decision(Outcome.CLARIFY, ("topic.0", "topic.1", "topic.2"))


@given(SCORES, COSINES)
def test_never_a_topic_that_was_not_ranked_and_never_another_order(scores: list[float], nearest: float) -> None:
    decision = decide(ranking(*scores), nearest, THRESHOLDS)
    assert decision.topics == tuple(each.topic for each in ranking(*scores))[: len(decision.topics)]


@given(SCORES, COSINES)
def test_an_answer_or_a_choice_has_a_topic_near_enough(scores: list[float], nearest: float) -> None:
    if decide(ranking(*scores), nearest, THRESHOLDS).outcome is not Outcome.UNKNOWN:
        assert scores[0] >= THRESHOLDS.clarify
        assert nearest >= THRESHOLDS.nearest


ORDER = [Outcome.UNKNOWN, Outcome.CLARIFY, Outcome.ANSWER]


@given(SCORES.filter(bool), COSINES, st.floats(0, 1))
def test_a_more_likely_first_topic_never_makes_us_say_less(scores: list[float], nearest: float, more: float) -> None:
    before = decide(ranking(*scores), nearest, THRESHOLDS)
    after = decide(ranking(min(1.0, scores[0] + more), *scores[1:]), nearest, THRESHOLDS)
    assert ORDER.index(after.outcome) >= ORDER.index(before.outcome)


@given(SCORES, COSINES, st.floats(0, 1), st.sampled_from(["answer", "sure", "clarify", "nearest"]))
def test_a_stricter_threshold_never_makes_us_say_more(
    scores: list[float], nearest: float, more: float, name: str
) -> None:
    stricter = replace(THRESHOLDS, **{name: getattr(THRESHOLDS, name) + more})
    before, after = (decide(ranking(*scores), nearest, each) for each in (THRESHOLDS, stricter))
    assert ORDER.index(after.outcome) <= ORDER.index(before.outcome)
