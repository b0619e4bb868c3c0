"""What leaves the house and what comes back: the outbox, and the exchange with the system above."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhilu.commands.common import BY, about, group, say, unit_of_work
from zhilu.commands.registered import actor

outbox = group("messages that have to leave the house")
exchange = group("the exchange with the system above (上级信访信息系统)")

IDS = Annotated[list[int], typer.Argument(metavar="ID", help="as `zhilu outbox list` shows them")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(outbox, name="outbox")
    app.add_typer(exchange, name="exchange")


@outbox.command("list")
def outbox_list(most: Annotated[int, typer.Option("--most", help="how many lines")] = 50) -> int:
    """how much waits, and what could not be sent"""
    from cases import outbox as box

    with unit_of_work() as uow:
        figures = box.figures(uow, now=datetime.now(UTC))
        letters = box.dead_letters(uow, limit=most)
    for each in letters:
        line = (
            str(each.id),
            each.dead_at.date().isoformat(),
            each.channel,
            each.kind,
            each.number or "-",
            f"{each.attempts}×",
        )
        say("  ".join((*line, each.error)))
    oldest = f", the oldest for {int(figures.oldest.total_seconds() // 60)} minutes" if figures.waiting else ""
    say(f"{figures.waiting} wait{oldest}; {figures.dead} could not be sent")
    return 0


@outbox.command("retry")
def outbox_retry(ids: IDS, by: BY) -> int:
    """try to send them again from the beginning"""
    from cases import outbox as box

    with unit_of_work() as uow:
        say(f"{box.revive(uow, ids, now=datetime.now(UTC), actor=by)} will be sent again")
    return 0


@outbox.command("drop")
def outbox_drop(ids: IDS, by: BY) -> int:
    """never send them"""
    from cases import outbox as box

    with unit_of_work() as uow:
        say(f"{box.drop(uow, ids, now=datetime.now(UTC), actor=by)} will not be sent")
    return 0


@exchange.command("export")
def exchange_export(
    out: Annotated[Path, typer.Option("--out", help="an xlsx or a JSON file")],
    by: BY,
    role: Annotated[list[str], typer.Option("--role", help="what you are: clerk, discipline …")],
    system: Annotated[str, typer.Option("--system", help="a file of data/exchange")] = "national",
    everything: Annotated[bool, typer.Option("--all", help="also what has not changed since the last time")] = False,
) -> int:
    """what is new or has changed, in the columns of the system above"""
    if out.suffix not in (".xlsx", ".json"):
        raise typer.BadParameter("--out: .xlsx or .json.")
    from cases.exchange.export import export_to
    from cases.exchange.mapping import load_mapping

    with unit_of_work() as uow, about(out):
        rows = export_to(
            uow, load_mapping(mapping_of(system)), out, actor(by, role, None), now=datetime.now(UTC), full=everything
        )
    say(f"{out}: {rows} rows" if rows else "nothing is new")
    return 0


@exchange.command("import")
def exchange_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="an xlsx or a JSON file of the system above")],
    system: Annotated[str, typer.Option("--system", help="a file of data/exchange")] = "national",
) -> int:
    """changes of status that came back; a row that does not fit is listed and stops no other"""
    from cases.exchange.incoming import import_from
    from cases.exchange.mapping import load_mapping

    with unit_of_work() as uow, about(file):
        taken = import_from(uow, load_mapping(mapping_of(system)), file, now=datetime.now(UTC))
    for each in taken:
        say("  ".join(part for part in (str(each.line), each.number, str(each.state), each.why) if part))
    counted = Counter(each.state for each in taken)
    say(f"{len(taken)} rows" + "".join(f", {count} {state}" for state, count in counted.items()))
    return 0


def mapping_of(system: str) -> Path:
    """The table of columns of a system above."""
    from zhilu.runner.errors import CannotRun
    from zhilu.settings import ROOT

    path = ROOT / "data" / "exchange" / f"{system}.yml"
    if not path.is_file():
        raise CannotRun(f"there is no {path}")
    return path
