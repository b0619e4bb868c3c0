"""查规定: everything that the staff search looks through, kept in memory and built anew after an import or a publication."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from anyio.to_thread import run_sync

from cases.database import UnitOfWork
from cases.laws import LawRow, Wording, imported_laws, wordings
from desk.bootstrap import DeskServices
from desk.search_ranking import Ranking
from knowledge.entry import Citation, Entry
from knowledge.fingerprints import load_fingerprints
from knowledge.load import load_knowledge
from knowledge.outcome import Ranked
from knowledge.search import LONGEST_QUERY, MOST_HITS, Hit, Kind, Search
from knowledge.statutes import title_key
from knowledge.statutes_diff import Difference, Reason, differences
from knowledge.statutes_text import article_name
from knowledge.terms import Term, folded, load_terms
from zhilu.laws import imported_texts, what_changed

logger = logging.getLogger(__name__)
LOOK_AGAIN = 3.0  # seconds between two looks at whether anything was imported or published
Number = tuple[str, int, int]
"""A law's key, an article's number and the N of its 之N."""
Stamp = tuple[object, ...]


@dataclass(frozen=True)
class Library:
    """One state of topics, terms and imported laws; the office's own facts stand in the texts."""

    entries: Mapping[str, Entry]
    terms: Mapping[str, Term]
    articles: Mapping[Number, Wording]
    names: Mapping[str, str]
    named: Mapping[str, Wording]
    laws: Mapping[str, LawRow]
    citing: Mapping[Number, tuple[str, ...]]
    outdated: Mapping[str, tuple[str, ...]]
    index: Search

    @classmethod
    def read(cls, services: DeskServices, uow: UnitOfWork) -> Self:
        """Everything anew; KnowledgeError, ValueError or OSError where a file cannot be used."""
        settings = services.settings
        base = load_knowledge(settings.knowledge_dir, settings.lessons_dir)
        entries = {entry.id: entry.with_texts(services.office.fill) for entry in base}
        terms = {term.id: term for term in load_terms(settings.terms_file)}
        articles = {(each.key, each.number, each.suffix): each for each in wordings(uow)}
        changed = differences(base, imported_texts(uow), load_fingerprints(settings.fingerprints_file))
        named = [(term.id, "、".join(term.names), term.meaning) for term in terms.values()]
        return cls(
            entries=entries,
            terms=terms,
            articles=articles,
            names={folded(name): term.id for term in terms.values() for name in term.names},
            named={article_id(each): each for each in articles.values()},
            laws={law.key: law for law in imported_laws(uow)},
            citing=cited_by(entries),
            outdated=outdated(changed),
            index=Search(entries.values(), named, articles.values()),
        )

    def _unsure(self, hit: Hit) -> bool:
        """Of two that are equally likely, the one that somebody has checked goes first."""
        return hit.kind is Kind.TOPIC and self.entries[hit.id].unverified

    def wording(self, citation: Citation) -> Wording | None:
        """The imported text of a citation."""
        return self.articles.get((title_key(citation.title), citation.article, 0))

    def search(self, query: str, ranked: tuple[Ranked, ...] = ()) -> list[Hit]:
        """Best first, at most 20; the term that the words name and nothing else goes before everything."""
        hits = sorted(self.index.search(query, ranked), key=lambda hit: (-hit.score, self._unsure(hit)))
        term = self.terms.get(self.names.get(folded(query), ""))
        if term is None:
            return hits
        found = Hit(
            Kind.TERM, term.id, "、".join(term.names), max((hit.score for hit in hits), default=1.0), term.meaning
        )
        others = [hit for hit in hits if (hit.kind, hit.id) != (Kind.TERM, term.id)]
        return [found, *others][:MOST_HITS]


def article_id(article: Wording) -> str:
    """As the hits of the search call it."""
    return f"{article.law_id}:{article.number}" + (f"-{article.suffix}" if article.suffix else "")


def cited_by(entries: Mapping[str, Entry]) -> dict[Number, tuple[str, ...]]:
    """The topics that stand on each article."""
    found: dict[Number, dict[str, None]] = {}
    for entry in entries.values():
        for each in entry.citations:
            found.setdefault((title_key(each.title), each.article, 0), {})[entry.id] = None
    return {number: tuple(topics) for number, topics in found.items()}


def outdated(changed: list[Difference] | tuple[Difference, ...]) -> dict[str, tuple[str, ...]]:
    """What has to be read again of a topic, in words: its law was imported and says something else."""
    found: dict[str, dict[str, None]] = {}
    for each in changed:
        if each.reason is not Reason.NOT_IMPORTED:
            words = f"《{each.title}》{article_name(each.article)}{what_changed(each)}"
            found.setdefault(each.topic, {})[words] = None
    return {topic: tuple(words) for topic, words in found.items()}


def files_stamp(*paths: Path) -> Stamp:
    """Changes when a file is written, added or taken away."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.yml")))
    return tuple((str(file), (found := file.stat()).st_mtime_ns, found.st_size) for file in files)


class SearchDesk:
    """The search of one desk: the library of the moment, and the engine's ranking beside it."""

    def __init__(
        self, services: DeskServices, ranking: Ranking, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._services = services
        self._ranking = ranking
        self._monotonic = monotonic
        self._library: Library | None = None
        self._stamp: Stamp = ()
        self._looked = 0.0
        self._building = threading.Lock()
        self._task: asyncio.Task[None] | None = None

    async def search(self, query: str) -> list[Hit]:
        """Hits for the words so far; the engine's ranking counts where it comes in time."""
        wanted = query.strip()[:LONGEST_QUERY]
        if not wanted:
            return []
        library = await self.library()
        known = tuple(each for each in await self._ranking.of(wanted) if each.topic in library.entries)
        return await run_sync(library.search, wanted, known)

    async def library(self) -> Library:
        """The one of the moment; a newer one is built behind its back."""
        if self._library is None:
            await self.renew()
        elif self._monotonic() - self._looked >= LOOK_AGAIN and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._look())
        assert self._library is not None
        return self._library

    async def library_or_later(self) -> None:
        """At the start; where the files cannot be read yet, the first who asks is told."""
        await self._look()

    async def renew(self) -> None:
        """Read everything again where something has changed since."""
        await run_sync(self._renew)

    async def aclose(self) -> None:
        """Give the engine's connection back."""
        if self._task is not None:
            self._task.cancel()
        await self._ranking.aclose()

    async def _look(self) -> None:
        try:
            await self.renew()
        except Exception as error:  # the outer edge of a job; the library of before serves on
            logger.warning("the search could not be renewed: %s", type(error).__name__)

    def _renew(self) -> None:
        with self._building, self._services.register.unit_of_work() as uow:
            self._looked = self._monotonic()
            stamp = self._stamp_of(uow)
            if self._library is not None and stamp == self._stamp:
                return
            self._library, self._stamp = Library.read(self._services, uow), stamp
            self._ranking.forget()

    def _stamp_of(self, uow: UnitOfWork) -> Stamp:
        settings = self._services.settings
        return (*imported_laws(uow), *files_stamp(settings.knowledge_dir, settings.lessons_dir, settings.terms_file))
