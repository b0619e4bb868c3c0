"""The reply to a danger, and the alarm for staff."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from actions.handover import tell_staff
from actions.heard import Heard
from actions.services import Services
from cases.handovers import HandoverKind
from knowledge.care import Danger, safety_reply
from knowledge.reply import Reply

logger = logging.getLogger(__name__)


def reply(danger: Danger, heard: Heard, services: Services) -> Reply:
    """Calm words with the numbers that help and where a person is; that staff know is only said where it is true."""
    logger.warning("care: kind=%s", danger)
    known = tell_staff(HandoverKind(danger), heard, services)
    return safety_reply(danger, services.replies, staff_know=known)


def heard_danger(heard: Heard, services: Services) -> list[Reply]:
    """The reply to a danger, if the text speaks of one."""
    return list(alarm(heard, services).replies)


@dataclass(frozen=True)
class Alarm:
    """The reply to a danger, empty where none was heard; `doubtful`: what was said gets its ordinary answer as well."""

    replies: tuple[Reply, ...] = ()
    doubtful: bool = False


def alarm(heard: Heard, services: Services) -> Alarm:
    """Whether the text speaks of a danger, and how sure that is."""
    danger = services.care.recognise(heard.text, heard.dangers) if heard.text else None
    if danger is None:
        return Alarm()
    doubtful = services.care.judgement.doubts(danger, heard.text, heard.dangers)
    return Alarm((reply(danger, heard, services),), doubtful)
