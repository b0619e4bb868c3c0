"""python -m bench.desk_figures: how long the figures of the desk take on SQLite with 10,000 synthetic cases of three years."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cases import figures, rates
from cases.database import UnitOfWork, create_register
from cases.figures_places import places
from cases.figures_spikes import spikes
from cases.figures_sql import Seen
from cases.migrate import upgrade
from cases.queue import Filters, counts
from cases.synthetic import fill
from desk.figures import gather, known_places
from desk.figures_rules import Rules
from knowledge.office import load_office
from zhilu.settings import Settings

KEY = "a register key for benchmarks, 32 characters"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'register.db'}"
        upgrade(url)
        register = create_register(url, KEY)
        with register.unit_of_work() as uow:
            fill(uow, arguments.cases, now=NOW)
            report(uow, arguments.cases, arguments.rounds)
        register.close()


def report(uow: UnitOfWork, made: int, rounds: int) -> None:
    settings = Settings()
    rules, known = Rules.load(settings.desk_dir).figures, known_places(load_office(settings.office_file))
    print(f"{made} cases, SQLite; milliseconds, median of {rounds}: on the clock / of the processor\n")
    print("| figures of | all | " + " | ".join(PARTS) + " |\n|" + "---|" * (len(PARTS) + 2))
    for name, days in (("30 days", 30), ("a year", 365), ("three years", 1095)):
        scope = Seen(TODAY - timedelta(days=days - 1), TODAY, TODAY)
        whole = timed(lambda scope=scope: gather(uow, scope, rules, known, now=NOW), rounds)
        parts = [timed(lambda part=part, scope=scope: part(uow, scope), rounds) for part in PARTS.values()]
        print(f"| {name} | {whole} | {' | '.join(parts)} |")


def timed(what: Callable[[], object], rounds: int) -> str:
    seconds = []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        what()
        seconds.append((time.perf_counter() - started, time.process_time() - worked))
    wall, processor = (statistics.median(column) for column in zip(*seconds, strict=True))
    return f"{wall * 1000:.0f} / {processor * 1000:.0f}"


PARTS: dict[str, Callable[[UnitOfWork, Seen], object]] = {
    "intake": figures.intake,
    "places": lambda uow, scope: places(uow, scope, {}),
    "steps": figures.steps,
    "rates": rates.rates,
    "waiting": lambda uow, scope: counts(uow, Filters(), now=NOW),
    "organs": lambda uow, scope: figures.loads(uow, scope, 30),
    "repeats": figures.repeats,
    "spikes": lambda uow, scope: spikes(uow, scope, TODAY, Rules.load(Settings().desk_dir).figures.spikes.numbers),
}

if __name__ == "__main__":
    main()
