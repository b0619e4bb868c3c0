"""Starts the engine on loopback: `python -m engine.serve`. Rasa's own server, with the patches of engine/patches."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Text

from engine import patches
from engine.logs import configure_logging, settle_jieba
from engine.secret import read_secret
from engine.var import model_path

if TYPE_CHECKING:
    from rasa.core.agent import Agent
    from rasa.core.utils import AvailableEndpoints

logger = logging.getLogger("engine")
LOOPBACK = "127.0.0.1"


class CannotStart(RuntimeError):
    """The engine has no model, or not the tracker store that endpoints.yml names."""


def main() -> int:
    """Serve the trained model until stopped; addresses come from ZHILU_ENGINE_PORT and ZHILU_ACTIONS_PORT. 1 when it
    cannot start."""
    configure_logging()
    sys.path.insert(0, os.getcwd())
    settle_jieba()
    patches.apply()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)  # Rasa's debug lines hold what people say
    try:
        endpoints = address_actions(AvailableEndpoints.read_endpoints("endpoints.yml"))
        agent = load(model_path(), endpoints)
    except Exception as error:  # the outer edge of the program: one line instead of a trace
        logger.critical("the engine cannot start: %s", plain(error))
        return 1
    rasa.core.run.load_agent_on_start = adopt(agent)  # type: ignore[assignment]
    rasa.core.run.serve_application(
        interface=LOOPBACK,
        port=int(os.environ.get("ZHILU_ENGINE_PORT", "5005")),
        credentials="credentials.yml",
        enable_api=False,
        endpoints=endpoints,
    )
    return 0


def address_actions(endpoints: "AvailableEndpoints") -> "AvailableEndpoints":
    """The action server's port from ZHILU_ACTIONS_PORT, and the secret that it asks for."""
    if endpoints.action is None:
        raise CannotStart("endpoints.yml names no action_endpoint")
    port = os.environ.get("ZHILU_ACTIONS_PORT")
    if port:
        endpoints.action.url = f"http://{LOOPBACK}:{port}/webhook"
    endpoints.action.headers["Authorization"] = f"Bearer {read_secret('actions_secret')}"
    return endpoints


def load(model: Path, endpoints: "AvailableEndpoints") -> "Agent":
    """The agent with its model; unlike Rasa's own loading it fails where the model or the tracker store does."""
    from rasa.core.agent import Agent
    from rasa.core.lock_store import LockStore
    from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore

    if not model.exists():
        raise CannotStart(f"there is no model at {model}: train one (make train)")
    store = TrackerStore.create(endpoints.tracker_store)
    if endpoints.tracker_store and isinstance(store, InMemoryTrackerStore):
        raise CannotStart("the tracker store that endpoints.yml names could not be opened")
    agent = Agent(
        generator=endpoints.nlg,
        tracker_store=store,
        lock_store=LockStore.create(endpoints.lock_store),
        action_endpoint=endpoints.action,
    )
    agent.load_model(model)
    return agent


def adopt(agent: "Agent") -> Any:
    """Stands in for Rasa's loading when the server starts; every worker process takes connections of its own."""

    async def adopt_loaded(*arguments: Any) -> "Agent":
        app = next(each for each in arguments if hasattr(each, "ctx"))
        engine = getattr(agent.tracker_store, "engine", None)
        if engine is not None:
            engine.dispose()
        app.ctx.agent = agent
        logger.info("the engine is up")
        return agent

    return adopt_loaded


def plain(error: BaseException) -> Text:
    """What went wrong first; Rasa wraps the reason of a component in a longer one."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__


if __name__ == "__main__":
    raise SystemExit(main())
