"""Start, stop, look, train."""

from __future__ import annotations

from typing import Annotated

import typer

from zhilu.commands.common import say, settings

NOT_RUNNING = 3  # as service managers have it


def add_to(app: typer.Typer) -> None:
    for each in (up, stop, restart, status, doctor, train):
        app.command()(each)


def up(
    detach: Annotated[
        bool, typer.Option("--detach", help="return once everything answers and leave it running")
    ] = False,
) -> int:
    """start everything and watch it"""
    from zhilu import up as starting

    (starting.up_detached if detach else starting.up)(settings(), say)
    return 0


def stop() -> int:
    """stop what `zhilu up` started"""
    from zhilu.runner.instance import Instance

    say("stopped" if Instance(settings().var_dir).stop() else "not running")
    return 0


def restart() -> int:
    """replace the public server by a new one without turning anybody away"""
    from zhilu import takeover

    takeover.restart(settings(), say)
    return 0


def status() -> int:
    """which programs run"""
    given = settings()
    from zhilu import up as starting

    return 0 if starting.status(given, say) else NOT_RUNNING


def doctor() -> int:
    """look at everything that the installation needs, and say what to do"""
    from zhilu import doctor as examination

    return 0 if examination.run(settings(), say) else 1


def train(
    force: Annotated[bool, typer.Option("--force", help="also when no training input has changed")] = False,
) -> int:
    """train the engine when its inputs changed"""
    from zhilu.runner.controller import stop_signals_interrupt
    from zhilu.runner.training import train_if_needed

    with stop_signals_interrupt():
        if not train_if_needed(settings(), say, force=force):
            say("the model is up to date")
    return 0
