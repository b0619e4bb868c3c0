"""Which act on the case a message wishes for: a button, or words that say so."""

from __future__ import annotations

from collections.abc import Sequence

from actions.case.plans import PLANS
from actions.heard import Heard
from actions.services import Services
from petition.stages import Act


def wished(heard: Heard, allowed: Sequence[Act], services: Services) -> Act | None:
    """The act, those that are allowed now first; None where no act is wished for."""
    ordered = [*(act for act in PLANS if act in allowed), *(act for act in PLANS if act not in allowed)]
    if heard.button:
        chosen = heard.params.get("id") if heard.intent == "choose" else None
        return next((act for act in ordered if act == chosen), None)
    words = services.dialogue
    asks = words.says("question", heard.text) and not words.says("case_please", heard.text)
    if asks or len(heard.text) > words.limit("longest_case_wish"):
        return None
    return next((act for act in ordered if words.says(f"case_{act}", heard.text)), None)


def is_over(heard: Heard, services: Services) -> bool:
    """「没有了」「好的」 after hearing where it stands."""
    words = services.dialogue
    return not heard.button and (words.says("no", heard.text) or words.says("yes", heard.text))
