"""The desk on a register of synthetic cases: queue and case page, as a browser waits for them.

`.venv/bin/python -m bench.desk --cases 10000`: the desk runs in this process, each request goes through the whole application with its
session, its permission and its audit row; printed is what it takes from the request to the last byte of the page.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import httpx
from sqlalchemy import select

from cases.models import Case
from cases.synthetic import fill
from tests.unit.desk.factories import Desk, make_desk

AIM_MS = 100
PAGES = {
    "queue": "/cases",
    "queue, late": "/cases?due=late",
    "queue, filtered": "/cases?matter=labour&stage=handling",
    "queue, everything": "/cases?closed=1",
}


async def timed(browser: httpx.AsyncClient, address: str) -> tuple[float, float]:
    """Milliseconds on the wall, and of the processor: what is more on the wall is the disk, or somebody else's work."""
    begun, used = perf_counter(), process_time()
    answer = await browser.get(address)
    took = (perf_counter() - begun) * 1000, (process_time() - used) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def some_cases(desk: Desk, count: int) -> list[str]:
    """Numbers from all over the register, none of a report."""
    with desk.register.unit_of_work() as uow:
        wanted = select(Case.number).where(Case.type != "report").order_by(Case.id).limit(count)
        return list(uow.session.scalars(wanted))


def told(name: str, took: list[tuple[float, float]]) -> bool:
    """One line; whether the aim is met."""
    ordered, cpu = sorted(wall for wall, _ in took), statistics.median(used for _, used in took)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(
        f"{name:22} n={len(took):4} p50 {middle:7.1f} ms  p95 {late:7.1f} ms  cpu {cpu:6.1f} ms  {'met' if late <= AIM_MS else 'MISSED'}"
    )
    return late <= AIM_MS


async def measure(cases: int, rounds: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder), now=datetime.now(UTC))
        begun = perf_counter()
        with desk.register.unit_of_work() as uow:
            fill(uow, cases, now=desk.services.clock())
        print(f"{cases} cases in {perf_counter() - begun:.0f} s")
        browser = await desk.sign_in("clerk")
        await timed(browser, "/cases")
        met = [told(name, [await timed(browser, address) for _ in range(rounds)]) for name, address in PAGES.items()]
        numbers = some_cases(desk, rounds)
        await timed(browser, f"/cases/{numbers[0]}")
        met.append(told("case", [await timed(browser, f"/cases/{each}") for each in numbers]))
        await browser.aclose()
        desk.services.close()
        return all(met)


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    given.add_argument("--cases", type=int, default=10_000)
    given.add_argument("--rounds", type=int, default=50)
    args = given.parse_args()
    return 0 if asyncio.run(measure(args.cases, args.rounds)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
