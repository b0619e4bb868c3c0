"""`zhilu guides print`: the field guides as pages for a printer (A4), with the bodies and phones of the office."""

from __future__ import annotations

import argparse

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.guides import Sheet, load_guides, sheets_of
from knowledge.rules import load_rules
from zhilu.office import read_office
from zhilu.runner.errors import CannotRun
from zhilu.settings import ROOT, Settings

TEMPLATES = ROOT / "bot" / "templates"
STYLE = ROOT / "bot" / "static" / "guide.css"
ALL = "all"


def run_print(settings: Settings, arguments: argparse.Namespace) -> int:
    """One file a sheet and one with all that were asked for; raises CannotRun for a matter that there is not."""
    office = read_office(settings.office_file)
    rules = load_rules(settings.triage_dir)
    sheets = sheets_of(load_guides(settings.guides_dir, rules), rules, office)
    if unknown := [each for each in arguments.matters if each not in sheets]:
        raise CannotRun(f"there is no guide {unknown[0]}: {' '.join(sheets)}")
    chosen = [sheets[name] for name in arguments.matters or sheets]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, pages in [*((each.id, [each]) for each in chosen), (ALL, chosen)]:
        path = arguments.out / f"{name}.html"
        path.write_text(page(pages, office), encoding="utf-8")
        print(path)
    return 0


def page(sheets: list[Sheet], office: object) -> str:
    """One HTML file that needs nothing beside it."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    style = STYLE.read_text(encoding="utf-8")
    title = sheets[0].title if len(sheets) == 1 else "依法分类处理诉求清单"
    return environment.get_template("guide.html").render(sheets=sheets, office=office, title=title, style=style)
