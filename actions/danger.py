"""The reply to a danger, and the alarm for staff."""

from __future__ import annotations

import logging

from actions.care import Danger
from actions.handover import tell_staff
from actions.heard import Heard
from actions.services import Services
from cases.handovers import HandoverKind
from knowledge.reply import Kind, Reply

logger = logging.getLogger(__name__)


def reply(danger: Danger, heard: Heard, services: Services) -> Reply:
    """Calm words with the numbers that help and where a person is; that staff know is only said where it is true."""
    logger.warning("care: kind=%s", danger)
    texts = services.replies
    text = texts.text(f"care.{danger}", **services.office.emergency).strip()
    if tell_staff(HandoverKind(danger), heard, services):
        text += texts.text("care.told").strip()
    return Reply(kind=Kind.SAFETY, text=text)


def heard_danger(heard: Heard, services: Services) -> list[Reply]:
    """The reply to a danger, if the text speaks of one."""
    danger = services.care.recognise(heard.text, heard.dangers) if heard.text else None
    return [reply(danger, heard, services)] if danger else []
