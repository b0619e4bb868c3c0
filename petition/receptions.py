"""Reception days of leaders (领导接访, 《信访工作条例》第十八条第二款): why a place in the queue can't be given or given back."""

from __future__ import annotations

from enum import StrEnum

from petition.errors import NotAllowed
from petition.life import regulation

CITATION = regulation(18, "第二款")
BOOK, CANCEL, MARK = "book-reception", "cancel-reception", "mark-reception"


class Refusal(StrEnum):
    """Why not; each with what the citizen is told."""

    FULL = "full"
    OVER = "over"
    CALLED_OFF = "called-off"
    ALREADY = "already"
    NOT_OPEN = "not-open"
    NOT_YET = "not-yet"

    @property
    def label(self) -> str:
        """In Chinese."""
        return _LABELS[self]


def refusal(act: str, why: Refusal) -> NotAllowed:
    """The error to raise."""
    return NotAllowed(act=act, reason=str(why), told=why.label, citation=CITATION.text)


_LABELS: dict[Refusal, str] = {
    Refusal.FULL: "这一场已经约满了，请换一天。",
    Refusal.OVER: "这一场已经结束了，请换一天。",
    Refusal.CALLED_OFF: "这一场取消了，请换一天。",
    Refusal.ALREADY: "您这一天已经约过了，一人一天约一次。",
    Refusal.NOT_OPEN: "这个预约已经取消或者用过了。",
    Refusal.NOT_YET: "接访日还没有到。",
}
