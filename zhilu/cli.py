"""The command `zhilu`: parse, call, say what went wrong in one line."""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings

Arguments = argparse.Namespace
Run = Callable[[Settings, Arguments], int]


@dataclass(frozen=True)
class Command:
    """A sub-command: `words` after `zhilu`, its options, and what it does. `run` gives the exit status; one that is named
    (`module:function`) is imported when it runs: `zhilu status` must not load a web server."""

    words: str
    help: str
    run: Run | str
    options: Callable[[argparse.ArgumentParser], None] = lambda parser: None


def say(line: str) -> None:
    print(line, flush=True)


def run_up(settings: Settings, arguments: Arguments) -> int:
    from zhilu import up

    (up.up_detached if arguments.detach else up.up)(settings, say)
    return 0


def up_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--detach", action="store_true", help="return once everything answers and leave it running")


def run_stop(settings: Settings, _arguments: Arguments) -> int:
    from zhilu.runner.instance import Instance

    say("stopped" if Instance(settings.var_dir).stop() else "not running")
    return 0


def run_status(settings: Settings, _arguments: Arguments) -> int:
    from zhilu import up

    return 0 if up.status(settings, say) else 3  # as service managers have it: 3 is "not running"


def run_train(settings: Settings, arguments: Arguments) -> int:
    from zhilu.runner.controller import stop_signals_interrupt
    from zhilu.runner.training import train_if_needed

    with stop_signals_interrupt():
        if not train_if_needed(settings, say, force=arguments.force):
            say("the model is up to date")
    return 0


def train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="also when no training input has changed")


def run_migrate(settings: Settings, _arguments: Arguments) -> int:
    from cases.migrate import upgrade

    upgrade(settings.register_url)
    say("the database is up to date")
    return 0


def office_check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="a profile; otherwise the one of ZHILU_OFFICE_FILE")


def import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="a docx, txt or md text, or a folder of them"
    )


def show_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("law", metavar="LAW", help="id, title or abbreviation, such as 信访工作条例")
    parser.add_argument("article", metavar="ARTICLE", help="35, 三十五, 第三十五条, 133之一")


def diff_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON array, with the wordings before and now")


def search_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORDS", nargs="+", help="what a citizen says, or 信访条例 35")
    parser.add_argument("--most", type=int, default=5, help="how many hits (default 5, at most 20)")


def guides_print_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("matters", nargs="*", metavar="MATTER", help="labour, land …; otherwise all of them")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the HTML files")


def questions_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also those that somebody has looked at")
    parser.add_argument("--most", type=int, default=50, help="how many lines (default 50)")


def export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also those that somebody has looked at")
    parser.add_argument("--out", type=Path, help="a CSV file (default: the standard output)")
    parser.add_argument("--done", action="store_true", help="these count as looked at from now on")


def handovers_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--take", metavar="ID", help="note that somebody looks after it")
    parser.add_argument("--by", metavar="NAME", default="", help="with --take: who")
    parser.add_argument("--close", metavar="ID", help="somebody has been helped")


def jobs_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only count what would be deleted")


# Add yours as a row.
COMMANDS = (
    Command("up", "start everything and watch it", run_up, up_options),
    Command("stop", "stop what `zhilu up` started", run_stop),
    Command("status", "which programs run", run_status),
    Command("train", "train the engine when its inputs changed", run_train, train_options),
    Command("guides print", "the field guides as pages for a printer", "zhilu.guides:run_print", guides_print_options),
    Command(
        "office check", "what is missing in the profile of the office", "zhilu.office:run_check", office_check_options
    ),
    Command("jobs run", "do the housekeeping now: delete what is kept no longer", "zhilu.jobs:run_once", jobs_options),
    Command("jobs list", "the housekeeping, and how long what is kept", "zhilu.jobs:run_list"),
    Command("db migrate", "bring the database to the newest schema", run_migrate),
    Command("laws import", "read official texts of laws into the register", "zhilu.laws:run_import", import_options),
    Command("laws list", "which laws are imported", "zhilu.laws:run_list"),
    Command("laws show", "the wording of an article", "zhilu.laws:run_show", show_options),
    Command("laws diff", "which answers imported laws have outdated", "zhilu.laws:run_diff", diff_options),
    Command("questions list", "what was asked and not answered", "zhilu.questions:run_list", questions_options),
    Command("questions export", "the same as CSV", "zhilu.questions:run_export", export_options),
    Command("search", "search answers, terms and imported laws", "zhilu.laws:run_search", search_options),
    Command("handovers", "who waits for a person: danger first", "zhilu.handovers:run", handovers_options),
)


def parser() -> argparse.ArgumentParser:
    """The command line, built from COMMANDS; 'db migrate' becomes a command below a group `db`."""
    top = argparse.ArgumentParser(prog="zhilu", description="Zhilu (指路): guides citizens through petitioning")
    groups = {"": top.add_subparsers(required=True, metavar="COMMAND")}
    for command in COMMANDS:
        group, _, word = command.words.rpartition(" ")
        if group not in groups:
            groups[group] = groups[""].add_parser(group).add_subparsers(required=True, metavar="COMMAND")
        sub = groups[group].add_parser(word, help=command.help, description=command.help)
        command.options(sub)
        sub.set_defaults(run=command.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; exit status 1 with one clear line where something stands in the way."""
    arguments = parser().parse_args(argv)
    try:
        run: Run = pkgutil.resolve_name(arguments.run) if isinstance(arguments.run, str) else arguments.run
        return run(Settings(), arguments)
    except CannotRun as error:
        complain(str(error), error.log)
    except ValidationError as error:
        complain("; ".join(f"{setting(issue['loc'])}{issue['msg']}" for issue in error.errors()))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `zhilu search … | head`: nobody reads on, and Python must not complain while it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 1


def setting(location: tuple[int | str, ...]) -> str:
    return f"setting ZHILU_{str(location[0]).upper()}: " if location else ""


def complain(line: str, log: Sequence[str] = ()) -> None:
    print(f"zhilu: {line}", *(f"  | {entry}" for entry in log), sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
