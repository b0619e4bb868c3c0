"""How a question is put: the usual words, or those for somebody in a special place (a group, an organisation, on behalf of another)."""

from __future__ import annotations

from actions.intake.state import Intake
from actions.services import Services
from petition.forwarding import CITATION
from petition.matters import PetitionType
from petition.parties import MAX_REPRESENTATIVES, REPRESENTATION, is_organisation


def words_for(slot: str, intake: Intake, services: Services, *, brief: bool) -> str:
    """The words of the question for a slot."""
    texts = services.replies
    tries = intake.attempts.get(slot, 0)
    reworded = tries >= services.dialogue.limit("reword")
    special = special_key(slot, intake) or matter_key(slot, intake, services)
    if special and not reworded and (not brief or special == "people.contact"):
        return texts.text(special, **details(special, intake))
    return texts.text(f"short.{slot}" if brief else f"again.{slot}" if reworded else f"ask.{slot}")


def special_key(slot: str, intake: Intake) -> str:
    """The text that fits this citizen better; empty where the usual one does."""
    draft = intake.draft
    match slot:
        case "people" if is_organisation(draft.get("name")):
            return "people.contact"
        case "people" if int(draft.get("headcount") or 0) > MAX_REPRESENTATIVES and not intake.attempts.get(slot):
            return "people.many"
        case "name" if draft.get("for_other"):
            return "people.own-name"
        case "confidentiality" if intake.triage and intake.triage.type is PetitionType.REPORT:
            return "people.report"
        case _:
            return ""


def matter_key(slot: str, intake: Intake, services: Services) -> str:
    """The text where this matter has its own reason to ask; empty where it has none."""
    key = f"matter.{intake.triage.matter}.{slot}" if intake.triage else ""
    return key if key in services.replies else ""


def details(key: str, intake: Intake) -> dict[str, object]:
    """What fills the text."""
    if key == "people.report":
        return {"law": CITATION.text}
    return {"law": REPRESENTATION.text} if key == "people.many" else {}


def without_phone(intake: Intake, services: Services) -> str:
    """How somebody without a phone will hear; said once, when the phone is left out."""
    return services.replies.text("people.no-phone" if intake.draft.get("address") else "people.no-phone-anonymous")


def title_of(slot: str, title: str, intake: Intake, services: Services) -> str:
    """The title of a slot in the summary."""
    contact = slot == "people" and is_organisation(intake.draft.get("name"))
    return services.replies.text("people.contact-title") if contact else title
