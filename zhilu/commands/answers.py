"""What Zhilu answers with: laws, guides, search, questions that had no answer, the profile of the office."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhilu.commands.common import call, group

laws = group("official texts of laws in the register")
guides = group("the field guides")
questions = group("what was asked and not answered")
office = group("the profile of the office")

EVERYTHING = Annotated[bool, typer.Option("--all", help="also those that somebody has looked at")]


def add_to(app: typer.Typer) -> None:
    for name, each in (("laws", laws), ("guides", guides), ("questions", questions), ("office", office)):
        app.add_typer(each, name=name)
    app.command()(search)


@laws.command("import")
def laws_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="a docx, txt or md text, or a folder of them")],
) -> int:
    """read official texts of laws into the register"""
    return call("zhilu.laws:run_import", files=files)


@laws.command("list")
def laws_list() -> int:
    """which laws are imported"""
    return call("zhilu.laws:run_list")


@laws.command("show")
def laws_show(
    law: Annotated[str, typer.Argument(metavar="LAW", help="id, title or abbreviation, such as 信访工作条例")],
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="35, 三十五, 第三十五条, 133之一")],
) -> int:
    """the wording of an article"""
    return call("zhilu.laws:run_show", law=law, article=article)


@laws.command("diff")
def laws_diff(
    json: Annotated[bool, typer.Option("--json", help="a JSON array, with the wordings before and now")] = False,
) -> int:
    """which answers imported laws have outdated"""
    return call("zhilu.laws:run_diff", json=json)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="what a citizen says, or 信访条例 35")],
    most: Annotated[int, typer.Option("--most", help="how many hits, at most 20")] = 5,
) -> int:
    """search answers, terms and imported laws"""
    return call("zhilu.laws:run_search", words=words, most=most)


@guides.command("print")
def guides_print(
    out: Annotated[Path, typer.Option("--out", help="the folder for the HTML files")],
    matters: Annotated[
        list[str] | None, typer.Argument(metavar="MATTER", help="labour, land …; otherwise all of them")
    ] = None,
) -> int:
    """the field guides as pages for a printer"""
    return call("zhilu.guides:run_print", matters=matters or [], out=out)


@questions.command("list")
def questions_list(
    everything: EVERYTHING = False, most: Annotated[int, typer.Option("--most", help="how many lines")] = 50
) -> int:
    """what was asked and not answered"""
    return call("zhilu.questions:run_list", all=everything, most=most)


@questions.command("export")
def questions_export(
    everything: EVERYTHING = False,
    out: Annotated[Path | None, typer.Option("--out", help="a CSV file, otherwise the standard output")] = None,
    done: Annotated[bool, typer.Option("--done", help="these count as looked at from now on")] = False,
) -> int:
    """the same as CSV"""
    return call("zhilu.questions:run_export", all=everything, out=out, done=done)


@office.command("check")
def office_check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="a profile; otherwise the one of ZHILU_OFFICE_FILE")
    ] = None,
) -> int:
    """what is missing in the profile of the office"""
    return call("zhilu.office:run_check", file=file)
