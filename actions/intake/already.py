"""At the summary: is the same thing registered already? It is said, with the choice to add to it; nothing is refused."""

from __future__ import annotations

import logging

from actions.heard import Heard
from actions.intake.state import Intake, plain
from actions.services import Services
from cases import drafts, similar, supplement
from cases.database import RegisterFault
from cases.similar import Already, Known, Standing
from knowledge.reply import Button, Kind, Reply
from petition.days import in_words
from petition.errors import NotAllowed
from petition.stages import Stage

logger = logging.getLogger(__name__)
NOTHING = Already()
ADD, LOOK = "supplement", "look-up"
TOLD = ("narrative", "request", "respondent", "place", "occurred_on", "amount", "prior_handling", "evidence")


def look(intake: Intake, services: Services) -> Already:
    """What the register holds of it; a register that is away must not spoil the summary."""
    if intake.triage is None:
        return NOTHING
    found = intake.triage
    try:
        with services.register.unit_of_work() as uow:
            return similar.find(
                uow, found.type, found.matter, intake.draft, filing_key=intake.filing_key, now=services.now()
            )
    except RegisterFault as error:
        logger.error("already here: not looked up: %s", type(error).__name__)
        return NOTHING


def told(already: Already, services: Services) -> str:
    """What is said before the summary; of somebody else's case not a detail."""
    texts, own = services.replies, already.own
    if own is None:
        return texts.text("already.others") if already.others else ""
    key = "already.own" if own.standing is Standing.OPEN else "already.rechecked"
    return texts.text(key, number=own.number, stage=own.stage.label, law=Stage.CONCLUDED.citation.text)


def buttons(already: Already, services: Services) -> list[Button]:
    """Add to the own case, or see where it stands."""
    offered = [LOOK] if already.own else []
    if already.own and already.own.standing is Standing.OPEN:
        offered = [ADD, LOOK]
    return [
        Button(title=services.replies.text(f"button.{each}"), payload=f'/choose{{"id": "{each}"}}') for each in offered
    ]


def chosen(heard: Heard, services: Services) -> str:
    """Which of the two buttons was touched or named; empty where neither."""
    if heard.is_button("choose"):
        return heard.params.get("id", "")
    said = heard.text.strip("。.！! ")
    titles = {services.replies.text(f"button.{each}"): each for each in (ADD, LOOK)}
    if said in titles:
        return titles[said]
    return ADD if services.dialogue.says("supplement", said) else ""


def add(intake: Intake, own: Known, services: Services) -> Reply | None:
    """Add what was told to the own case; None where its stage takes nothing more."""
    values = {slot: plain(intake.draft[slot]) for slot in TOLD if intake.draft.get(slot)}
    try:
        with services.register.unit_of_work() as uow:
            number = supplement.supplement(uow, own.id, values, filing_key=intake.filing_key, now=services.now())
            if intake.resume_code:
                drafts.filed(uow, intake.resume_code)
    except NotAllowed:
        return None
    return services.replies.say(Kind.NOTICE, "already.added", number=number)


def where_it_stands(own: Known, services: Services) -> Reply:
    """Number, stage and the last day: no more than the petitioner may see without the query code."""
    key = "already.stands-due" if own.due else "already.stands"
    due = in_words(own.due)
    return services.replies.say(Kind.NOTICE, key, number=own.number, stage=own.stage.label, due=due)
