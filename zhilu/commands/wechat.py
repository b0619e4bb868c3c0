"""The WeChat official account: its menu, and a simulated platform for whoever has none."""

from __future__ import annotations

from typing import Annotated

import typer

from zhilu.commands.common import call, group
from zhilu.wechat_sim import command as simulated

wechat = group("the WeChat official account")
menu = group("the menu below the conversation")


def add_to(app: typer.Typer) -> None:
    app.add_typer(wechat, name="wechat")
    wechat.add_typer(menu, name="menu")
    simulated.add_to(wechat)


@menu.command("push")
def menu_push(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show the menu and what would change")] = False,
) -> int:
    """put the menu of data/wechat/menu.yml into the account"""
    return call("zhilu.wechat:push_menu", dry_run=dry_run)
