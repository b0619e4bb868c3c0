"""What a button may send: an allow-list. Everything else that begins with a slash stays outside."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.errors import Refusal

Keys = frozenset[str]
NONE: Keys = frozenset()

# Name → keys that it may carry. A new button is a new row.
PUBLIC: Mapping[str, Keys] = {
    "help": NONE,
    "ask": frozenset({"topic", "term"}),
    "file": NONE,
    "status": NONE,
    "affirm": frozenset({"key"}),
    "deny": NONE,
    "skip": NONE,
    "cancel": NONE,
    "keep": NONE,
    "discard": NONE,
    "resume": frozenset({"id"}),
    "handoff": NONE,
    "channel": frozenset({"id", "route"}),
    "guide": frozenset({"matter"}),
    "paper": frozenset({"id"}),
    "choose": frozenset({"id"}),
    "correct": frozenset({"slot"}),
}
# Only the public server itself says these to the engine.
INTERNAL: Mapping[str, Keys] = {"attach": frozenset({"id"})}

FORM = re.compile(r"/([a-z_]{1,32})\s*(\{.*\})?", re.DOTALL)
VALUE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def clean_payload(payload: str) -> str:
    """The payload written anew from what was understood; Refusal (422) for anything that no button of ours sends."""
    match = FORM.fullmatch(payload.strip())
    if match is None or match[1] not in PUBLIC:
        raise Refusal(422, "input.payload")
    return write(match[1], read_values(match[2] or "{}", PUBLIC[match[1]]))


def internal_payload(name: str, **values: str) -> str:
    """A payload that the public server sends by itself."""
    if name not in INTERNAL or not INTERNAL[name] >= values.keys():
        raise ValueError(f"no internal payload {name} {sorted(values)}")
    return write(name, values)


def write(name: str, values: Mapping[str, str]) -> str:
    return f"/{name}{json.dumps(values)}" if values else f"/{name}"


def read_values(text: str, keys: Keys) -> dict[str, str]:
    try:
        values: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(422, "input.payload") from None
    if not values.keys() <= keys or not all(
        isinstance(each, str) and VALUE.fullmatch(each) for each in values.values()
    ):
        raise Refusal(422, "input.payload")
    return values
