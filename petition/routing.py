"""Triage (分流): type by 第二十九条至第三十一条, matter, branch of 第三十一条, and the channels that are open."""

from __future__ import annotations

import re

from petition.matters import Matter, PetitionType
from petition.rules import Condition, Route, Rules
from petition.text import half_width
from petition.triage import NO_HINT, Hint, Triage

__all__ = ["Hint", "Rules", "Triage", "triage"]

HINT_WEIGHT = 6.0  # what a classifier that is sure of a matter adds; a decisive word adds 4
SURE_TYPE = 0.65  # a classifier this sure of a type is believed where no rule speaks
REPORT_BONUS = 20.0  # a report goes to the discipline organs whatever the official works on
FALLBACK_MATTER = Matter.GOVERNANCE


def triage(text: str, rules: Rules, hint: Hint = NO_HINT) -> Triage:
    """What kind of petition a text is and where it can go; `hint` is what a classifier thinks of it."""
    text = plain(text)
    cues = rules.found_cues(text)
    kind = _type(cues, rules, hint)
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


def plain(text: str) -> str:
    """As the rules read it: half width, without blanks."""
    return re.sub(r"\s+", "", half_width(text))


def matter_scores(text: str, rules: Rules, hint: Hint = NO_HINT) -> dict[Matter, float]:
    """The weight of the words found for each matter, and of the hint."""
    return {
        matter: HINT_WEIGHT * hint.matters.get(matter, 0.0)
        + sum(words.score(text) for words in rules.matters.get(matter, ()))
        for matter in Matter
    }


def _holds(condition: Condition, cues: frozenset[str], matter: Matter | None) -> bool:
    return (
        cues.issuperset(condition.when)
        and cues.isdisjoint(condition.unless)
        and (not condition.matters or matter in condition.matters)
    )


def _type(cues: frozenset[str], rules: Rules, hint: Hint) -> PetitionType:
    """What the first rule says that holds; without one a classifier that is very sure; else a claim."""
    ruled = next((rule.type for rule in rules.types if _holds(rule.condition, cues, None)), None)
    if ruled is not None:
        return ruled
    likeliest = max(hint.types, key=lambda each: hint.types[each], default=PetitionType.CLAIM)
    return PetitionType(likeliest) if hint.types.get(likeliest, 0.0) >= SURE_TYPE else PetitionType.CLAIM


def _route(cues: frozenset[str], matter: Matter, routes: tuple[Route, ...]) -> Route:
    """The first rule that holds; the last one of each type holds always."""
    return next(route for route in routes if _holds(route.condition, cues, matter))
