"""Makes a failure visible to the gateway.

Stock Rasa logs a failed action and goes on with an empty answer, and a tracker store that fails is replaced by one in
memory: the citizen would
see silence or a conversation that has forgotten everything. A failed action is noted in the turn, which is then not
saved; a failing store fails
the turn.
"""

from __future__ import annotations

from typing import Any, List, Optional

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event

from engine.turn import current

_stock_run = RemoteAction.run


async def run(self: RemoteAction, *args: Any, **kwargs: Any) -> List[Event]:
    """As stock; an exception is noted before it goes on."""
    try:
        return await _stock_run(self, *args, **kwargs)
    except ActionExecutionRejection:
        raise
    except Exception as error:
        turn = current()
        if turn is not None:
            turn.fail(f"action {self.name()}: {type(error).__name__}")
        raise


def tracker_store(store: Optional[TrackerStore], domain: Domain) -> TrackerStore:
    """The configured store itself, without the stand-in in memory."""
    if store is None:
        return InMemoryTrackerStore(domain)
    store.domain = domain
    return store


def install() -> None:
    RemoteAction.run = run  # type: ignore[method-assign]
    Agent._create_tracker_store = staticmethod(tracker_store)  # type: ignore[method-assign]
