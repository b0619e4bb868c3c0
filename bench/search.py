"""How fast the staff search answers a keystroke, beside a naive scan of the same texts on the same machine.

    PYTHONPATH=. .venv/bin/python bench/search.py [--laws ../shared/laws] [--queries 300]

Every query is the start of a phrasing of the knowledge base, as far as somebody has typed; every twentieth names an article. Without a folder
of laws only topics are searched.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.search import Search
from knowledge.search_index import tokens
from knowledge.statutes import law_ids, read_statute, statute_files

ROOT = Path(__file__).resolve().parent.parent
SEED = 20261121


@dataclass(frozen=True)
class Article:
    key: str
    law_id: str
    title: str
    in_force: bool
    number: int
    suffix: int
    text: str


def articles_of(base: KnowledgeBase, folder: Path) -> list[Article]:
    statutes = [read_statute(path, law_ids(base)) for path in statute_files([folder])] if folder.is_dir() else []
    return [
        Article(law.key, law.law_id, law.title, law.in_force, each.number, each.suffix, each.text)
        for law in statutes
        for each in law.articles
    ]


def keystrokes(base: KnowledgeBase, count: int) -> list[str]:
    chance = random.Random(SEED)
    phrasings = [phrasing for entry in base for phrasing in entry.phrasings]
    chosen = [phrasing[: chance.randint(2, len(phrasing))] for phrasing in chance.choices(phrasings, k=count)]
    return [f"信访条例 {at % 50 + 1}" if at % 20 == 0 else query for at, query in enumerate(chosen)]


def naive(texts: Sequence[str], query: str) -> list[int]:
    """Every text is looked through for every pair of characters."""
    wanted = set(tokens(query))
    return sorted(range(len(texts)), key=lambda at: -sum(pair in texts[at] for pair in wanted))[:20]


def times(step: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    found = []
    for query in queries:
        start = time.perf_counter()
        step(query)
        found.append((time.perf_counter() - start) * 1000)
    return found


def line(name: str, found: Sequence[float]) -> str:
    cuts = statistics.quantiles(found, n=100)
    return f"{name:<8} p50 {cuts[49]:6.2f} ms   p95 {cuts[94]:6.2f} ms   p99 {cuts[98]:6.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=Path, default=ROOT.parent / "shared" / "laws")
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    base = load_knowledge(ROOT / "data" / "knowledge")
    articles = articles_of(base, options.laws)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    search = Search(base, (), articles)
    built = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    texts = ["\n".join([*entry.texts(), *entry.phrasings]) for entry in base] + [each.text for each in articles]
    queries = keystrokes(base, options.queries)
    ours, scan = times(search.search, queries), times(lambda query: naive(texts, query), queries[:100])
    print(f"{len(base)} topics, {len(articles)} articles; index built in {built:.1f} s of CPU, {grown:.0f} MB at most")
    print(line("search", ours), line("scan", scan), sep="\n")
    print(f"search / scan (p50): {statistics.median(ours) / statistics.median(scan):.2f}")


if __name__ == "__main__":
    main()
