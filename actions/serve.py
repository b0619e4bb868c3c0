"""Starts the action server on loopback: `python -m actions.serve`."""

from __future__ import annotations

import hmac
import logging
import os
import warnings
from typing import Any

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.registry import build_executor
from actions.services import build_services
from zhilu.settings import Environment, Settings

LOOPBACK = "127.0.0.1"


def build_app(settings: Settings) -> Sanic[Any, Any]:
    """The action server; in production, and for whoever shows a secret, the secret has to be right."""
    services = build_services(settings)
    services.review.forget_old(settings.question_days)
    app: Sanic[Any, Any] = create_app(build_executor(services), cors_origins=[])
    right = f"Bearer {settings.secret('actions_secret')}".encode()

    @app.on_request
    async def check_secret(request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "")
        open_to_all = settings.environment is Environment.DEVELOPMENT and not given
        if request.path == "/health" or open_to_all or hmac.compare_digest(given.encode(), right):
            return None
        return json({"error": "wrong secret"}, 401)

    return app


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"sanic.*")
    os.environ.setdefault("SANIC_HOST", LOOPBACK)
    app = build_app(settings)
    app.prepare(host=LOOPBACK, port=settings.actions_port, single_process=True, access_log=False, motd=False)
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
