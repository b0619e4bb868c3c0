"""A rule of petitioning that says no, in Chinese and with its article: the same words in conversation, on the page and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from knowledge.replies import Replies
from petition.days import in_words
from petition.errors import AlreadyRated, Conflict, DeadlinePassed, NotAllowed, PetitionError, TooSoon
from petition.stages import Act, Stage


def refused(error: PetitionError, replies: Replies) -> str:
    """What the citizen is told; `error` is NotAllowed or Conflict."""
    said, law = error.details, str(error.details.get("citation") or "")
    if "told" in said:
        return replies.text("refused.told", told=said["told"], law=law)
    again_on = day_in(said, "again_on")
    match error:
        case Conflict():
            return replies.text("error.conflict")
        case TooSoon():
            return replies.text("refused.too-soon", again_on=again_on, law=law)
        case AlreadyRated():
            return replies.text("refused.already-rated", law=law)
        case DeadlinePassed():
            return replies.text("refused.deadline-passed", act=act_of(said), until=day_in(said, "until"), law=law)
        case NotAllowed() if again_on:
            return replies.text("refused.enough", act=act_of(said), again_on=again_on, law=law)
        case _:
            return replies.text("refused.not-allowed", act=act_of(said), stage=stage_of(said), law=law)


def day_in(said: Mapping[str, object], name: str) -> str:
    """2026年12月6日; empty for none."""
    day = said.get(name)
    return in_words(day) if isinstance(day, date) else ""


def act_of(said: Mapping[str, object]) -> str:
    return Act(str(said["act"])).label


def stage_of(said: Mapping[str, object]) -> str:
    return Stage(str(said["stage"])).label
