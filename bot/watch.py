"""Watches over a conversation that a clerk has: the assistant is silent, but a danger raises the clerk's flag at once."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.records import Records
from cases.database import RegisterFault
from cases.handovers import HandoverKind
from knowledge.care import Care, Danger, safety_reply
from knowledge.replies import Replies
from knowledge.reply import Reply

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """Needs no engine, so that the form stays as it is: what the word rules hear is believed, a person reads it anyway."""

    care: Care
    replies: Replies
    records: Records

    async def over(self, conversation: str, text: str) -> tuple[Reply, ...]:
        """The numbers that help, once a hand-over; empty where no danger is heard."""
        danger = self.care.recognise(text) if text else None
        if danger is None:
            return ()
        logger.warning("care: kind=%s", danger)
        return await self._raise(conversation, danger)

    async def _raise(self, conversation: str, danger: Danger) -> tuple[Reply, ...]:
        reply = safety_reply(danger, self.replies, staff_know=True)
        try:
            raised = await self.records.raise_danger(conversation, HandoverKind(danger), reply.text)
        except RegisterFault as error:  # it must not spoil the reply
            logger.error("handover: kind=%s not written: %s", danger, type(error).__name__)
            raised = None
        if raised is None:
            return (safety_reply(danger, self.replies, staff_know=False),)
        if raised.news:
            logger.warning("handover: kind=%s id=%s", danger, raised.flag)
        return (reply,) if raised.first else ()
