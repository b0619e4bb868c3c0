"""What somebody in danger is told, whoever hears it: calm words, the numbers that help, and where a person is."""

from __future__ import annotations

from knowledge.care.reading import Danger
from knowledge.replies import Replies
from knowledge.reply import Kind, Reply


def safety_reply(danger: Danger, replies: Replies, *, staff_know: bool) -> Reply:
    """That staff know is only said where it is true."""
    text = replies.text(f"care.{danger}", **replies.office.emergency).strip()
    if staff_know:
        text += replies.text("care.told").strip()
    return Reply(kind=Kind.SAFETY, text=text)
