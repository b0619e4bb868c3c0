"""Notes what was not answered, not taken and not meant, for whoever looks after the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.heard import Heard
from actions.memory import Memory, nameless
from actions.services import Services
from cases.review import ReviewKind
from knowledge.reply import Kind, Reply


@dataclass(frozen=True)
class Notes:
    """Of one turn outside a form."""

    memory: Memory
    services: Services
    surface: str

    def before(self, heard: Heard, rejected: bool) -> None:
        """The question before: its answer was rejected, or none of its choices was taken."""
        if rejected:
            self._note(ReviewKind.REJECTED, self.memory.question, self.memory.ranked)
        elif self.memory.kind == Kind.CLARIFY and not heard.button:
            self._note(ReviewKind.NOT_TAKEN, self.memory.question, self.memory.ranked)

    def after(self, heard: Heard, replies: Sequence[Reply]) -> None:
        """This question: nothing was known."""
        if not heard.button and any(each.kind == Kind.UNKNOWN for each in replies):
            self._note(ReviewKind.UNKNOWN, nameless(heard), [(each.topic, each.score) for each in heard.topics])

    def _note(self, kind: ReviewKind, text: str, topics: Sequence[tuple[str, float]]) -> None:
        self.services.review.note(kind, text, topics, surface=self.surface)
