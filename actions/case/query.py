"""What is kept of a status query between two messages; the query code goes with the dialogue it was said in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from petition.stages import Act

NUMBER, CODE = "case_number", "query_code"
IDLE = timedelta(minutes=10)


@dataclass
class StatusQuery:
    """The two halves of a receipt, as far as they are known; `tries` counts answers that held neither.

    `doing`: the act under way, `said`: what was told for it, `key`: what a retry of it is known by; `heard_at`: the last message.
    """

    number: str = ""
    code: str = ""
    asked: str | None = None
    tries: int = 0
    doing: Act | None = None
    key: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    heard_at: str = ""

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> StatusQuery:
        """From what Rasa keeps; `status_tries` holds how the query goes."""
        goes = slots.get("status_tries") or {}
        goes = goes if isinstance(goes, dict) else {"tries": goes}
        return cls(
            number=slots.get(NUMBER) or "",
            code=slots.get(CODE) or "",
            asked=slots.get("requested_slot"),
            tries=int(goes.get("tries") or 0),
            doing=Act(goes["doing"]) if goes.get("doing") else None,
            key=goes.get("key") or "",
            said=dict(goes.get("said") or {}),
            heard_at=goes.get("heard_at") or "",
        )

    def to_slots(self) -> dict[str, Any]:
        """As Rasa keeps it, sealed with the conversation."""
        doing = str(self.doing) if self.doing else None
        goes = {"tries": self.tries, "doing": doing, "key": self.key, "said": self.said, "heard_at": self.heard_at}
        return {NUMBER: self.number, CODE: self.code, "status_tries": goes if self.code else self.tries}

    @staticmethod
    def no_slots() -> dict[str, Any]:
        """Nothing is left of it."""
        return {NUMBER: None, CODE: None, "status_tries": None}

    def begin(self, act: Act) -> None:
        """An act is under way."""
        self.doing, self.key, self.said, self.tries = act, uuid.uuid4().hex, {}, 0

    def drop(self) -> None:
        """The act is over, done or not."""
        self.doing, self.key, self.said, self.tries = None, "", {}, 0

    def forget_code(self) -> None:
        """Whoever sits there now has to show the code again."""
        self.drop()
        self.code, self.asked = "", CODE

    def is_stale(self, now: datetime) -> bool:
        """Whether nobody has said anything for so long that it may be somebody else."""
        return bool(self.code and self.heard_at) and now - datetime.fromisoformat(self.heard_at) > IDLE
