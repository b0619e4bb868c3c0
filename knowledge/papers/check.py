"""Checks the papers against the routes of the triage and the statute texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from knowledge.check_laws import wrong
from knowledge.laws import Laws
from knowledge.papers.paper import Paper, Papers


def check_papers(papers: Papers, routes: Collection[str], laws: Laws | None = None) -> Iterator[str]:
    """Every problem as `paper: what is wrong`; the law is checked where the texts are there."""
    for paper in papers.values():
        problems = list(wrong_routes(paper, routes))
        if laws is not None:
            problems += [each for citation in paper.citations for each in wrong(citation, laws)]
        yield from (f"{paper.id}: {each}" for each in problems)


def wrong_routes(paper: Paper, routes: Collection[str]) -> Iterator[str]:
    """An offer names routes that the triage has."""
    named = {route for offer in paper.offered for route in (*offer.routes, *offer.unless_routes)}
    yield from (f"no route {route}" for route in sorted(named - set(routes)))
