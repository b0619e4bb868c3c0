"""Tells staff that a conversation needs a person; a register that is away must not spoil the reply."""

from __future__ import annotations

import logging

from actions.heard import Heard
from actions.services import Services
from cases.database import RegisterFault
from cases.handovers import HandoverKind, open_handover

logger = logging.getLogger(__name__)


def tell_staff(kind: HandoverKind, heard: Heard, services: Services) -> bool:
    """Opens the flag and raises the alarm in the log, which holds no text; whether staff can see it."""
    if not heard.conversation:
        return False
    try:
        with services.register.unit_of_work() as uow:
            flag, news = open_handover(
                uow, heard.conversation, kind, surface=heard.surface or "unknown", now=services.now()
            )
    except RegisterFault as error:
        logger.error("handover: kind=%s not written: %s", kind, type(error).__name__)
        return False
    if news:
        logger.warning("handover: kind=%s id=%s", kind, flag)
    return True
