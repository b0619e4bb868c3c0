"""The command `zhilu`: parse, call, say what went wrong in one line. The commands themselves stand in zhilu/commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from zhilu.commands import (
    answers,
    demo,
    kiosk,
    messages,
    people,
    receptions,
    registered,
    running,
    sealing,
    upkeep,
    wechat,
)
from zhilu.commands.common import group
from zhilu.commands.faults import line_of

WRONG_USE = 2  # as programs have it that are called in a wrong way

# A fault of these is an answer to whoever typed the command, not an accident: one line, no stack trace. Named, so that
# `zhilu status` does not load the register; a module that is not loaded has raised nothing.
ANSWERS = (
    ("zhilu.runner.errors", "CannotRun"),
    ("petition.errors", "PetitionError"),
    ("cases.policy", "NotPermitted"),
    ("cases.opening", "CannotOpen"),
    ("cases.keyring", "WrongKey"),
    ("cases.keys", "KeyFault"),
    ("cases.dumps", "BackupFault"),
    ("cases.acts.approvals", "ApprovalNotFound"),
    ("cases.exchange.sheets", "UnreadableSheet"),
    ("cases.receptions.days", "DayNotFound"),
    ("cases.synthetic", "HoldsRealCases"),
    ("cases.kiosks", "KioskFault"),
)

app = group("Zhilu (指路): guides citizens through petitioning and the legal channels")
for each in (running, answers, registered, people, receptions, messages, upkeep, sealing, wechat, kiosk, demo):
    each.add_to(app)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; exit status 1 with one clear line where something stands in the way."""
    command = typer.main.get_command(app)
    try:
        with command.make_context("zhilu", list(sys.argv[1:] if argv is None else argv) or ["--help"]) as context:
            return command.invoke(context) or 0
    except typer.Exit as ended:
        return ended.exit_code
    except typer.TyperException as error:
        complain(f"{error.format_message()} See: {_where(error)} --help")
        return error.exit_code
    except typer.Abort:
        complain("not confirmed: nothing was done")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `zhilu search … | head`: nobody reads on, and Python must not complain while it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the outer edge: what is no answer goes on as what it is
        if (lines := _answer(error)) is None:
            raise
        complain(*lines)
    return 1


def _answer(error: Exception) -> tuple[str, list[str]] | None:
    """The line for the person at the terminal and what explains it; None for an accident."""
    if type(error).__name__ == "ValidationError" and getattr(error, "title", "") == "Settings":
        return _wrong_settings(error), []
    if _is_wrong_url(error):
        return f"setting ZHILU_DATABASE_URL: {error}", []
    for module, name in ANSWERS:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and isinstance(error, known):
            return line_of(error), list(getattr(error, "log", ()))
    return None


def _is_wrong_url(error: Exception) -> bool:
    """SQLAlchemy's own words for it quote no password."""
    kind = type(error)
    if not kind.__module__.startswith("sqlalchemy."):
        return False
    return kind.__name__ == "NoSuchModuleError" or str(error).startswith("Could not parse SQLAlchemy URL")


def _wrong_settings(error: Exception) -> str:
    from pydantic import ValidationError

    assert isinstance(error, ValidationError)
    return "; ".join(f"{_setting(issue['loc'])}{issue['msg']}" for issue in error.errors())


def _setting(location: tuple[int | str, ...]) -> str:
    return f"setting ZHILU_{str(location[0]).upper()}: " if location else ""


def _where(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "zhilu"


def complain(line: str, log: Sequence[str] = ()) -> None:
    print(f"zhilu: {line}", *(f"  | {entry}" for entry in log), sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
