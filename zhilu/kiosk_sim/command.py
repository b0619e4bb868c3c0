"""`zhilu kiosk simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from zhilu.commands.common import say, settings


def add_to(group: typer.Typer) -> None:
    """Put the command into the group `kiosk`."""
    group.command("simulate")(simulate)


def simulate(
    port: Annotated[int, typer.Option("--port", help="else that of ZHILU_KIOSK_BRIDGE_PORT")] = 0,
    token: Annotated[str, typer.Option("--token", help="else that of a machine that needs no registration")] = "",
    origin: Annotated[
        list[str] | None, typer.Option("--origin", help="where the pages come from; more than once")
    ] = None,
    card: Annotated[tuple[str, str], typer.Option("--card", help="name and address on the card")] = (
        "张三",
        "示例县示例镇河边村三组十二号",
    ),
    trouble: Annotated[
        str, typer.Option("--trouble", help="no-card, unreadable, unplugged, slow or no-paper, from the start")
    ] = "none",
    reader: Annotated[bool, typer.Option(help="whether there is a card reader")] = True,
    printer: Annotated[bool, typer.Option(help="whether there is a printer of queue numbers")] = True,
) -> int:
    """a bridge with a simulated card reader and printer on this machine; its troubles can be set while it runs"""
    import asyncio
    import contextlib

    from zhilu.commands.common import one_of
    from zhilu.kiosk_sim import console
    from zhilu.kiosk_sim.devices import Card, CardReader, TicketPrinter
    from zhilu.kiosks import bridge_token, origins_of

    given = settings()
    if not (port or given.kiosk_bridge_port):
        raise typer.BadParameter("no port: set ZHILU_KIOSK_BRIDGE_PORT here and where the product runs, or say --port.")
    simulation = console.Simulation(
        port=port or given.kiosk_bridge_port,
        token=token or bridge_token(given),
        origins=tuple(origin or origins_of(given)),
        reader=CardReader(Card(*card)) if reader else None,
        printer=TicketPrinter(say) if printer else None,
        say=say,
    )
    simulation.set_trouble(one_of("zhilu.kiosk_sim.devices:Trouble", trouble))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(simulation.run())
    return 0
