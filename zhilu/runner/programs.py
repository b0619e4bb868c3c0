"""The table of programs that make up a running installation. A new server or job is a new row."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from zhilu.settings import ROOT, Settings

ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
LOOPBACK = "127.0.0.1"
# Rasa would report its use to a server elsewhere, and SQLAlchemy 1.4 would advertise 2.0 on every start.
ENGINE_ENVIRONMENT: Mapping[str, str] = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


@dataclass(frozen=True)
class Listener:
    """Where a program listens, and the setting that moves it."""

    host: str
    port: int
    setting: str


@dataclass(frozen=True)
class Program:
    """One process to keep running; `health` is the URL that answers 200 once it is ready (none: ready when it runs)."""

    name: str
    command: tuple[str, ...]
    listener: Listener | None = None
    health: str | None = None
    addresses: tuple[tuple[str, str], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def programs(settings: Settings) -> tuple[Program, ...]:
    """Every program of an installation with these settings, all started at once."""
    always = (engine(settings), actions(settings), public(settings), desk(settings), jobs(settings))
    return (*always, telegram(settings)) if settings.telegram_token.get_secret_value() else always


def engine(settings: Settings) -> Program:
    """The dialogue engine, in its own Python, on loopback only."""
    return Program(
        name="engine",
        command=(str(ENGINE_PYTHON), "-m", "engine.serve"),
        listener=Listener(LOOPBACK, settings.engine_port, "ZHILU_ENGINE_PORT"),
        health=f"{settings.engine_url}/",
        environment={**ENGINE_ENVIRONMENT, **folder(settings)},
    )


def actions(settings: Settings) -> Program:
    """The action server, on loopback only."""
    return Program(
        name="actions",
        command=(sys.executable, "-m", "actions.serve"),
        listener=Listener(LOOPBACK, settings.actions_port, "ZHILU_ACTIONS_PORT"),
        health=f"{settings.actions_url}/health",
        environment=folder(settings),
    )


def public(settings: Settings) -> Program:
    """The public server: the only one that citizens reach."""
    url = f"http://{reachable(settings.host)}:{settings.public_port}"
    return Program(
        name="public",
        command=(sys.executable, "-m", "bot.serve"),
        listener=Listener(settings.host, settings.public_port, "ZHILU_PUBLIC_PORT"),
        health=f"{url}/healthz",
        environment=folder(settings),
        addresses=(
            ("Kiosk and web page", f"{url}/"),
            ("API description", f"{url}/openapi.json"),
            ("Readiness, metrics", f"{url}/readyz  {url}/metrics"),
        ),
    )


def desk(settings: Settings) -> Program:
    """The staff server; an office puts it behind its own network, never before the citizens."""
    url = f"http://{reachable(settings.host)}:{settings.desk_port}"
    return Program(
        name="desk",
        command=(sys.executable, "-m", "desk.serve"),
        listener=Listener(settings.host, settings.desk_port, "ZHILU_DESK_PORT"),
        health=f"{url}/healthz",
        environment=folder(settings),
        addresses=(("Staff desk", f"{url}/"),),
    )


def telegram(settings: Settings) -> Program:
    """The bot for the staff: asks Telegram for updates, or is called by it where there is a webhook secret."""
    program = Program(name="telegram", command=(sys.executable, "-m", "desk.telegram"), environment=folder(settings))
    if not settings.telegram_webhook_secret.get_secret_value():
        return program
    return replace(
        program,
        listener=Listener(settings.host, settings.telegram_port, "ZHILU_TELEGRAM_PORT"),
        health=f"http://{reachable(settings.host)}:{settings.telegram_port}/healthz",
    )


def jobs(settings: Settings) -> Program:
    """Housekeeping: deletes what is kept no longer."""
    return Program(name="jobs", command=(sys.executable, "-m", "zhilu.jobs"), environment=folder(settings))


def folder(settings: Settings) -> dict[str, str]:
    """Programs run in the project's folder, so a relative path given elsewhere would mean another one there."""
    return {"ZHILU_VAR_DIR": str(settings.var_dir.absolute())}


def reachable(host: str) -> str:
    """An address that this machine can call for a server bound to `host`."""
    return {"0.0.0.0": LOOPBACK, "::": "[::1]", "": LOOPBACK}.get(host, host)


def log_file(settings: Settings, name: str) -> Path:
    """Where the output of a program (or of the training) is kept."""
    return settings.var_dir.absolute() / "log" / f"{name}.log"
