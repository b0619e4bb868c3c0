"""The figures as JSON, as Markdown tables and as a bar plot in SVG."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path
from typing import Any

OURS, DIET, LOGREG = "ours", ("diet", "diet-intents"), "logreg"
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A figure of a system: how it is called, read and written; the longest bar, else that of the largest value."""

    name: str
    read: Callable[[Result], float]
    digits: int = 0
    logarithmic: bool = False
    most: float | None = None


COSTS = (
    Figure("training, s", lambda result: result["train"]["wall_s"], 1, True),
    Figure("training, CPU s", lambda result: result["train"]["cpu_s"], 1, True),
    Figure("training peak, MB", lambda result: result["train"]["peak_mb"]),
    Figure("model, MB", lambda result: result["model_mb"], 1),
    Figure("load, s", lambda result: result["load_s"], 1),
    Figure("memory loaded, MB", lambda result: result["loaded_mb"]),
    Figure("memory after 50, MB", lambda result: result.get("settled_mb", result["last_mb"])),
    Figure("p50, ms", lambda result: result["p50_ms"], 1),
    Figure("p95, ms", lambda result: result["p95_ms"], 1),
)
MEMORY, TRAINING = COSTS[6], COSTS[0]
PLOTTED = (COSTS[0], COSTS[6], COSTS[7])
ASKED = ("top1", "top3", "answered_right", "answered_wrong", "offered")
FOREIGN = ("rejected", "accepted", "answered")


def write_reports(results: Mapping[str, Any], folder: Path) -> None:
    """baseline.json, baseline.md and baseline.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    (folder / "baseline.json").write_text(text, encoding="utf-8")
    (folder / "baseline.md").write_text(markdown(results), encoding="utf-8")
    (folder / "baseline.svg").write_text(plot(results["systems"]), encoding="utf-8")


def markdown(results: Mapping[str, Any]) -> str:
    """The report that people read."""
    systems = results["systems"]
    parts = [head(results), cost_table(systems)]
    parts += [score_table(systems, "questions", name, ASKED) for name in names_of(systems, "questions")]
    parts += [score_table(systems, "oos", name, FOREIGN) for name in names_of(systems, "oos")]
    if OURS in systems:
        parts += [ratio_table(systems), aims(systems)]
    return "\n\n".join(part for part in parts if part) + "\n"


def head(results: Mapping[str, Any]) -> str:
    encoder = results.get("encoder")
    converted = (
        f" The encoder's file was converted once, in {encoder['wall_s']:.1f} s, into {encoder['mb']:.0f} MB, "
        "which belong to every system that uses it beside its model."
        if encoder
        else ""
    )
    return (
        f"# Stock Rasa and Zhilu on the same questions\n\n{results['date']}, `{results['command']}`: {results['phrasings']} phrasings of "
        f"{results['topics']} topics and {results['other_examples']} other examples, the same for all; {results['texts']} messages. "
        f"{results['cores']} cores, load {results['load_before']:.1f} before; DIET and ResponseSelector with {results['epochs']} epochs."
        f"{converted}"
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cost_table(systems: Mapping[str, Result]) -> str:
    rows = [
        [result["title"], *(f"{each.read(result):.{each.digits}f}" for each in COSTS)] for result in systems.values()
    ]
    return table(["system", *(each.name for each in COSTS)], rows)


def names_of(systems: Mapping[str, Result], kind: str) -> list[str]:
    return list(dict.fromkeys(name for result in systems.values() for name in result[kind]))


def score_table(systems: Mapping[str, Result], kind: str, name: str, figures: Sequence[str]) -> str:
    """Percent of one set."""
    rows = [
        [result["title"], *(f"{100 * result[kind][name][each]:.1f}" for each in figures)] for result in systems.values()
    ]
    number = next(iter(systems.values()))[kind][name]["n"]
    return f"{name} {kind}, {number} messages, percent:\n\n" + table(
        ["system", *(each.replace("_", " ") for each in figures)], rows
    )


def ratio_table(systems: Mapping[str, Result]) -> str:
    """How many times ours each system costs, and how many points its first guess is behind."""
    ours = systems[OURS]
    rows = [
        [
            result["title"],
            *(f"{each.read(result) / each.read(ours):.2f}" for each in COSTS),
            *(f"{100 * behind(systems, name, each):+.1f}" for each in names_of(systems, "questions")),
        ]
        for name, result in systems.items()
    ]
    points = [f"top1 {each}, points" for each in names_of(systems, "questions")]
    return "Times ours; points more or less than ours:\n\n" + table(
        ["system", *(each.name for each in COSTS), *points], rows
    )


def behind(systems: Mapping[str, Result], name: str, questions: str) -> float:
    return float(systems[name]["questions"][questions]["top1"] - systems[OURS]["questions"][questions]["top1"])


def aims(systems: Mapping[str, Result]) -> str:
    """The aims of the comparison, each against every system it speaks of."""
    rows: list[list[str]] = []
    for name in systems:
        points = 25 if name in DIET else 10 if name == LOGREG else None
        if points is not None:
            rows += [aim(systems, name, each, points) for each in names_of(systems, "questions")]
        if name in DIET:
            rows.append(at_least("training faster than", systems, name, TRAINING, 20))
        if points is not None:
            rows.append(at_least("memory less than", systems, name, MEMORY, 2))
    return "Aims:\n\n" + table(["aim", "here", ""], rows) if rows else ""


def aim(systems: Mapping[str, Result], name: str, questions: str, points: int) -> list[str]:
    lead = -100 * behind(systems, name, questions)
    return [f"top1 {questions}: {points} points more than {name}", f"{lead:.1f}", "met" if lead >= points else "missed"]


def at_least(what: str, systems: Mapping[str, Result], name: str, figure: Figure, times: int) -> list[str]:
    ratio = figure.read(systems[name]) / figure.read(systems[OURS])
    return [f"{what} {name}: {times} times", f"{ratio:.2f}", "met" if ratio >= times else "missed"]


# --- the plot ---------------------------------------------------------------------------------------------------------

LEFT, WIDTH, BAR, GAP, TITLE = 300, 360, 16, 6, 34
FONT = 'font-family="sans-serif" font-size="12"'
COLOURS = {True: "#b3422f", False: "#8a94a3"}


def plot(systems: Mapping[str, Result]) -> str:
    """A panel of bars for each figure, ours in red."""
    panels = [
        Figure(
            f"first guess right, {name}, %",
            lambda result, name=name: 100 * result["questions"][name]["top1"],
            1,
            most=100,
        )
        for name in names_of(systems, "questions")
    ]
    panels += [
        Figure(
            f"out of scope rejected, {name}, %",
            lambda result, name=name: 100 * result["oos"][name]["rejected"],
            1,
            most=100,
        )
        for name in names_of(systems, "oos")
    ]
    height = TITLE + len(systems) * (BAR + GAP)
    drawn = [panel(each, systems, number * height) for number, each in enumerate([*panels, *PLOTTED])]
    total = height * len(drawn) + GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 80}" height="{total}" {FONT}>',
            '<rect width="100%" height="100%" fill="#fff"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def panel(figure: Figure, systems: Mapping[str, Result], top: int) -> str:
    values = {name: figure.read(result) for name, result in systems.items()}
    scale = "  (logarithmic)" if figure.logarithmic else ""
    most = figure.most or max(values.values())
    lines = [f'<text x="8" y="{top + 22}" font-weight="bold">{escape(figure.name + scale)}</text>']
    for number, (name, value) in enumerate(values.items()):
        y = top + TITLE + number * (BAR + GAP)
        width = WIDTH * share(value, most, figure.logarithmic)
        lines += [
            f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(systems[name]["title"])}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{COLOURS[name == OURS]}"/>',
            f'<text x="{LEFT + width + 6:.1f}" y="{y + 12}">{value:.{figure.digits}f}</text>',
        ]
    return "\n".join(lines)


def share(value: float, most: float, logarithmic: bool) -> float:
    """How long the bar is, 0 to 1; a logarithmic one starts at 1."""
    if not logarithmic:
        return value / most if most else 0.0
    return log10(max(value, 1.0)) / log10(most) if most > 1 else 0.0
