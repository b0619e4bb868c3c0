"""A status query in the middle of the form: answered where number and query code are both there, and the question stays."""

from __future__ import annotations

from actions.heard import Heard
from actions.services import Services
from actions.status import CODE, NUMBER, status_reply
from actions.talk import domain_notice
from cases.track import track
from knowledge.reply import Kind, Reply
from petition.errors import CaseNotFound, LockedOut

LONGEST = 30  # a longer text that names a case tells more than the wish to see it
FROM_MEMORY = ("prior_handling",)  # an earlier case is an answer to this question


def looked_up(heard: Heard, asked: str, services: Services) -> Reply | None:
    """The case, what both halves of the receipt are, or None where nothing is looked up."""
    number = str(heard.entities.get(NUMBER) or heard.whole.get(NUMBER) or "")
    code = str(heard.entities.get(CODE) or "")
    if number and code:
        return case(number, code, heard, services)
    wished = heard.intent == "status" and heard.confidence >= services.dialogue.limits["ask"]
    named = bool(number) and asked not in FROM_MEMORY
    if heard.is_button("status") or (not heard.button and len(heard.text) <= LONGEST and (wished or named)):
        return services.replies.say(Kind.NOTICE, "status.in-form")
    return None


def case(number: str, code: str, heard: Heard, services: Services) -> Reply:
    """Where it stands, or why that is not shown."""
    client = heard.client or heard.conversation
    try:
        with services.register.unit_of_work() as uow:
            return status_reply(track(uow, number, code, client=client, now=services.now()), services)
    except (CaseNotFound, LockedOut) as error:
        return domain_notice(error, services)
