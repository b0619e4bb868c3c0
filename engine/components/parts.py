"""Several questions in one message: each of them is understood by itself, beside the message as a whole.

The splitter puts the questions behind the message, so that features and classifier see them in the same batch; the
gatherer takes them away again and leaves what was understood of them with their message.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from engine.components.classifier import NEAREST, TOPICS

PARTS = "parts"
PART_OF = "part_of"
BUTTON = "/"
NEVER = r"(?!)"
CUTS = re.compile(r"(?<=[?？。！!；;，,、\n])|(?<=吗)(?=\w{3})")
ENDS = "?？。！!；;，,、 \n"
QUESTION_MARKS = ("?", "？")


class Preparing(GraphComponent):
    """A component without anything learned."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._config = {**self.get_default_config(), **config}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Preparing":
        return cls(config)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuestionSplitter(Preparing):
    """Adds a message for each of the questions of a message that holds at least two, and for the one question that
    stands behind an opening such as 「不对，我问的是」."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """asks: what makes a clause a question; joins: words that open a further one; openings: what is left off;
        most: questions in one message, beyond which it is no list of questions; longest: characters of a message that
        is looked at."""
        return {"asks": NEVER, "joins": NEVER, "openings": NEVER, "most": 3, "longest": 160}

    def __init__(self, config: Dict[Text, Any]) -> None:
        super().__init__(config)
        self._asks, self._joins, self._openings = (
            re.compile(self._config[name] or NEVER) for name in ("asks", "joins", "openings")
        )

    def process(self, messages: List[Message]) -> List[Message]:
        parts = [
            Message(data={TEXT: text, PART_OF: number})
            for number, message in enumerate(messages)
            for text in self.questions(message.get(TEXT) or "")
        ]
        return messages + parts

    def questions(self, text: Text) -> List[Text]:
        """The questions of a text, or none where it is a single one and nothing is to be left off."""
        if text.startswith(BUTTON) or len(text) > self._config["longest"]:
            return []
        opening = self._openings.match(text)
        rest = text[opening.end() :].strip(ENDS) if opening else text
        found = self._cut(rest)
        if 2 <= len(found) <= self._config["most"]:
            return found
        return [rest] if opening and rest else []

    def _cut(self, text: Text) -> List[Text]:
        """Each question with the statements that lead to it; what follows the last one belongs to it."""
        cut: List[Text] = []
        told = ""
        for clause in self._clauses(text):
            told += clause
            if clause.rstrip().endswith(QUESTION_MARKS) or self._asks.search(clause):
                cut, told = [*cut, told], ""
        if told and cut:
            cut[-1] += told
        return [part for part in (self._joins.sub("", each, count=1).strip(ENDS) for each in cut) if part]

    def _clauses(self, text: Text) -> List[Text]:
        """Cut behind every mark, and before a joining word such as 「还有」 wherever it stands."""
        marked = [clause for clause in CUTS.split(text) if clause.strip(ENDS)]
        clauses: List[Text] = []
        for clause in marked:
            join = self._joins.search(clause, 1)
            clauses += [clause[: join.start()], clause[join.start() :]] if join else [clause]
        return clauses


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PartsGatherer(Preparing):
    """Sets `parts` ([{"text", "topics", "nearest"}], in their order) of a message that was split."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """topics: how many of each part are reported."""
        return {"topics": 3}

    def process(self, messages: List[Message]) -> List[Message]:
        whole = [message for message in messages if message.get(PART_OF) is None]
        for part in messages:
            if part.get(PART_OF) is not None:
                owner = whole[part.get(PART_OF)]
                owner.set(PARTS, [*(owner.get(PARTS) or []), self._understood(part)], add_to_output=True)
        return whole

    def _understood(self, part: Message) -> Dict[Text, Any]:
        topics = (part.get(TOPICS) or [])[: self._config["topics"]]
        return {"text": part.get(TEXT), "topics": topics, "nearest": part.get(NEAREST)}
