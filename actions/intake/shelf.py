"""Where a draft waits for its citizen: stored in the register under a resume code, so that it can be taken up anywhere."""

from __future__ import annotations

from typing import Any

from actions.heard import Heard
from actions.intake.finish import new_filing_key
from actions.intake.state import Intake
from actions.services import Services
from cases import drafts
from knowledge.reply import Kind, Reply
from petition.days import in_words

KNOWS_ITS_USERS = frozenset({"wechat"})  # there the client is the person, not a network address
OF_THE_CONVERSATION = ("resume_code", "filed_key", "pausing", "flagged")


def keep(intake: Intake, heard: Heard, services: Services) -> Reply:
    """Store the draft and say with which code, until when; the filing key goes with it, so that it is filed once wherever that is."""
    intake.pausing = False
    if not worth_keeping(intake):
        return services.replies.say(Kind.NOTICE, "pause.nothing-kept")
    intake.filing_key = intake.filing_key or new_filing_key()
    place = drafts.Place(heard.conversation, heard.surface, owner_of(heard))
    with services.register.unit_of_work() as uow:
        kept = drafts.keep(
            uow, payload(intake), place, days=services.draft_days, now=services.now(), code=intake.resume_code
        )
    intake.resume_code = kept.code
    return kept_reply(kept, services)


def kept_reply(kept: drafts.Kept, services: Services) -> Reply:
    """The code in words, and as data for a screen that draws it."""
    day = in_words(kept.until)
    reply = services.replies.say(Kind.NOTICE, "pause.kept", code=kept.code, until=day)
    reply.speech = services.replies.text("pause.kept-speech", until=day)
    reply.resume = {"code": kept.code, "until": kept.until.isoformat()}
    return reply


def reopen(intake: Intake, heard: Heard, services: Services) -> None:
    """The stored draft in place of what the conversation remembers of it; DraftNotFound."""
    with services.register.unit_of_work() as uow:
        taken = drafts.reopen(uow, intake.resume_code, conversation=heard.conversation, now=services.now())
    load(intake, taken)


def owner_of(heard: Heard) -> str:
    """The person whom the channel vouches for; empty where it knows nobody."""
    return heard.client if heard.surface in KNOWS_ITS_USERS else ""


def own_code(heard: Heard, services: Services) -> str:
    """The code of what this person kept last; empty where the channel knows nobody, or they kept nothing."""
    owner = owner_of(heard)
    if not owner:
        return ""
    with services.register.unit_of_work() as uow:
        return drafts.code_of(uow, owner, services.now())


def take(intake: Intake, code: str, heard: Heard, services: Services) -> None:
    """The draft that a citizen names by its code; DraftNotFound, LockedOut."""
    with services.register.unit_of_work() as uow:
        client = heard.client or heard.conversation
        taken = drafts.take(uow, code, conversation=heard.conversation, client=client, now=services.now())
    load(intake, taken)


def save(intake: Intake, heard: Heard, services: Services) -> None:
    """Bring the stored copy up to date; one that went elsewhere or expired is no longer ours."""
    with services.register.unit_of_work() as uow:
        ours = drafts.save(
            uow, intake.resume_code, payload(intake), conversation=heard.conversation, now=services.now()
        )
    if not ours:
        intake.resume_code = ""


def delete(intake: Intake, services: Services) -> None:
    """The stored copy goes; nothing happens where there is none."""
    if intake.resume_code:
        with services.register.unit_of_work() as uow:
            drafts.discard(uow, intake.resume_code)


def worth_keeping(intake: Intake) -> bool:
    """Whether anything was told yet."""
    return bool(intake.opening or intake.values.keys() - {"consent"})


def payload(intake: Intake) -> dict[str, Any]:
    """What is stored: all that Rasa holds of the draft, without what concerns one conversation only."""
    slots = intake.to_slots()
    rest = {name: value for name, value in slots["intake"].items() if name not in OF_THE_CONVERSATION}
    return {**{slot: value for slot, value in slots.items() if value is not None}, "intake": rest}


def load(intake: Intake, taken: drafts.Taken) -> None:
    """The form begins where it was left."""
    loaded = Intake.from_slots(taken.payload)
    loaded.resume_code, loaded.filed_key, loaded.flagged = taken.code, intake.filed_key, intake.flagged
    intake.__dict__.update(loaded.__dict__)
