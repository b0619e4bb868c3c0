"""Tells the pipeline which slot a form has asked for.

A stock NLU component sees the message alone. Where the form expects a phone, a number or a yes, a sentence vector is of no use, and it is half of the
time that understanding takes.
"""

from __future__ import annotations

from typing import Any, Dict, Text

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker

from engine.turn import current

_stock_parse = MessageProcessor._parse_message_with_graph


def parse(
    self: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker, *args: Any, **kwargs: Any
) -> Dict[Text, Any]:
    """As stock; the turn knows what is expected."""
    turn = current()
    if turn is not None:
        turn.expects = tracker.get_slot(REQUESTED_SLOT) if REQUESTED_SLOT in tracker.slots else None
    return _stock_parse(self, message, tracker, *args, **kwargs)


def install() -> None:
    MessageProcessor._parse_message_with_graph = parse  # type: ignore[method-assign]
