"""What the commands share: groups, late imports, the register, a progress bar."""

from __future__ import annotations

import pkgutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cases.database import Register, UnitOfWork
    from zhilu.settings import Settings

Progress = Callable[[int, int | None], None]  # how much is done, of how much where that is known


def named(name: str | None) -> str | None:
    """Whoever acts has a name: it stands in the audit log."""
    if name is not None and not name.strip():
        raise typer.BadParameter("say who you are: the name stands in the audit log.")
    return name.strip() if name else name


BY = Annotated[str, typer.Option("--by", metavar="NAME", callback=named, help="who you are, for the audit log")]


def group(help: str) -> typer.Typer:
    """A group of commands that explains itself in plain text."""
    return typer.Typer(
        help=help, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=False
    )


def call(name: str, **values: object) -> int:
    """Import `module:function` now and run it with the settings and these values; the exit status."""
    run = pkgutil.resolve_name(name)
    status: int = run(settings(), Namespace(**values))
    return status


def settings() -> Settings:
    """The settings of this installation, read when they are needed."""
    from zhilu.settings import Settings

    return Settings()


def say(line: str) -> None:
    """A line on the standard output, at once."""
    print(line, flush=True)


@contextmanager
def register() -> Iterator[Register]:
    """The register of this installation."""
    from yaml import YAMLError

    from cases.database import create_register
    from cases.house_rules import load_house_rules
    from knowledge.calendar import load_calendar

    given = settings()
    with about(given.calendar_file, ValueError, YAMLError):
        holidays = load_calendar(given.calendar_file)
    with about(given.house_rules_file, ValueError, YAMLError):
        rules = load_house_rules(given.house_rules_file)
    opened = create_register(given.register_url, given.secret("register_key"), holidays=holidays, rules=rules)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """A unit of work on the register of this installation."""
    with register() as opened, opened.unit_of_work() as uow:
        yield uow


@contextmanager
def about(path: Path, *wrong: type[Exception]) -> Iterator[None]:
    """A file that was named and cannot be read or written is one line; `wrong`: what its contents can raise."""
    from zhilu.runner.errors import CannotRun

    faults: tuple[type[Exception], ...] = (OSError, *wrong)
    try:
        yield
    except faults as error:
        if (
            isinstance(error, OSError) and error.strerror is None
        ):  # NotPermitted is one of these, and no fault of a file
            raise
        said = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise CannotRun(f"{path}: {said}") from error


def one_of(name: str, value: str) -> Any:
    """A member of the enumeration `module:class`; a wrong word is told together with the right ones."""
    kinds: type[StrEnum] = pkgutil.resolve_name(name)
    try:
        return kinds(value)
    except ValueError:
        raise typer.BadParameter(f"{value}: one of {', '.join(kinds)}.") from None


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A bar on the terminal, for work that takes a while; nothing where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    with Bars(console=console, transient=True, disable=not sys.stderr.isatty()) as bars:
        task = bars.add_task(title, total=None)

        def step(done: int, of: int | None = None) -> None:
            bars.update(task, completed=done, total=of)

        yield step
