"""Danger heard in what somebody says, before anything else: self-harm, violence, an emergency, a threat (data/care.yml)."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from knowledge.reply import Kind, Reply

if TYPE_CHECKING:
    from actions.services import Services

logger = logging.getLogger(__name__)
BLANK = "○"
ENDS = {"text": "", "sentence": "。！？!?；;\n", "clause": "。！？!?；;\n，,、：:"}
LONE_SPACES = re.compile(r"(?<![^\s，。！？!?；;、])(\S)\s+(?=\S(?:\s|$))")  # 「不 想 活」
SPACES = re.compile(r"(?<=[^\s，])[^\S\n]+(?=\S)")
ORNAMENTS = re.compile(r"[*·~_…—\-\u200b-\u200f\ufeff.]+")
FRAGMENT = re.compile(r"<([a-z]+)>")


class Danger(StrEnum):
    """What somebody is in, or says that they will do."""

    SELF_HARM = "self-harm"
    VIOLENCE = "violence"
    EMERGENCY = "emergency"
    THREAT = "threat"


@dataclass(frozen=True)
class Unless:
    """Words around a cue that make it harmless; `despite` in the clause of the cue overrules them."""

    reach: str
    words: re.Pattern[str]
    despite: re.Pattern[str] | None = None

    def excuses(self, text: str, start: int, end: int) -> bool:
        if not self.words.search(around(text, start, end, self.reach)):
            return False
        return not (self.despite and self.despite.search(around(text, start, end, "clause")))


@dataclass(frozen=True)
class Group:
    """Ways of saying one thing."""

    danger: Danger
    cues: re.Pattern[str]
    unless: tuple[Unless, ...]

    def heard_in(self, text: str) -> bool:
        return any(
            not any(each.excuses(text, *match.span()) for each in self.unless) for match in self.cues.finditer(text)
        )


@dataclass(frozen=True)
class Care:
    """Knows danger from what only sounds like it."""

    fold: Mapping[int, str]
    look_alikes: re.Pattern[str]
    groups: tuple[Group, ...]

    def recognise(self, text: str) -> Danger | None:
        """The danger that the text speaks of, the first kind of data/care.yml that fits."""
        plain = self.look_alikes.sub(BLANK, self.plain(text))
        return next((group.danger for group in self.groups if group.heard_in(plain)), None)

    def plain(self, text: str) -> str:
        """One way of writing: simplified, half width punctuation folded, without ornaments; a space parts like a comma."""
        folded = unicodedata.normalize("NFKC", text).lower().translate(self.fold)
        return SPACES.sub("，", LONE_SPACES.sub(r"\1", ORNAMENTS.sub("", folded)))


def around(text: str, start: int, end: int, reach: str) -> str:
    """The clause, the sentence or the whole text in which a cue stands."""
    ends = ENDS[reach]
    while start > 0 and text[start - 1] not in ends:
        start -= 1
    while end < len(text) and text[end] not in ends:
        end += 1
    return text[start:end]


def load_care(path: Path) -> Care:
    """Compiles data/care.yml; raises KeyError for a list that is not there."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    fold = {ord(old): new for old, new in {**data["fold"], ",": "，"}.items()}

    def pattern(alternatives: str | Sequence[str]) -> re.Pattern[str]:
        joined = alternatives if isinstance(alternatives, str) else "|".join(alternatives)
        return re.compile(FRAGMENT.sub(lambda match: f"(?:{data['words'][match[1]]})", joined))

    unless = {
        name: Unless(each["in"], pattern(each["words"]), pattern(each["despite"]) if "despite" in each else None)
        for name, each in data["exceptions"].items()
    }
    groups = tuple(
        Group(Danger(kind), pattern(each["cues"]), tuple(unless[name] for name in each["unless"]))
        for kind, listed in data["kinds"].items()
        for each in listed
    )
    return Care(fold, pattern(data["look-alikes"]), groups)


def reply(danger: Danger, services: Services) -> Reply:
    """Calm words with the numbers that help and where a person is; staff are told by the log, which holds no text."""
    logger.warning("care: kind=%s", danger)
    return Reply(kind=Kind.SAFETY, text=services.replies.text(f"care.{danger}", **services.office.emergency))


def heard(text: str, services: Services) -> list[Reply]:
    """The reply to a danger, if the text speaks of one."""
    danger = services.care.recognise(text) if text else None
    return [reply(danger, services)] if danger else []
