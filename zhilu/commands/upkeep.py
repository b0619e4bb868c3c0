"""What keeps the house in order: database, housekeeping, backups, retention, the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhilu.commands.common import about, call, group, progress, say, settings, unit_of_work

db = group("the database")
jobs = group("the housekeeping")
retention = group("how long what is kept")
audit = group("the audit log")

ARCHIVE = Annotated[Path, typer.Argument(metavar="FILE", help="the archive")]
DRY = Annotated[bool, typer.Option("--dry-run", help="only count what would be deleted")]


def add_to(app: typer.Typer) -> None:
    for name, each in (("db", db), ("jobs", jobs), ("retention", retention), ("audit", audit)):
        app.add_typer(each, name=name)
    app.command()(backup)
    app.command()(restore)


@db.command("migrate")
def db_migrate() -> int:
    """bring the database to the newest schema"""
    from cases.migrate import upgrade

    upgrade(settings().register_url)
    say("the database is up to date")
    return 0


@db.command("grant")
def db_grant(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="the role of PostgreSQL that the programs log in with")],
) -> int:
    """give a service role of PostgreSQL what it needs: the log and the history it can only add to"""
    from cases.grants import grant

    grant(settings().register_url, role)
    say(f"{role} may use the register, and change neither log nor history")
    return 0


@jobs.command("run")
def jobs_run(dry_run: DRY = False) -> int:
    """do the housekeeping now: delete what is kept no longer"""
    _read_tables()
    return call("zhilu.jobs:run_once", dry_run=dry_run)


@jobs.command("list")
def jobs_list() -> int:
    """the housekeeping, and how long what is kept"""
    _read_tables()
    return call("zhilu.jobs:run_list")


def _read_tables() -> None:
    """CannotRun names the table of the office that cannot be read."""
    from yaml import YAMLError

    from knowledge.calendar import load_calendar
    from zhilu.office import read_office
    from zhilu.retention import load_retention

    given = settings()
    with about(given.retention_file, ValueError, YAMLError):
        load_retention(given.retention_file, given)
    with about(given.calendar_file, ValueError, YAMLError):
        load_calendar(given.calendar_file)
    read_office(given.office_file)


@audit.command("verify")
def audit_verify(
    anchor: Annotated[
        str | None, typer.Option("--anchor", help="an older end of the log that it must still hold")
    ] = None,
) -> int:
    """read the whole log: is every row what was written, and none gone"""
    from cases import audit as log

    try:
        held = log.Anchor.read(anchor) if anchor else None
    except ValueError as error:
        raise typer.BadParameter(f"--anchor: {error}.") from None
    with unit_of_work() as uow, progress("audit log") as step:
        report = log.verify(uow, step, held)
    for fault in report.faults:
        say(f"row {fault.row}: {fault.kind}")
    say(f"{report.rows} rows, " + ("every one is what was written" if report.whole else f"{len(report.faults)} faults"))
    return 0 if report.whole else 1


@audit.command("anchor")
def audit_anchor() -> int:
    """the end of the log now, to print and to keep elsewhere"""
    from cases import audit as log

    with unit_of_work() as uow:
        end = log.anchor(uow)
    say(str(end) if end else "the log is empty")
    return 0


@retention.command("list")
def retention_list() -> int:
    """what is kept for how long, on which ground"""
    _read_tables()
    return call("zhilu.retention:run_list")


@retention.command("run")
def retention_run(dry_run: DRY = False) -> int:
    """delete what is kept no longer, filed cases included where the office has set their years"""
    _read_tables()
    return call("zhilu.retention:run_once", dry_run=dry_run)


def backup(target: ARCHIVE) -> int:
    """everything into one archive, also while the servers run; what is personal stays sealed, and the key is not in it"""
    from cases import backup as backups

    given = settings()
    with progress("backup") as step:
        made = backups.backup(given.register_url, given.var_dir / "attachments", target, step)
    say(f"{target}: {len(made.parts)} parts, revision {made.revision}, audit log {made.audit or 'empty'}")
    for each in made.missing:
        say(f"the database names a file that is not there: {each}")
    say("keep the register key elsewhere: without it the archive opens for nobody")
    return 1 if made.missing else 0


def restore(
    archive: ARCHIVE,
    check: Annotated[bool, typer.Option("--check", help="only look whether the archive is whole")] = False,
) -> int:
    """an archive into an empty place: the database of ZHILU_DATABASE_URL (or var), and its files"""
    from cases import backup as backups

    given = settings()
    with progress("restore") as step:
        if check:
            found = backups.verify_backup(archive, step)
        else:
            key, files = given.secret("register_key"), given.var_dir / "attachments"
            found = backups.restore(archive, given.register_url, files, key, step)
    say(f"{len(found.parts)} parts of {found.made_at}, revision {found.revision}: {'whole' if check else 'restored'}")
    return 0
