"""Material that a scanner found infected after it was handed in: it leaves the draft, and the citizen may send it again."""

from __future__ import annotations

import logging

from actions.intake.state import Intake
from actions.services import Services
from cases import attachments
from cases.database import RegisterFault
from knowledge.reply import Kind, Reply

logger = logging.getLogger(__name__)


def put_back(intake: Intake, services: Services) -> list[Reply]:
    """A notice for each such file, said once: the draft holds it no longer. A register that is away must not spoil the reply."""
    kept = [str(each) for each in intake.draft.get("evidence") or ()]
    found = infected(kept, services) if kept else {}
    if not found:
        return []
    clean = tuple(each for each in kept if each not in found)
    intake.draft |= {"evidence": clean or None}
    texts = services.replies
    return [
        texts.say(Kind.NOTICE, "attached-infected", value=name or texts.text("attached-unnamed"))
        for name in found.values()
    ]


def infected(kept: list[str], services: Services) -> dict[str, str]:
    try:
        with services.register.unit_of_work() as uow:
            return attachments.infected(uow, kept)
    except RegisterFault as error:
        logger.error("evidence: not looked at: %s", type(error).__name__)
        return {}
