"""python -m bench.register.measure: fills a register with synthetic cases and measures what people and jobs wait for.

On SQLite in a temporary folder, with `--postgres` on a private server that is started for it, with `--url` on one that is there. The
plans of the statements are left in bench/register/plans-*.txt.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, func, make_url, select, text

from bench.register.multiply import multiply
from cases.database import Register, UnitOfWork, create_register
from cases.migrate import upgrade
from cases.models import Case
from cases.queue import Filters, counts, overdue, page
from cases.reminders import overdue as count_overdue
from cases.reminders import tell_of_lateness
from cases.synthetic import DEMO_CODE, fill
from cases.track import track
from petition.days import china_day
from petition.stages import Stage

HERE = Path(__file__).parent
KEY = "a register key for benchmarks, 32 characters"
ROUNDS = 200


@dataclass(frozen=True)
class Measure:
    """Seconds of the same thing done several times."""

    name: str
    seconds: tuple[float, ...]

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return f"| {self.name} | {len(ordered)} | {statistics.median(ordered) * 1000:.1f} | {p99 * 1000:.1f} |"


def timed(name: str, what: Callable[[int], object], rounds: int) -> Measure:
    seconds = []
    for number in range(rounds):
        started = time.perf_counter()
        what(number)
        seconds.append(time.perf_counter() - started)
    return Measure(name, tuple(seconds))


def lookups(register: Register, numbers: list[str], now: datetime) -> list[Measure]:
    def one(uow: UnitOfWork, number: int) -> None:
        track(uow, numbers[number % len(numbers)], DEMO_CODE, client=f"client-{number}", now=now)
        uow.rollback()

    with register.unit_of_work() as uow:
        one(uow, 0)
        return [timed("look-up by number and code", lambda number: one(uow, number + 1), ROUNDS)]


def lists(register: Register, now: datetime) -> list[Measure]:
    everything = Filters(reports=True)
    with register.unit_of_work() as uow:
        first = page(uow, everything, now=now)
        body = uow.session.scalar(select(Case.body).where(Case.body.is_not(None), Case.closed_on.is_(None)).limit(1))
        uow.rollback()
        handling = Filters(stages=frozenset({Stage.HANDLING, Stage.EXTENDED}), body=body, reports=True)
        deep = first.after
        for _ in range(20):
            deep = page(uow, everything, deep, now=now).after or deep
        asked: dict[str, Callable[[int], object]] = {
            "list: all that is open, first page": lambda _: page(uow, everything, now=now),
            "list: the 22nd page": lambda _: page(uow, everything, deep, now=now),
            "list: one organ": lambda _: page(uow, Filters(body=body), now=now),
            "list: one organ, what it handles": lambda _: page(uow, handling, now=now),
            "list: late ones": lambda _: overdue(uow, everything, now=now),
            "counts: the whole office": lambda _: counts(uow, everything, now=now),
            "counts: one organ": lambda _: counts(uow, Filters(body=body), now=now),
        }
        return [timed(name, what, 30) for name, what in asked.items()]


def jobs(register: Register, now: datetime) -> list[Measure]:
    today = china_day(now)
    with register.unit_of_work() as uow:
        return [
            timed("job: count what is late", lambda _: count_overdue(uow, today), 3),
            timed("job: tell every citizen whose office is late", lambda _: tell_of_lateness(uow, now=now), 1),
            timed("job: the same again, nothing left to tell", lambda _: tell_of_lateness(uow, now=now), 1),
        ]


def some_numbers(register: Register, count: int) -> list[str]:
    """Numbers from all over the register."""
    with register.unit_of_work() as uow:
        total = uow.session.scalar(select(func.count()).select_from(Case)) or 0
        step = max(1, total // count)
        ids = select(Case.number, func.row_number().over(order_by=Case.id).label("row")).subquery()
        found = list(uow.session.scalars(select(ids.c.number).where(ids.c.row % step == 0).limit(count)))
    random.Random(1).shuffle(found)
    return found


def write_plans(register: Register, now: datetime, target: Path) -> None:
    """EXPLAIN of every statement that a look-up, a page, the counts and the overdue job ask."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(register.engine, "before_cursor_execute", note)
    numbers = some_numbers(register, 1)
    asked.clear()
    with register.unit_of_work() as uow:
        track(uow, numbers[0], DEMO_CODE, client="plans", now=now)
        uow.rollback()
        page(uow, Filters(reports=True), now=now)
        counts(uow, Filters(reports=True), now=now)
        overdue(uow, Filters(reports=True), now=now)
        count_overdue(uow, china_day(now))
    event.remove(register.engine, "before_cursor_execute", note)
    explain = "EXPLAIN (ANALYZE, BUFFERS)" if register.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with register.engine.connect() as connection, target.open("w", encoding="utf-8") as file:
        for statement, parameters in asked:
            lines = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
            file.write(f"-- {' '.join(statement.split())}\n" + "\n".join(str(line[-1]) for line in lines) + "\n\n")


@contextlib.contextmanager
def database(arguments: argparse.Namespace) -> Iterator[str]:
    """Where the register is."""
    if arguments.url:
        yield arguments.url
    elif arguments.postgres:
        from tests.postgres import cluster

        with cluster(settings=("shared_buffers=512MB", "effective_cache_size=2GB", "random_page_cost=1.1")) as server:
            engine = create_engine(server, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text("CREATE DATABASE bench"))
            engine.dispose()
            yield make_url(server).set(database="bench").render_as_string(hide_password=False)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/register.db"


def prepare(url: str, cases: int, times: int) -> Register:
    """A full register with fresh statistics."""
    upgrade(url)
    register = create_register(url, KEY)
    if cases:
        started = time.perf_counter()
        with register.unit_of_work() as uow:
            fill(
                uow,
                cases,
                now=datetime.now(UTC),
                progress=lambda done, of: print(f"\r{done}/{of}", end="", file=sys.stderr),
            )
        took = time.perf_counter() - started
        print(f"\nfilled {cases} cases in {took:.0f} s: {cases / took:.0f} a second", flush=True)
    if times > 1:
        started = time.perf_counter()
        multiply(url, times)
        print(f"each of them {times} times: {time.perf_counter() - started:.0f} s", flush=True)
    tidy = "VACUUM (ANALYZE)" if register.engine.dialect.name == "postgresql" else "ANALYZE"
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(tidy)
    return register


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50_000, help="how many synthetic cases to make (0: none)")
    parser.add_argument(
        "--times", type=int, default=1, help="PostgreSQL only: copy them inside the database (multiply.py)"
    )
    parser.add_argument("--postgres", action="store_true", help="start a private PostgreSQL for it")
    parser.add_argument("--url", help="a database that is there; it must hold no real case")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    with database(arguments) as url:
        register = prepare(url, arguments.cases, arguments.times)
        try:
            report(register, now)
        finally:
            register.close()
    return 0


def report(register: Register, now: datetime) -> None:
    """The table, and the plans beside it."""
    numbers = some_numbers(register, ROUNDS)
    with register.unit_of_work() as uow:
        total = uow.session.scalar(select(func.count()).select_from(Case))
    print(
        f"\n{register.engine.dialect.name}, {total} cases\n\n| what | times | p50 ms | p99 ms |\n|---|---|---|---|",
        flush=True,
    )
    for measures in (lookups(register, numbers, now), lists(register, now), jobs(register, now)):
        print("\n".join(map(str, measures)), flush=True)
    write_plans(register, now, HERE / f"plans-{register.engine.dialect.name}.txt")


if __name__ == "__main__":
    sys.exit(main())
