"""The figures as tables: the page, its charts, the Word document and the spreadsheet all show these, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from cases.figures import every_day
from cases.figures_places import Places, split_small
from cases.queue import OPEN
from cases.rates import DEFINITIONS
from desk.cases.filters import NOBODY, Asked
from desk.figures import Numbers
from desk.figures_rules import FigureRules, TableId
from desk.pages import day as day_text
from knowledge.catalogue import Catalogue
from petition.stages import Stage

Cell = str | int
DAYS_BY_DAY, DAYS_BY_WEEK = 45, 200  # a longer period is shown by months
DAYS_ON_PAPER = 16  # more days than that are weeks in a document


@dataclass(frozen=True)
class Row:
    """`size`: what the chart draws; `link`: to the cases."""

    cells: tuple[Cell, ...]
    size: float | None = None
    link: str = ""


@dataclass(frozen=True)
class Table:
    """`note` stands below it; `chart`: how it is drawn, if at all."""

    id: TableId
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    chart: Literal["", "bar", "line"] = ""


@dataclass(frozen=True)
class Writer:
    """Writes the tables; `public`: for a document, where a small place is not named."""

    texts: Catalogue
    rules: FigureRules
    numbers: Numbers
    public: bool = False

    def table(self, id: TableId) -> Table:
        """One of them."""
        rows, columns, chart = _TABLES[id]
        note = f"figures.notes.{id}"
        return Table(
            id,
            self.texts(f"figures.tables.{id}"),
            tuple(self.texts(f"figures.columns.{each}") for each in columns),
            tuple(rows(self)),
            self.texts(note) if note in self.texts else "",
            chart,
        )

    def say(self, key: str, **values: object) -> str:
        return self.texts(f"figures.{key}", **values)

    def cases(self, **asked: object) -> str:
        """The queue with this filter, what is over included."""
        return Asked(body=self.numbers.scope.body or "", closed=True).but(**asked)

    def came(self, **asked: object) -> str:
        """The same, of those that were filed in the period."""
        return self.cases(**{"filed_from": self.numbers.scope.begins, "filed_to": self.numbers.scope.ends} | asked)

    # --- what came ------------------------------------------------------------------------------------------------------------

    def totals(self) -> Iterator[Row]:
        """The numbers to know first."""
        waiting, repeats = self.numbers.waiting, self.numbers.repeats
        yield Row((self.say("rows.registered"), repeats.registered))
        yield Row((self.say("rows.merged"), repeats.merged))
        yield Row((self.say("rows.counted"), self.numbers.intake.total), link=self.came())
        yield Row((self.say("rows.open"), waiting.total), link=self.cases(closed=False))
        yield Row((self.say("rows.late"), waiting.late), link=self.cases(closed=False, due="late"))
        yield Row((self.say("rows.soon"), waiting.soon), link=self.cases(closed=False, due="5"))

    def matters(self) -> Iterator[Row]:
        found = self.numbers.intake.matters
        return self._shares((each.info.title, count, self.came(matter=(each,))) for each, count in found.items())

    def doors(self) -> Iterator[Row]:
        found = self.numbers.intake.doors
        return self._shares((each.label, count, self.came(door=(each,))) for each, count in found.items())

    def types(self) -> Iterator[Row]:
        found = self.numbers.intake.types
        return self._shares((each.label, count, self.came(type=(each,))) for each, count in found.items())

    def places(self) -> Iterator[Row]:
        """In a document no place with a few petitions only: it might tell who it was."""
        found, rest = self.numbers.places, ""
        named: Mapping[str, int] = found.named
        others = 0
        if self.public:
            least = self.rules.places.hidden_below
            named, hidden, others = split_small(found, least)
            rest = self.say("hidden", places=hidden, least=least)
        else:
            named, others = _longest(found, self.rules.places.most)
            rest = self.say("more-places")
        yield from self._shares((name, count, "") for name, count in named.items())
        if others:
            yield Row((rest, others, self._share(others)))
        if found.unnamed:
            yield Row((self.say("unnamed"), found.unnamed, self._share(found.unnamed)))

    def time(self) -> Iterator[Row]:
        """By day, by week or by month, the longer the period is."""
        scope = self.numbers.scope
        days = every_day(self.numbers.intake.days, scope.begins, scope.ends)
        spans: dict[str, list[date]] = {}
        for day in days:
            spans.setdefault(self._span(day, len(days)), []).append(day)
        for name, span in spans.items():
            count = sum(days[day] for day in span)
            yield Row((name, count), count, self.came(filed_from=span[0], filed_to=span[-1]))

    def spikes(self) -> Iterator[Row]:
        for spike in self.numbers.spikes or ():
            before = "、".join(map(str, spike.before))
            matter = spike.matter.info.title
            link = self.came(matter=(spike.matter,), filed_from=self.numbers.spike_day, filed_to=self.numbers.spike_day)
            yield Row((matter, spike.count, before, f"{spike.limit:.1f}"), link=link)

    def repeats(self) -> Iterator[Row]:
        found = self.numbers.repeats
        yield Row((self.say("rows.registered"), found.registered))
        yield Row((self.say("rows.merged"), found.merged))
        yield Row((self.say("rows.late-share"), share(found.merged, found.registered) or self.say("no-data")))
        yield Row((self.say("rows.likely"), found.likely))

    # --- how it went ----------------------------------------------------------------------------------------------------------

    def steps(self) -> Iterator[Row]:
        for each in self.numbers.steps:
            times = (each.median, each.p90, each.longest)
            cells = (self.say("days", days=time) if time is not None else self.say("no-data") for time in times)
            yield Row((self.say(f"steps.{each.step}"), each.count, *cells))

    def rates(self) -> Iterator[Row]:
        basis = {each.id: each.basis for each in DEFINITIONS}
        for each in self.numbers.rates:
            yield Row(
                (each.title, each.text, basis[each.id]), round(100 * each.share, 1) if each.share is not None else None
            )

    def load(self) -> Iterator[Row]:
        stages = self.numbers.waiting.stages
        for stage in (each for each in Stage if each in OPEN and stages.get(each)):
            yield Row((stage.label, stages[stage]), stages[stage], self.cases(closed=False, stage=(stage,)))

    def bodies(self) -> Iterator[Row]:
        for each in self.numbers.loads:
            link = self.cases(closed=False, body=each.body or NOBODY)
            yield Row((each.body or self.say("unassigned"), each.open, each.late), each.open, link)

    def questions(self) -> Iterator[Row]:
        for each in self.numbers.questions:
            yield Row((self.say(f"kinds.{each.kind}"), each.questions, each.times))

    # --- in words -------------------------------------------------------------------------------------------------------------

    def spike_words(self) -> list[str]:
        """What was found on the last day, or that nothing was."""
        found, day = self.numbers.spikes, self.numbers.spike_day
        weeks = self.rules.spikes.weeks
        if found is None:
            return [self.say("spikes-too-early", weeks=weeks)]
        return [
            self.say(
                "spike-found", matter=each.matter.info.title, day=day_text(day), count=each.count, weeks=weeks,
                weekday=self.weekday(day), mean=f"{each.mean:.1f}", limit=f"{each.limit:.1f}",
            )
            for each in found
        ] or [self.say("spikes-none", day=day_text(day))]  # fmt: skip

    def weekday(self, day: date) -> str:
        """星期六."""
        return self.say("weekdays").split()[day.weekday()]

    def period(self) -> str:
        """One day, or from one to the other."""
        begins, ends = day_text(self.numbers.scope.begins), day_text(self.numbers.scope.ends)
        return begins if begins == ends else self.say("period", begins=begins, ends=ends)

    def _span(self, day: date, days: int) -> str:
        if days <= (DAYS_ON_PAPER if self.public else DAYS_BY_DAY):
            return day_text(day)
        begins, ends = self.numbers.scope.begins, self.numbers.scope.ends
        if days <= DAYS_BY_WEEK:
            first = day - timedelta(days=day.weekday())
            last, name, part = first + timedelta(days=6), day_text(max(first, begins)), "week"
        else:
            first = day.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            name, part = self.say("month", year=day.year, month=day.month), "month"
        return self.say(f"{'whole' if begins <= first and last <= ends else 'part'}-{part}", name=name)

    def _shares(self, found: Iterable[tuple[str, int, str]]) -> Iterator[Row]:
        return (Row((name, count, self._share(count)), count, link) for name, count, link in found)

    def _share(self, count: int) -> str:
        return share(count, self.numbers.intake.total)


def share(count: int, total: int) -> str:
    """「12.5 %」; nothing of nothing."""
    return f"{100 * count / total:.1f} %" if total else ""


def without_links(table: Table) -> Table:
    """For whoever may not open the queue."""
    return replace(table, rows=tuple(replace(row, link="") for row in table.rows))


def _longest(found: Places, most: int) -> tuple[dict[str, int], int]:
    named = list(found.named.items())
    return dict(named[:most]), sum(count for _, count in named[most:])


_Rows = Callable[[Writer], Iterator[Row]]
_TABLES: Mapping[TableId, tuple[_Rows, tuple[str, ...], Literal["", "bar", "line"]]] = {
    TableId.TOTALS: (Writer.totals, ("what", "count"), ""),
    TableId.SPIKES: (Writer.spikes, ("matter", "count", "before", "limit"), ""),
    TableId.TIME: (Writer.time, ("day", "count"), "line"),
    TableId.MATTERS: (Writer.matters, ("matter", "count", "share"), "bar"),
    TableId.DOORS: (Writer.doors, ("door", "count", "share"), "bar"),
    TableId.TYPES: (Writer.types, ("type", "count", "share"), "bar"),
    TableId.PLACES: (Writer.places, ("place", "count", "share"), "bar"),
    TableId.RATES: (Writer.rates, ("rate", "value", "basis"), "bar"),
    TableId.STEPS: (Writer.steps, ("step", "done", "median", "p90", "longest"), ""),
    TableId.LOAD: (Writer.load, ("stage", "open"), "bar"),
    TableId.BODIES: (Writer.bodies, ("organ", "open", "late"), ""),
    TableId.REPEATS: (Writer.repeats, ("what", "value"), ""),
    TableId.QUESTIONS: (Writer.questions, ("kind", "questions", "times"), ""),
}
