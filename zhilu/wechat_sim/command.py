"""`zhilu wechat simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from zhilu.commands.common import say, settings


def add_to(group: typer.Typer) -> None:
    """Put the command into the group `wechat`."""
    group.command("simulate")(simulate)


def simulate(
    url: Annotated[str, typer.Option("--url", help="where the product runs; else this installation's own")] = "",
) -> int:
    """chat with the running product as a citizen in WeChat, without an account of the office"""
    import asyncio
    import signal

    from zhilu.wechat_sim import console

    given = settings()
    if not given.wechat_on:
        say("# no WeChat account is set. Set this one where the product runs and here, then start both:")
        for line in console.needed_settings():
            say(line)
        return 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever waits for a line can't be told to end
    address = url or f"http://127.0.0.1:{given.public_port}"
    asyncio.run(console.simulate(given, f"{address.rstrip('/')}/wechat", lambda: input("> "), say))
    return 0
