"""Triage (分流): type by 第二十九条至第三十一条, matter, branch of 第三十一条, and the channels that are open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from petition.matters import Matter, PetitionType
from petition.rules import Condition, Route, Rules
from petition.text import half_width
from petition.triage import Triage

__all__ = ["Rules", "Triage", "triage"]

HINT_WEIGHT = 6.0  # what a classifier that is sure of a matter adds; a decisive word adds 4
REPORT_BONUS = 20.0  # a report goes to the discipline organs whatever the official works on
FALLBACK_MATTER = Matter.GOVERNANCE


def triage(text: str, rules: Rules, hint: Mapping[str, float] | None = None) -> Triage:
    """What kind of petition a text is and where it can go; `hint`: a classifier's probability by matter."""
    text = re.sub(r"\s+", "", half_width(text))
    cues = rules.found_cues(text)
    kind = _type(cues, rules)
    scores = matter_scores(text, rules, hint)
    if kind is PetitionType.REPORT:
        scores[Matter.DISCIPLINE] += REPORT_BONUS
    matter = max(scores, key=lambda each: scores[each])
    matter = matter if scores[matter] > 0 else FALLBACK_MATTER
    route = _route(cues, matter, rules.routes[kind])
    return Triage(
        type=kind,
        matter=matter,
        branch=route.branch,
        channels=route.channels,
        why=route.why,
        rule=route.name,
        scores={str(each): round(score, 2) for each, score in scores.items()},
    )


def matter_scores(text: str, rules: Rules, hint: Mapping[str, float] | None = None) -> dict[Matter, float]:
    """The weight of the words found for each matter, and of the hint."""
    hint = hint or {}
    return {
        matter: HINT_WEIGHT * hint.get(matter, 0.0) + sum(words.score(text) for words in rules.matters.get(matter, ()))
        for matter in Matter
    }


def _holds(condition: Condition, cues: frozenset[str], matter: Matter | None) -> bool:
    return (
        cues.issuperset(condition.when)
        and cues.isdisjoint(condition.unless)
        and (not condition.matters or matter in condition.matters)
    )


def _type(cues: frozenset[str], rules: Rules) -> PetitionType:
    return next((rule.type for rule in rules.types if _holds(rule.condition, cues, None)), PetitionType.CLAIM)


def _route(cues: frozenset[str], matter: Matter, routes: tuple[Route, ...]) -> Route:
    """The first rule that holds; the last one of each type holds always."""
    return next(route for route in routes if _holds(route.condition, cues, matter))
