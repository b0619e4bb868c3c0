"""The words of notices (data/notices.yml): a sentence whose blanks are not known is left out. Nothing personal goes in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from cases.outbox import Backoff
from petition.days import in_words

LONGEST = 400  # six parts of a text message
FROM_CASE = frozenset({"number", "told", "right", "until", "to", "due", "on", "starts", "place", "queue"})
FROM_OFFICE = frozenset({"office", "phone"})
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class NoticeKind(StrEnum):
    """What a citizen is told of."""

    STAGE_CHANGED = "stage-changed"
    RIGHT_EXPIRES = "right-expires"
    OFFICE_LATE = "office-late"
    SUPPLEMENT_RECEIVED = "supplement-received"
    ATTACHMENT_INFECTED = "attachment-infected"
    RECEPTION_TOMORROW = "reception-tomorrow"
    RECEPTION_CANCELLED = "reception-cancelled"
    HEARING_CALLED = "hearing-called"
    HEARING_CALLED_OFF = "hearing-called-off"
    OTHER = "other"


@dataclass(frozen=True)
class NoticeTexts:
    """The sentences of each kind, filled with what a notice carries and with the facts of the office."""

    kinds: Mapping[str, Sequence[str]]
    look: str
    discreet: str
    backoff: Backoff = field(default_factory=Backoff)
    hours: range = range(24)
    facts: Mapping[str, str] = field(default_factory=dict)

    def shown(self, kind: str, payload: Mapping[str, object]) -> str:
        """What stands with the case, where the citizen is already looking."""
        sentences = self.kinds.get(kind, self.kinds[NoticeKind.OTHER])
        return "".join(self._filled(each, payload) for each in sentences)

    def sent(self, kind: str, payload: Mapping[str, object]) -> str:
        """What goes to a phone; of a report or a confidential case only that there is news."""
        if payload.get("discreet"):
            return self._filled(self.discreet, payload)
        return self.shown(kind, payload) + self._filled(self.look, payload)

    def _filled(self, sentence: str, payload: Mapping[str, object]) -> str:
        known = {name: _spoken(value) for name, value in {**payload, **self.facts}.items() if value not in (None, "")}
        return sentence.format_map(known) if _blanks(sentence) <= known.keys() else ""


def load_notice_texts(path: Path, facts: Mapping[str, str]) -> NoticeTexts:
    """The texts of a file; ValueError says what is wrong in it."""
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    sending = read["delivery"]
    hours = range(sending["from_hour"], sending["until_hour"])
    texts = NoticeTexts(read["kinds"], read["look"], read["discreet"], _backoff(sending), hours, facts)
    _check(texts)
    return texts


def _backoff(row: Mapping[str, Any]) -> Backoff:
    backoff = Backoff(
        tries=int(row["tries"]),
        first=timedelta(seconds=row["first_seconds"]),
        longest=timedelta(seconds=row["longest_seconds"]),
        jitter=float(row["jitter"]),
        unsent_at_most=timedelta(days=row["unsent_at_most_days"]),
    )
    if backoff.tries < 1 or not timedelta(0) < backoff.first <= backoff.longest or not 0 <= backoff.jitter < 1:
        raise ValueError("delivery: tries from 1, first_seconds up to longest_seconds, jitter from 0 to below 1")
    return backoff


def _check(texts: NoticeTexts) -> None:
    if not texts.hours or texts.hours[0] < 0 or texts.hours[-1] > 23:
        raise ValueError("delivery: from_hour comes before until_hour, from 0 to 24")
    if set(texts.kinds) != set(NoticeKind):
        raise ValueError(f"notices: needs exactly the kinds {', '.join(NoticeKind)}")
    for kind, (first, *rest) in texts.kinds.items():
        if _blanks(first) != {"number"}:
            raise ValueError(f"{kind}: the first sentence needs the number and nothing else")
        _check_blanks(kind, "".join((first, *rest)), FROM_CASE)
    for name, sentence in (("look", texts.look), ("discreet", texts.discreet)):
        _check_blanks(name, sentence, FROM_CASE & {"number"} | FROM_OFFICE)


def _check_blanks(where: str, text: str, known: frozenset[str]) -> None:
    if unknown := _blanks(text) - known:
        raise ValueError(f"{where}: nobody fills {', '.join(sorted(unknown))}")
    if len(text) > LONGEST:
        raise ValueError(f"{where}: longer than {LONGEST} characters")


def _blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def _spoken(value: object) -> str:
    """A day as people say it: 2026年12月1日."""
    text = str(value)
    if not ISO_DAY.fullmatch(text):
        return text
    return in_words(date.fromisoformat(text))
