"""Payloads of options that the WeChat door itself acts on; the engine never sees them, and a citizen cannot type them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

MARK = "local:"


class Do(StrEnum):
    """What a touch means."""

    SAY = "say"
    KEEP = "keep"
    SAY_AND_KEEP = "say-and-keep"
    AGAIN = "again"
    NOTIFY = "notify"


def local(do: Do, **values: str) -> str:
    """The payload; it is kept sealed with the other options until the citizen answers."""
    return MARK + json.dumps({"do": do, **values}, ensure_ascii=False)


def is_local(payload: str) -> bool:
    """Whether the engine has no part in it."""
    return payload.startswith(MARK)


def read_local(payload: str) -> tuple[Do, Mapping[str, str]]:
    """What `local` wrote."""
    values: dict[str, str] = json.loads(payload.removeprefix(MARK))
    return Do(values.pop("do")), values
