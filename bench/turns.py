"""Time of a turn by kind and by part through the public API, memory, disk and start-up of the three servers.

    .venv/bin/python -m bench.turns                                   its own stack, one user
    .venv/bin/python -m bench.turns --users 4 --rounds 20 --json turns.json
    .venv/bin/python -m bench.turns --base-url http://127.0.0.1:8000  a stack that runs already (a test register: cases are filed)

With one user the exit code is 1 where an aim is missed. Figures: bench/README.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions.dialogue import load_dialogue
from knowledge.entry import Audience
from knowledge.load import load_knowledge
from knowledge.office import load_office
from knowledge.outcome import Ranked, decide
from knowledge.render import answer_reply
from tests.e2e.citizen import ANSWERS, Citizen, receipt_in
from tests.e2e.stack import NAMES, Stack
from zhilu.settings import ROOT, Settings

KINDS = ("greeting", "question", "triage", "form", "digression", "confirm", "status")
PARTS = ("nlu", "policy", "action", "store", "engine", "channel")
TIMING = re.compile(r"([\w-]+);dur=([\d.]+)")
AIMS = {
    "form turn p50, ms": 20.0,
    "question p50, ms": 35.0,
    "engine memory, MB": 450.0,
    "engine environment, MB": 1000.0,
}
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "文华明志国春秀玉兰海建德永安平英"
DIGRESSIONS = ("信访多久有结果？", "匿名反映行不行？", "对答复不服怎么办？", "信访要交钱吗？", "我可以撤回吗？")
QUESTIONS_A_ROUND = 5


@dataclass(frozen=True)
class Sample:
    """One turn: what kind, how long for the client, and the parts that Server-Timing names. Milliseconds."""

    kind: str
    wall: float
    parts: Mapping[str, float]


@dataclass
class User:
    """One citizen after another, at one connection each, saying what has not been said before."""

    base_url: str
    questions: Iterator[str]
    random: random.Random
    samples: list[Sample] = field(default_factory=list)

    def round(self) -> None:
        """A few questions, a story, a filing with a digression, and a look at the case."""
        with Citizen(self.base_url) as citizen:
            self.say(citizen, "greeting", self.random.choice(("你好", "您好", "在吗", "你好啊")))
            for _ in range(QUESTIONS_A_ROUND):
                self.say(citizen, "question", next(self.questions))
        answers = self.answers()
        with Citizen(self.base_url) as citizen:
            self.say(citizen, "triage", answers["narrative"])
        with Citizen(self.base_url) as citizen:
            receipt = self.file(citizen, answers)
            citizen.say("/status")
            citizen.say(receipt[0])
            self.say(citizen, "status", receipt[1])

    def file(self, citizen: Citizen, answers: Mapping[str, str]) -> tuple[str, str]:
        citizen.say("/file")
        digressed = False
        while (slot := citizen.asked) != "confirm":
            if slot == "name" and not digressed:
                digressed = True
                self.say(citizen, "digression", self.random.choice(DIGRESSIONS))
                continue
            self.say(citizen, "form", answers.get(str(slot), "/skip"))
        self.say(citizen, "confirm", "/affirm")
        receipt = receipt_in(citizen.replies)
        assert receipt, citizen.replies
        return receipt

    def say(self, citizen: Citizen, kind: str, words: str) -> None:
        started = time.perf_counter()
        citizen.say(words)
        wall = (time.perf_counter() - started) * 1000
        assert "notice" not in citizen.kinds, citizen.replies
        timing = citizen.last.headers.get("Server-Timing", "")
        self.samples.append(Sample(kind, wall, {name: float(spent) for name, spent in TIMING.findall(timing)}))

    def answers(self) -> dict[str, str]:
        """Another person with another story, so that no vector comes from the encoder's memory."""
        draw = self.random
        year, money = draw.randint(2019, 2025), draw.randint(3000, 90000)
        boss = draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, 2))
        return {
            **ANSWERS,
            "narrative": f"我{year}年在{boss}的工地上干了{draw.randint(2, 11)}个月，工钱{money}元一直没有给，找了他{draw.randint(3, 30)}次都说没钱。",
            "request": f"要求{boss}把工钱{money}元付清，再给一个书面的说法",
            "name": draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, 2)),
            "address": f"清河区柳树巷{draw.randint(1, 400)}号{draw.randint(1, 9)}单元",
            "phone": f"139{draw.randint(0, 99_999_999):08d}",
            "amount": f"{money}元",
        }


def questions(settings: Settings, draw: random.Random) -> Iterator[str]:
    """Phrasings of the knowledge base, each time with other words before, so that none is known by heart."""
    entries = load_knowledge(settings.knowledge_dir).entries
    known = [each for entry in entries.values() if Audience.CITIZEN in entry.audience for each in entry.phrasings]
    draw.shuffle(known)
    for number in itertools.count():
        for phrasing in known:
            yield phrasing if number == 0 else f"{draw.choice(SURNAMES)}师傅，麻烦问一下，{phrasing}，{number}"


def measure_search(settings: Settings) -> list[float]:
    """Milliseconds of deciding on a ranking and rendering the answer, for every topic; it is a piece of `action`."""
    entries, office = load_knowledge(settings.knowledge_dir).entries, load_office(settings.office_file)
    thresholds = load_dialogue(settings.dialogue_file).outcomes
    ids, times = list(entries), []
    for topic in ids:
        others = [each for each in ids if each != topic][:5]
        ranking = [Ranked(topic, 0.8), *(Ranked(each, 0.04) for each in others)]
        started = time.perf_counter()
        decision = decide(ranking, 0.9, thresholds)
        answer_reply(entries[decision.topics[0]], office, decision.topics[1:4]).as_dict()
        times.append((time.perf_counter() - started) * 1000)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank; NaN where there is nothing."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else math.nan


def summarise(samples: Sequence[Sample]) -> dict[str, dict[str, Any]]:
    """For each kind: how many, and p50 and p99 of the whole and of each part."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.kind].append(sample)
    return {kind: {"n": len(groups[kind]), **percentiles(groups[kind])} for kind in KINDS if kind in groups}


def percentiles(samples: Sequence[Sample]) -> dict[str, dict[str, float]]:
    series = {"wall": [sample.wall for sample in samples]}
    series |= {part: [sample.parts.get(part, 0.0) for sample in samples] for part in PARTS}
    return {name: p50_p99(values) for name, values in series.items()}


def p50_p99(values: Sequence[float]) -> dict[str, float]:
    return {"p50": round(percentile(values, 0.5), 3), "p99": round(percentile(values, 0.99), 3)}


def resident_mb(pid: int) -> float:
    """Of the process and of what it has started: the public server is a keeper and its worker."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(resident_mb(int(each)) for each in children)


def size_on_disk_mb(folder: Path) -> float:
    """Blocks of every file, each inode once."""
    inodes = {(status.st_dev, status.st_ino): status.st_blocks for status in map(os.lstat, all_files(folder))}
    return sum(inodes.values()) * 512 / 1e6


def all_files(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in names)


@contextmanager
def own_stack(facts: dict[str, float]) -> Iterator[Stack]:
    """A stack in a temporary folder; notes how long it took to start."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "var")
        stack.prepare()
        try:
            started = time.perf_counter()
            stack.start()
            facts["start-up, s"] = time.perf_counter() - started
            yield stack
        finally:
            stack.stop()


def run(base_url: str, users: int, rounds: int, seed: int) -> tuple[list[Sample], float]:
    """All samples but those of a first round that warms up; and the turns per second."""
    settings = Settings()
    everybody = []
    for number in range(users):
        draw = random.Random(seed + number)
        everybody.append(User(base_url, questions(settings, draw), draw))
    for user in everybody:
        user.round()
        user.samples.clear()
    started = time.perf_counter()
    with ThreadPoolExecutor(users) as pool:
        list(pool.map(lambda user: [user.round() for _ in range(rounds)], everybody))
    samples = [sample for user in everybody for sample in user.samples]
    return samples, len(samples) / (time.perf_counter() - started)


def show(result: Mapping[str, Any]) -> None:
    """Two tables, p50 / p99 in milliseconds, and the other figures."""
    columns = ("wall", *PARTS)
    print(f"{'p50 / p99, ms':<14}{'n':>6}" + "".join(f"{name:>16}" for name in columns))
    for kind, row in result["turns"].items():
        cells = (f"{row[name]['p50']:.1f} / {row[name]['p99']:.1f}" for name in columns)
        print(f"{kind:<14}{row['n']:>6}" + "".join(f"{cell:>16}" for cell in cells))
    search = result["search"]
    print(f"\nsearch (in action, in-process): {search['p50']:.3f} / {search['p99']:.3f} ms")
    for name, value in result["facts"].items():
        print(f"{name:<28}{value:>9.1f}")
    for name, aim in AIMS.items():
        if name in result["aims"]:
            value = result["aims"][name]
            print(f"aim: {name:<24}{value:>9.1f} of {aim:g}  {'met' if value <= aim else 'MISSED'}")


def aims(turns: Mapping[str, Any], facts: Mapping[str, float]) -> dict[str, float]:
    """The figures that are aimed at, as far as they were measured."""
    measured = {
        "form turn p50, ms": turns["form"]["wall"]["p50"],
        "question p50, ms": turns["question"]["wall"]["p50"],
        "engine memory, MB": facts.get("memory of engine, MB"),
        "engine environment, MB": facts.get("engine environment, MB"),
    }
    return {name: value for name, value in measured.items() if value is not None}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    facts: dict[str, float] = {}
    if options.base_url:
        samples, rate = run(options.base_url, options.users, options.rounds, options.seed)
    else:
        with own_stack(facts) as stack:
            samples, rate = run(stack.base_url, options.users, options.rounds, options.seed)
            facts |= {f"memory of {name}, MB": resident_mb(stack.pid(name)) for name in NAMES}
            facts["engine environment, MB"] = size_on_disk_mb(ROOT / "engine" / ".venv")
    facts |= {"users": float(options.users), "turns a second": rate, "load average": os.getloadavg()[0]}
    turns = summarise(samples)
    search = p50_p99(measure_search(Settings()))
    alone = options.users == 1  # the aims are for one user
    return {"turns": turns, "search": search, "facts": facts, "aims": aims(turns, facts) if alone else {}}


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", help="a running public server; without it a stack of its own is started")
    parser.add_argument("--users", type=int, default=1, help="at the same time")
    parser.add_argument("--rounds", type=int, default=30, help="of every user; some 20 turns each")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    result = measure(options)
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(any(value > AIMS[name] for name, value in result["aims"].items()))


if __name__ == "__main__":
    sys.exit(main())
