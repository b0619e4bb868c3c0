"""Updates as they come: one that the library cannot read is an empty one, and holds nobody else up."""

from __future__ import annotations

from typing import Any

from telegram import Bot, Update
from telegram.request import HTTPXRequest

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError)


class Readable(HTTPXRequest):
    """The connection on which updates are asked for: otherwise the library would ask for the same one again for ever."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library reads it, without the inside of what it cannot read."""
        said = HTTPXRequest.parse_json_payload(payload)
        found = said.get("result")
        if isinstance(found, list):
            said["result"] = [each if readable(each, None) else {"update_id": each["update_id"]} for each in found]
        return said


def readable(given: object, bot: Bot | None) -> Update | None:
    """None for what is no update, or one of a kind that the library does not know yet."""
    if not isinstance(given, dict) or not isinstance(given.get("update_id"), int):
        return None
    try:
        return Update.de_json(given, bot)
    except UNREADABLE:
        return None
