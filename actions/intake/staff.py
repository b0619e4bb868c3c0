"""What staff get of a complaint under way: a flag where it does not go on, and the masked draft for whoever takes it."""

from __future__ import annotations

import logging

from actions.handover import tell_staff
from actions.heard import Heard
from actions.intake.state import Intake
from actions.services import Services
from cases import takeover
from cases.database import RegisterFault
from cases.handovers import HandoverKind
from knowledge.reply import Kind, Reply
from petition.draft import masked
from petition.matters import PetitionType

logger = logging.getLogger(__name__)


def missed(intake: Intake, heard: Heard, services: Services) -> list[Reply]:
    """After too many misses: staff are asked to help; nothing is said where they cannot see it."""
    if intake.flagged or not tell_staff(HandoverKind.ASKED, heard, services):
        return []
    intake.flagged = True
    return [services.replies.say(Kind.HANDOFF, "handoff-missed", value=opening_line(services))]


def opening_line(services: Services) -> str:
    """Whether somebody is there now, or when; empty where that is not known."""
    windows = services.windows()
    return f"{windows}。" if windows else ""


def keep_note(intake: Intake, heard: Heard, services: Services) -> None:
    """The masked draft as it stands, sealed; a register that is away must not spoil the reply."""
    if not intake.flagged or not heard.conversation:
        return
    report = intake.triage is not None and intake.triage.type is PetitionType.REPORT
    try:
        with services.register.unit_of_work() as uow:
            takeover.keep_draft(uow, heard.conversation, masked(intake.values), report=report, now=services.now())
    except RegisterFault as error:
        logger.error("handover: draft not kept: %s", type(error).__name__)
