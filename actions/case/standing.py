"""Where a case stands, in short sentences and as data: one thing a line."""

from __future__ import annotations

from actions.services import Services
from cases.notices import Told
from cases.track import CaseView, Deed
from knowledge.reply import Kind, Reply
from petition.days import in_words
from petition.roadmap import Right
from petition.stages import Role

MOST_NOTICES = 3
SAID_ALREADY = ("stage-changed",)  # the status itself tells it


def status_reply(view: CaseView, services: Services) -> Reply:
    """The stage, who has it, what was done last, the days that are left, what helps where an organ is late, and the next right."""
    lines = [
        *where(view, services),
        *last_deed(view, services),
        *days(view, services),
        *next_rights(view, services),
        *news(view, services),
    ]
    case = {**view.as_dict(), "stage_title": view.road.stage.label}
    return Reply(kind=Kind.STATUS, text="\n".join(lines), case=case, roadmap=road_of(view))


def road_of(view: CaseView) -> dict[str, object]:
    """The road that counts, with the rights of this petitioner."""
    return {**view.road.as_dict(), "rights": [each.as_dict() for each in view.rights]}


def where(view: CaseView, services: Services) -> list[str]:
    """The stage and who has it; of a case that was merged, those of the main one."""
    texts = services.replies
    lines = [texts.text("status.stage", number=view.number, stage=view.road.stage.label)]
    if view.main:
        lines.append(texts.text("status.merged", main=view.main))
    has_it = view.body or (view.clock.owed_by if view.clock else "")
    return [*lines, texts.text("status.body", body=has_it)] if has_it else lines


def last_deed(view: CaseView, services: Services) -> list[str]:
    """What somebody else than the citizen did last."""
    deeds: list[Deed] = [each for each in view.done if each.event.by is not Role.PETITIONER and each.told]
    if not deeds:
        return []
    last = deeds[-1]
    on = in_words(last.event.on)
    return [services.replies.text("status.last", on=on, act=last.event.act.label, told=last.told)]


def days(view: CaseView, services: Services) -> list[str]:
    """The last day of this step; once it is over, what the citizen can do."""
    texts, clock, left = services.replies, view.clock, view.days_left
    if clock is None or left is None:
        return []
    due, law = in_words(clock.due), clock.citation.text
    if left == 0:
        return [texts.text("status.last-day", law=law)]
    if left > 0:
        return [texts.text("status.days-left", due=due, days=left, law=law)]
    return [texts.text("status.late", due=due, days=-left, law=law), *view.late]


def next_rights(view: CaseView, services: Services) -> list[str]:
    """Each right that ends on a day."""
    return [right_line(each, services) for each in view.rights if each.until]


def right_line(right: Right, services: Services) -> str:
    """What, until when, to whom, on which article."""
    until = in_words(right.until)
    return services.replies.text("status.right", act=right.act.label, until=until, to=right.to, law=right.citation.text)


def news(view: CaseView, services: Services) -> list[str]:
    """Notices that the citizen has not seen and that say more than the status."""
    told: list[Told] = [each for each in view.notices if each.kind not in SAID_ALREADY]
    return [
        services.replies.text("status.notice", text=services.notice_texts.shown(each.kind, each.payload))
        for each in told[:MOST_NOTICES]
    ]
