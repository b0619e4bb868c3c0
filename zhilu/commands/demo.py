"""Synthetic cases, for demonstrations and measurements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from zhilu.commands.common import group, progress, register, say, settings

demo = group("synthetic cases, for demonstrations and measurements")


def add_to(app: typer.Typer) -> None:
    app.add_typer(demo, name="demo")


@demo.command("fill")
def demo_fill(
    count: Annotated[int, typer.Argument(metavar="N", min=1, help="how many cases")],
    days: Annotated[int, typer.Option("--days", min=1, help="over how many days up to today they were filed")] = 3
    * 365,
) -> int:
    """fill a register that holds no real case with synthetic ones, whole lives included"""
    from cases.migrate import upgrade
    from cases.synthetic import DEMO_CODE, fill
    from zhilu.runner.errors import CannotRun
    from zhilu.settings import Environment

    if settings().environment is Environment.PRODUCTION:
        raise CannotRun("this is production: synthetic cases go into a register of their own")
    upgrade(settings().register_url)
    with register() as opened, opened.unit_of_work() as uow, progress("synthetic cases") as step:
        done = fill(uow, count, now=datetime.now(UTC), days=days, progress=step)
    say(f"{done} synthetic cases (DEMO-…); the query code of every one is {DEMO_CODE}")
    return 0
