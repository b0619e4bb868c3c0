"""What the engine understood of the citizen's latest message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.outcome import Ranked


@dataclass(frozen=True)
class Heard:
    """One message: its text or its button, the intent, how likely a complaint, the ranking of topics and the values it states."""

    text: str
    intent: str = ""
    confidence: float = 0.0
    params: Mapping[str, str] = field(default_factory=dict)
    complaint: float = 0.0
    topics: tuple[Ranked, ...] = ()
    nearest: float = 0.0
    stated: Mapping[str, Any] = field(default_factory=dict)
    entities: Mapping[str, Any] = field(default_factory=dict)
    whole: Mapping[str, Any] = field(default_factory=dict)
    tail: Mapping[str, Any] = field(default_factory=dict)
    button: bool = False
    message_id: str = ""
    client: str = ""

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
        complaint=next((float(each["confidence"]) for each in ranking if each["name"] == "complain"), 0.0),
        topics=tuple(Ranked(each["id"], float(each["score"])) for each in message.get("topics") or []),
        nearest=float(message.get("nearest") or 0.0),
        stated=message.get("stated") or {},
        entities={} if button else values,
        whole=readings.get("whole") or {},
        tail=readings.get("tail") or {},
        button=button,
        message_id=str(message.get("message_id") or ""),
        client=str((metadata or {}).get("client") or ""),
    )
