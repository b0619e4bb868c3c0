"""The keys that seal what is personal: their versions, new ones, and another register key."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhilu.commands.common import BY, group, progress, register, say, settings, unit_of_work

if TYPE_CHECKING:
    from zhilu.settings import Settings

keys = group("the keys that seal what is personal")

WARNING = (
    "Stop the servers on every machine first: after this they open the register with the new key only.\n"
    "Backups made until now open with the old key only: keep it with them."
)


def add_to(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")


@keys.command("status")
def keys_status() -> int:
    """the versions of the keys, and how much each one seals"""
    from cases.keys import status

    with unit_of_work() as uow:
        for each in status(uow):
            made = each.created_at.date().isoformat() if each.created_at else "-"
            state = f"retired {each.retired_at.date().isoformat()}" if each.retired_at else f"{each.values} values"
            say(f"{each.purpose.ljust(12)}{str(each.version).ljust(4)}{each.key_id}  {made}  {state}")
    return 0


@keys.command("rotate")
def keys_rotate(by: BY) -> int:
    """make new keys and seal everything anew with them; goes on where it was broken off, also while the servers run"""
    from cases.attachments import AttachmentFiles
    from cases.keys import rotate

    given = settings()
    with register() as opened, progress("sealing anew") as step:
        files = AttachmentFiles(given.var_dir / "attachments")
        done = rotate(opened, files, actor=by, now=datetime.now(UTC), progress=lambda _what, count: step(count, None))
    say(f"{done.resealed} values and {done.files} files are sealed anew")
    for each in done.unopened:
        say(f"cannot be opened: {each}")
    return 1 if done.unopened else 0


@keys.command("rewrap")
def keys_rewrap(
    by: BY,
    yes: Annotated[bool, typer.Option("--yes", help="the servers are stopped; without this it is asked")] = False,
) -> int:
    """change the register key itself, with all servers stopped; one that was broken off is finished by a second call"""
    given = settings()
    key_file = _key_file(given)
    say(WARNING)
    if not yes and not typer.confirm("Are all servers stopped?"):
        return 1
    kept = _change_key(given, key_file, by)
    say(f"{key_file} holds the new key; the old one is in {kept}: move it to where the old backups are")
    say("now start the servers, and seal everything anew: zhilu keys rotate")
    return 0


def _key_file(given: Settings) -> Path:
    """Where the register key lies; CannotRun where it can't be changed here."""
    from zhilu.runner.errors import CannotRun
    from zhilu.runner.instance import Instance

    if given.register_key.get_secret_value():
        raise CannotRun(
            f"the register key comes from ZHILU_REGISTER_KEY: put it into {given.secrets_dir / 'register_key'} "
            "(mode 600) and unset the variable, so that the new one can be kept there"
        )
    if pid := Instance(given.var_dir).pid():
        raise CannotRun(f"the servers run (pid {pid}): zhilu stop")
    return given.secrets_dir / "register_key"


def _change_key(given: Settings, key_file: Path, by: str) -> Path:
    """The new key is on the disk before the register asks for it, and takes its place afterwards; where the old one is kept."""
    from cases.keys import rewrap
    from cases.opening import WrongRegisterKey
    from zhilu.settings import read_or_make_secret

    now, draft = datetime.now(UTC), key_file.with_name("register_key.new")
    new = read_or_make_secret(draft)
    _to_disk(draft)
    try:
        with register() as opened:
            rewrap(opened, new, actor=by, now=now)
    except WrongRegisterKey:
        _require_changed(given, new)  # it was broken off between the register and the file
    kept = key_file.with_name(f"register_key.until-{now:%Y%m%dT%H%M%S%f}")
    os.link(key_file, kept)
    draft.replace(key_file)
    _to_disk(key_file.parent)
    return kept


def _require_changed(given: Settings, key: str) -> None:
    """WrongRegisterKey where the register does not open with the new key either."""
    from cases.database import create_register

    create_register(given.register_url, key).close()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
