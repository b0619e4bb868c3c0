"""Which papers fit a triage."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from knowledge.papers.paper import Offer, Paper, Papers
from petition.triage import Triage


def offered(papers: Papers, found: Triage | None, draft: Mapping[str, object]) -> list[Paper]:
    """The papers that help here, the most fitting first; without a triage only what the draft itself calls for."""
    return [paper for paper in papers.values() if any(holds(offer, found, draft) for offer in paper.offered)]


def holds(offer: Offer, found: Triage | None, draft: Mapping[str, object]) -> bool:
    """Whether every condition is met."""
    if offer.slots and not any(draft.get(slot) for slot in offer.slots):
        return False
    if found is None:
        return bool(offer.slots)
    return (
        any_of(offer.channels, found.channels)
        and any_of(offer.matters, (found.matter,))
        and any_of(offer.types, (found.type,))
        and any_of(offer.routes, (found.rule,))
        and found.rule not in offer.unless_routes
    )


def any_of(wanted: Collection[str], there: Collection[str]) -> bool:
    return not wanted or any(each in wanted for each in there)
