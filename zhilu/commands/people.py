"""For people: who waits for a person, reception days, and what a citizen may ask about their data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from zhilu.commands.common import BY, call, group, one_of, say, settings, unit_of_work
from zhilu.commands.registered import HOUSE, NUMBER, ROLES, actor, case_id

rights = group("what a citizen may ask about their data (《个人信息保护法》第四十四条至第四十七条)")

OUT = Annotated[Path, typer.Option("--out", help="the ZIP file to write, for the citizen alone")]


def add_to(app: typer.Typer) -> None:
    app.command()(handovers)
    app.add_typer(rights, name="rights")


def handovers(
    take: Annotated[str | None, typer.Option("--take", metavar="ID", help="note that somebody looks after it")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="with --take: who")] = "",
    close: Annotated[str | None, typer.Option("--close", metavar="ID", help="somebody has been helped")] = None,
) -> int:
    """who waits for a person: danger first"""
    return call("zhilu.handovers:run", take=take, by=by, close=close)


@rights.command("export")
def rights_export(number: NUMBER, out: OUT, by: BY, role: ROLES, house: HOUSE = None) -> int:
    """everything that is kept of a case, to see and to take along"""
    from cases.attachments import AttachmentFiles
    from cases.rights.requests import export

    files = AttachmentFiles(settings().var_dir / "attachments")
    with unit_of_work() as uow, private(out) as target:
        done = export(uow, files, case_id(uow, number), actor(by, role, house), target, now=datetime.now(UTC))
    say(f"{out}: {done.number}, {done.files} files, sha256 {done.sha256}")
    return 0


@rights.command("correct")
def rights_correct(
    number: NUMBER,
    what: Annotated[str, typer.Argument(metavar="FIELD", help="name, address or phone")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="what is right")],
    by: BY,
    role: ROLES,
    house: HOUSE = None,
    party: Annotated[int, typer.Option("--party", help="which person of the case, the petitioner is 0")] = 0,
) -> int:
    """put right what is wrong about a person"""
    from cases.rights.requests import correct

    kind = one_of("cases.rights.requests:PartyField", what)
    with unit_of_work() as uow:
        correct(uow, case_id(uow, number), actor(by, role, house), party, kind, value, now=datetime.now(UTC))
    say("corrected")
    return 0


@rights.command("erase")
def rights_erase(
    number: NUMBER,
    out: OUT,
    by: BY,
    role: ROLES,
    house: HOUSE = None,
    yes: Annotated[bool, typer.Option("--yes", help="it cannot be undone; without this it is asked")] = False,
) -> int:
    """hand everything out, then erase it; the case keeps its number and its history"""
    from cases.attachments import AttachmentFiles
    from cases.rights.requests import erase

    if not yes and not typer.confirm(f"erase everything personal of {number}?"):
        return 1
    files = AttachmentFiles(settings().var_dir / "attachments")
    with unit_of_work() as uow, private(out) as target:
        done = erase(uow, files, case_id(uow, number), actor(by, role, house), target, now=datetime.now(UTC))
    say(f"{done.number} is erased; what was kept is in {out}, sha256 {done.sha256}")
    return 0


@contextmanager
def private(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone; none is left where something goes wrong, and none is overwritten."""
    from zhilu.runner.errors import CannotRun

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotRun(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
