"""Which questions a matter needs, and in which order (data/triage/questions.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.yamls import read_yaml
from petition.draft import USUAL, Order, order_around
from petition.matters import Matter
from petition.triage import Triage


@dataclass(frozen=True)
class Questions:
    """An order for each matter."""

    orders: Mapping[Matter, Order]

    def order(self, triage: Triage | None) -> Order:
        """The order for what is known of the petition; the usual one as long as nothing is."""
        return self.orders[triage.matter] if triage else USUAL


def load_questions(path: Path) -> Questions:
    """ValueError for an unknown or a missing matter, and for an order in which a required slot is missing."""
    rows = read_yaml(path)["matters"]
    orders = {Matter(name): order_around(asked) for name, asked in rows.items()}
    if without := sorted(set(Matter) - orders.keys()):
        raise ValueError(f"no questions for {', '.join(without)}")
    return Questions(orders)
