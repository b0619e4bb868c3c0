"""Takes the answer to the question that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.heard import Heard
from actions.intake.ambiguous import picked, possible
from actions.intake.state import Intake
from actions.services import Services
from petition.draft import check_skip, check_value
from petition.errors import InvalidValue
from petition.parties import NO_FIXED_ADDRESS, Confidentiality, asks_anonymity, contact_in, is_organisation
from petition.values import Reason

READ_BY_ENGINE = ("amount", "occurred_on", "phone")
PROBLEMS = {
    ("occurred_on", "impossible"): "date-impossible",
    ("occurred_on", "future"): "date-future",
    ("occurred_on", "ambiguous"): "date-ambiguous",
    ("phone", "length"): "phone-length",
    ("phone", "prefix"): "phone-prefix",
}
NOTHING_READ = {"amount": "amount-not-positive", "occurred_on": "date-ambiguous", "phone": "phone-length"}


def read_value(slot: str, heard: Heard, services: Services, *, correction: bool = False) -> Any:
    """The answer in normal form; raises InvalidValue with the reason."""
    reading = heard.tail if correction and heard.tail else heard.whole
    if slot in READ_BY_ENGINE:
        return check_value(slot, engine_value(slot, heard, reading, services), services.today())
    if slot == "people" and reading.get("names"):
        return check_value(slot, reading["names"], services.today())
    if slot == "name" and correction and heard.entities.get("name"):
        return check_value(slot, heard.entities["name"], services.today())
    if slot == "confidentiality" and heard.params.get("id"):
        return check_value(slot, heard.params["id"], services.today())
    text = str(reading.get("text") or heard.text) if correction else heard.text
    return check_value(slot, text, services.today())


def answered(intake: Intake, slot: str, heard: Heard, services: Services) -> Any:
    """The answer in normal form; who says twice that there is no address to name is believed (nobody is turned away for it)."""
    touched = picked(intake, slot, heard)
    if touched is not None:
        return touched
    try:
        return read_value(slot, heard, services)
    except InvalidValue as error:
        if error.reason == Reason.NO_ADDRESS and intake.attempts.get(slot):
            return NO_FIXED_ADDRESS
        raise


def engine_value(slot: str, heard: Heard, reading: Mapping[str, Any], services: Services) -> Any:
    """What the engine read; it never reads a number twice, so nothing here does. Of several readings none is guessed."""
    problem, value = reading.get(f"{slot}_problem"), reading.get(slot)
    if value is None and not problem:
        value = heard.stated.get(slot)
    if value is not None:
        return value
    choices = possible(slot, reading.get(f"{slot}_choices") or heard.doubts.get(slot, ()), services)
    reason = PROBLEMS.get((slot, str(problem)), NOTHING_READ[slot])
    raise InvalidValue(slot=slot, reason=reason, choices=choices)


def take(intake: Intake, slot: str, value: Any) -> None:
    """Put a checked value into the draft; a value that was skipped before is no longer left out."""
    intake.draft[slot] = value
    intake.attempts.pop(slot, None)
    intake.doubts.pop(slot, None)
    if slot in intake.skipped:
        intake.skipped.remove(slot)


def take_contact(intake: Intake, heard: Heard) -> None:
    """「永发砖厂，联系人李四海」 names the contact with the organisation."""
    contact = contact_in(heard.text)
    if contact and is_organisation(intake.draft.get("name")):
        intake.draft.setdefault("people", (contact,))


def skip(intake: Intake, slot: str) -> None:
    """Leave a slot out; raises InvalidValue where it has to be answered."""
    check_skip(slot)
    intake.doubts.pop(slot, None)
    if slot not in intake.skipped:
        intake.skipped.append(slot)


def wants_no_name(intake: Intake, slot: str, heard: Heard) -> bool:
    """Whether the citizen answers the question for name or address with anonymity."""
    return slot in ("name", "address") and asks_anonymity(heard.text)


def make_anonymous(intake: Intake) -> None:
    """Without name and address from now on; what was given before is forgotten."""
    intake.draft["confidentiality"] = str(Confidentiality.ANONYMOUS)
    for slot in ("name", "address"):
        intake.draft.pop(slot, None)
