"""接手谈话: one look at the register a second for everybody who listens, what a hand-over is about, and words that may be sent."""

from __future__ import annotations

import asyncio
import logging
import time
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from anyio.to_thread import run_sync

from cases import takeover, taking
from cases.database import Register, RegisterFault, UnitOfWork
from cases.policy import NotPermitted, StaffRole
from cases.taking import Watched
from knowledge.catalogue import Catalogue
from knowledge.entry import Audience, Entry
from knowledge.office import Office
from knowledge.render import answer_text
from knowledge.search import Hit, Kind
from knowledge.yamls import read_yaml
from petition.draft import SLOTS
from petition.parties import Confidentiality

logger = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
LONGEST = 1000  # characters of one message
SHORT = 60  # characters of the story in the list
MOST_CANNED = 8
FULL_WIDTH = str.maketrans({"<": "＜", ">": "＞"})  # a messenger may take mark-up for a link
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
UNTOLD = frozenset({"consent", "confirm"})  # steps of the form, nothing about the matter


class Watcher:
    """Looks as long as somebody listens, and tells all of them; several desks each look for themselves."""

    def __init__(self, register: Register, seconds: float = LOOK_SECONDS) -> None:
        self._register = register
        self._seconds = seconds
        self._seen: tuple[Watched, ...] | None = None
        self._version = 0
        self._changed = asyncio.Event()
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None

    async def listen(self, seconds: float) -> AsyncIterator[tuple[Watched, ...] | None]:
        """What there is now and after each change, for so many seconds; None now and then where nothing changes."""
        self._arrive()
        try:
            known, end = 0, time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                changed = self._changed
                if known != self._version:
                    known = self._version
                    yield self._seen
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), min(left, HEARTBEAT_SECONDS))
                except TimeoutError:
                    yield None
        finally:
            self._leave()

    def _arrive(self) -> None:
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_on())

    def _leave(self) -> None:
        self._listeners -= 1
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task, self._seen, self._version = None, None, 0

    async def _look_on(self) -> None:
        while True:
            try:
                self._tell(await run_sync(self._look))
            except RegisterFault as fault:  # it may come back
                logger.error("takeover: the register is away: %s", type(fault).__name__)
            await asyncio.sleep(self._seconds)

    def _look(self) -> tuple[Watched, ...]:
        with self._register.unit_of_work() as uow:
            return taking.watched(uow)

    def _tell(self, seen: tuple[Watched, ...]) -> None:
        if seen == self._seen:
            return
        self._seen, self._version = seen, self._version + 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def news(seen: Iterable[Watched], name: str, roles: frozenset[StaffRole]) -> dict[str, Any]:
    """What the page of `name` is told: how many wait for them, and marks that change with the list and with each talk of theirs.
    Nothing that was said, and nobody's name."""
    seen = tuple(seen)
    waits = [each for each in seen if waits_for(each, roles)]
    mine = [each for each in seen if each.flag.taken_by == name]
    listed = tuple((each.flag.id, each.flag.kind, each.flag.taken_by, each.report, each.left) for each in seen)
    return {
        "list": f"{crc32(repr(listed).encode()):x}",
        "waiting": {each.flag.id: each.danger for each in waits},
        "mine": {each.flag.id: f"{each.flag.kind}-{each.last}-{each.unread}-{each.left:d}" for each in mine},
        "unanswered": {each.flag.id: each.unanswered_since.isoformat() for each in mine if each.unanswered_since},
    }


def waits_for(each: Watched, roles: frozenset[StaffRole]) -> bool:
    """Whether it is for them to take."""
    return each.flag.taken_by is None and taking.may_take(each, roles)


# --- what it is about ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What the citizen told the assistant, masked; `sealed`: it is a report, which whoever looks may not read."""

    rows: tuple[tuple[str, str], ...] = ()
    short: str = ""
    sealed: bool = False


def summary_of(uow: UnitOfWork, handover: str, roles: Collection[StaffRole], t: Catalogue) -> Summary:
    """HandoverNotFound."""
    role = StaffRole.DISCIPLINE if StaffRole.DISCIPLINE in roles else StaffRole.CLERK
    try:
        draft = takeover.draft_of(uow, handover, role)
    except NotPermitted:
        return Summary(sealed=True)
    rows = tuple(
        (SLOTS[slot].title, words_of(slot, value, t))
        for slot, value in draft.items()
        if slot in SLOTS and slot not in UNTOLD
    )
    story = str(draft.get("narrative") or draft.get("request") or "")
    return Summary(rows, story[:SHORT] + ("……" if len(story) > SHORT else ""))


def words_of(slot: str, value: object, t: Catalogue) -> str:
    """A value as it is read."""
    if slot == "amount":
        return t("takeover.yuan", amount=f"{value:,}" if isinstance(value, int | float) else value)
    if slot == "evidence" and isinstance(value, list):
        return t("takeover.files", count=len(value))
    if slot == "confidentiality" and value in list(Confidentiality):
        return Confidentiality(str(value)).label
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


# --- what a clerk says --------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Without mark-up and without what nobody sees."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(FULL_WIDTH)
    return "".join(each for each in lines if each == "\n" or unicodedata.category(each) not in UNSEEN).strip()


@dataclass(frozen=True)
class Canned:
    """Words that a clerk may take over, change and send."""

    title: str
    text: str


def load_canned(path: Path, office: Office) -> tuple[Canned, ...]:
    """Our own sentences, with the facts of the office; ValueError where one is too long or has no title."""
    given: list[Mapping[str, str]] = read_yaml(path)
    found = tuple(Canned(str(each["title"]), office.fill(str(each["text"])).strip()) for each in given)
    for each in found:
        if not each.title or not 0 < len(each.text) <= LONGEST:
            raise ValueError(f"{path.name}: {each.title or '?'}: 1 to {LONGEST} characters")
    return found


def canned_for(query: str, sentences: Iterable[Canned]) -> list[Canned]:
    """Those that have the words."""
    wanted = query.split()
    return [each for each in sentences if all(word in each.title + each.text for word in wanted)]


def answers_of(hits: Iterable[Hit], entries: Mapping[str, Entry]) -> list[Canned]:
    """Topics that are meant for citizens, as plain text that fits into one message."""
    topics = [entries[hit.id] for hit in hits if hit.kind is Kind.TOPIC and hit.id in entries]
    told = [each for each in topics if Audience.CITIZEN in each.audience][:MOST_CANNED]
    return [Canned(each.title, fitting(plain(answer_text(each)))) for each in told]


def fitting(text: str) -> str:
    """Whole lines as far as they fit; the last one, the basis in law, always stays."""
    *lines, basis = text.split("\n")
    while lines and len("\n".join((*lines, basis))) > LONGEST:
        lines.pop()
    return "\n".join((*lines, basis))[:LONGEST]
