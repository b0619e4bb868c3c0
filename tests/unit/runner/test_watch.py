"""How many deaths in how much time are too many."""

from __future__ import annotations

from zhilu.runner.supervisor import ProcessState
from zhilu.runner.watch import Patience, Watch


def engine(pid: int, state: str = "RUNNING") -> list[ProcessState]:
    return [ProcessState("engine", state, pid, 0.0, "")]


def watch_deaths(watch: Watch, times: list[float]) -> list[str | None]:
    verdicts = []
    watch.died(engine(pid=1), now=0)
    for pid, now in enumerate(times, start=2):
        assert watch.died(engine(pid), now) == ["engine"]
        verdicts.append(watch.hopeless(engine(pid), now))
    return verdicts


def test_one_death_more_than_patience_allows_is_hopeless() -> None:
    assert watch_deaths(Watch(Patience(deaths=2, window=60)), [1, 2, 3]) == [None, None, "engine"]


def test_deaths_spread_over_a_longer_time_are_forgiven() -> None:
    assert watch_deaths(Watch(Patience(deaths=2, window=60)), [1, 50, 100, 150]) == [None] * 4


def test_a_program_without_a_process_counts_as_one_death_not_two() -> None:
    watch = Watch(Patience())
    watch.died(engine(pid=1), now=0)
    assert watch.died(engine(pid=0, state="BACKOFF"), now=1) == ["engine"]
    assert watch.died(engine(pid=2), now=2) == []


def test_what_supervisord_gave_up_on_is_hopeless() -> None:
    assert Watch(Patience()).hopeless(engine(pid=0, state="FATAL"), now=0) == "engine"
