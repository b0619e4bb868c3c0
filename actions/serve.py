"""Starts the action server on loopback: `python -m actions.serve`."""

from __future__ import annotations

import asyncio
import hmac
import os
import warnings
from dataclasses import replace
from typing import Any

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.registry import build_executor
from actions.services import Services, build_services
from knowledge.load import load_knowledge
from knowledge.ranking import TopicWords
from zhilu.settings import Environment, Settings
from zhilu.trace import configure_logging

LOOPBACK = "127.0.0.1"


def build_app(settings: Settings) -> Sanic[Any, Any]:
    """The action server; in production, and for whoever shows a secret, the secret has to be right."""
    services = build_services(settings)
    services.review.forget_old(settings.question_days)
    executor = build_executor(services)
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    right = f"Bearer {settings.secret('actions_secret')}".encode()

    @app.on_request
    async def check_secret(request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "")
        open_to_all = settings.environment is Environment.DEVELOPMENT and not given
        if request.path == "/health" or open_to_all or hmac.compare_digest(given.encode(), right):
            return None
        return json({"error": "wrong secret"}, 401)

    @app.post("/reload")
    async def reload(_request: Request) -> HTTPResponse:
        """The entries as they stand in the files now; a turn under way keeps those it began with."""
        fresh = await asyncio.to_thread(with_entries_anew, services, settings)
        executor.actions = build_executor(fresh).actions
        return json({"topics": len(fresh.knowledge)})

    return app


def with_entries_anew(services: Services, settings: Settings) -> Services:
    """The same collaborators; KnowledgeError where a file is broken."""
    knowledge = load_knowledge(settings.knowledge_dir, settings.lessons_dir)
    return replace(services, knowledge=knowledge, words=TopicWords(knowledge))


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    configure_logging(settings.log_level)
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"sanic.*")
    os.environ.setdefault("SANIC_HOST", LOOPBACK)
    app = build_app(settings)
    app.prepare(host=LOOPBACK, port=settings.actions_port, single_process=True, access_log=False, motd=False)
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
