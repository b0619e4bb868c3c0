"""Whose words a text is: the office's own, which may be kept as sound on disk, or a citizen's, which never may.

Nothing is guessed from the words. A reply is the office's own by its kind and because it carries nothing of a citizen; and each of its
sentences must moreover be one that the office has published: a text of a catalogue without a value in it, or of the knowledge base.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.speech.spoken import sentences, shortened
from knowledge.entry import Entry
from knowledge.office import Office
from knowledge.render import answer_reply
from knowledge.replies import Replies
from knowledge.reply import Kind, Reply

OWN = frozenset({Kind.GREETING, Kind.ANSWER, Kind.UNKNOWN, Kind.SAFETY, Kind.HANDOFF})
CITIZENS = ("triage", "draft", "receipt", "resume", "case", "roadmap", "files", "asks")


class Source(StrEnum):
    """Where a text comes from."""

    OFFICE = "office"
    CITIZEN = "citizen"


def source_of(reply: Reply) -> Source:
    """OFFICE only for the kinds that answer everybody alike, and only where no field of the reply belongs to a citizen."""
    own = reply.kind in OWN and not any(getattr(reply, name) for name in CITIZENS)
    return Source.OFFICE if own else Source.CITIZEN


class Published:
    """The sentences that the office has published."""

    def __init__(self, texts: Iterable[str], longest: int) -> None:
        self._sentences = {
            part for text in texts for sentence in sentences(text) for part in (sentence, *shortened(sentence, longest))
        }

    def holds(self, piece: str) -> bool:
        """Whether every sentence of a piece is one of them."""
        return all(each in self._sentences for each in sentences(piece))

    def __len__(self) -> int:
        return len(self._sentences)


def published_texts(catalogue: Mapping[str, str], entries: Iterable[Entry], office: Office) -> Iterable[str]:
    """The catalogue without its values, and what the knowledge base says on the screen and to the ear."""
    yield from catalogue.values()
    for entry in entries:
        reply = answer_reply(entry, office)
        yield reply.text
        yield reply.speech or ""


def plain_texts(replies: Replies) -> dict[str, str]:
    """The texts of the reply catalogue that nothing of a citizen fills: only the office's facts stand in them."""
    texts = {}
    for key in replies:
        with contextlib.suppress(KeyError):  # it waits for a value
            texts[key] = replies.text(key)
    return texts
