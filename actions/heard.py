"""What the engine understood of the citizen's latest message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.outcome import Ranked
from knowledge.ranking import TopicWords
from petition.triage import NO_HINT, Hint


@dataclass(frozen=True)
class Part:
    """One of several questions of a message, with its own ranking."""

    text: str
    topics: tuple[Ranked, ...] = ()
    nearest: float = 0.0


@dataclass(frozen=True)
class Heard:
    """One message: its text or its button, the intent, how likely a complaint or none of our business, the ranking of topics and the values it states."""

    text: str
    intent: str = ""
    confidence: float = 0.0
    params: Mapping[str, str] = field(default_factory=dict)
    complaint: float = 0.0
    foreign: float = 0.0
    topics: tuple[Ranked, ...] = ()
    nearest: float = 0.0
    parts: tuple[Part, ...] = ()
    hint: Hint = NO_HINT
    stated: Mapping[str, Any] = field(default_factory=dict)
    doubts: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    entities: Mapping[str, Any] = field(default_factory=dict)
    whole: Mapping[str, Any] = field(default_factory=dict)
    tail: Mapping[str, Any] = field(default_factory=dict)
    button: bool = False
    message_id: str = ""
    client: str = ""
    dangers: Mapping[str, float] = field(default_factory=dict)
    conversation: str = ""
    surface: str = ""

    def is_button(self, *intents: str) -> bool:
        """Whether one of these buttons was touched."""
        return self.button and self.intent in intents


def heard_in(message: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> Heard:
    """From Rasa's latest_message."""
    text = str(message.get("text") or "")
    intent = message.get("intent") or {}
    button = text.startswith("/")
    values = {each["entity"]: each["value"] for each in reversed(message.get("entities") or [])}
    readings = message.get("readings") or {}
    ranking = message.get("intent_ranking") or []
    return Heard(
        text="" if button else text,
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        params={name: str(value) for name, value in values.items()} if button else {},
        complaint=likelihood("complain", ranking),
        foreign=likelihood("out_of_scope", ranking),
        topics=ranking_of(message),
        nearest=float(message.get("nearest") or 0.0),
        parts=tuple(
            Part(str(each["text"]), ranking_of(each), float(each.get("nearest") or 0.0))
            for each in message.get("parts") or []
        ),
        hint=hint_in(message),
        stated=message.get("stated") or {},
        doubts=message.get("doubts") or {},
        entities={} if button else values,
        whole=readings.get("whole") or {},
        tail=readings.get("tail") or {},
        button=button,
        message_id=str(message.get("message_id") or ""),
        dangers={} if button else message.get("dangers") or {},
        client=str((metadata or {}).get("client") or ""),
    )


def with_words(heard: Heard, words: TopicWords, weight: float) -> Heard:
    """The topics of the message and of its parts, ranked by the engine and by their own words together."""
    if heard.button or not heard.topics:
        return heard
    parts = tuple(replace(part, topics=words.fused(part.text, part.topics, weight)) for part in heard.parts)
    return replace(heard, topics=words.fused(heard.text, heard.topics, weight), parts=parts)


def likelihood(intent: str, ranking: Iterable[Mapping[str, Any]]) -> float:
    return next((float(each["confidence"]) for each in ranking if each["name"] == intent), 0.0)


def ranking_of(message: Mapping[str, Any]) -> tuple[Ranked, ...]:
    """The topics of a message or of a part of it."""
    return tuple(Ranked(each["id"], float(each["score"])) for each in message.get("topics") or [])


def hint_in(message: Mapping[str, Any]) -> Hint:
    """What the engine thinks of a story: its matter and its type."""
    return Hint(
        *(
            {str(name): float(probability) for name, probability in (message.get(kind) or {}).items()}
            for kind in ("matters", "types")
        )
    )
