"""What is asked for each act before it is done: a table, in the order in which the acts are offered. What can't be undone is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petition.stages import Act


class Part(StrEnum):
    """One thing that is asked; the value is what the form waits for."""

    MENU = "case_menu"
    TEXT = "case_text"
    OF = "case_of"
    SATISFACTION = "case_satisfaction"
    REASON = "case_reason"
    CONFIRM = "case_confirm"


PLANS: Mapping[Act, tuple[Part, ...]] = {
    Act.REQUEST_REVIEW: (Part.CONFIRM,),
    Act.REQUEST_RECHECK: (Part.CONFIRM,),
    Act.REMIND: (),
    Act.SUPPLEMENT: (Part.TEXT, Part.CONFIRM),
    Act.UNSOLVED: (Part.REASON,),
    Act.RATE: (Part.OF, Part.SATISFACTION, Part.REASON),
    Act.WITHDRAW: (Part.CONFIRM,),
}
PAPERS: Mapping[Act, str] = {Act.REQUEST_REVIEW: "review", Act.REQUEST_RECHECK: "recheck"}
PARTS = frozenset(map(str, Part))
FREE = frozenset({Part.TEXT, Part.REASON})  # answered in free words


def next_part(act: Act, said: Mapping[str, object]) -> Part | None:
    """What is still to be asked."""
    return next((part for part in PLANS[act] if part not in said), None)
