"""A case that its holder has opened on a page, on a phone or at the kiosk: look it up, act on it, and what is shown of it."""

from __future__ import annotations

import uuid
from typing import Any

from bot.bodies_of_cases import case_body
from bot.bootstrap import Services
from bot.drawing import road_svg
from bot.errors import Refusal, refusal_of
from bot.h5 import Shown
from bot.routes.holders import Step, holder
from bot.stage_sheets import sheets_of
from cases.acts import Rated, Satisfaction
from cases.notice_texts import NoticeKind
from cases.notices import mark_seen
from cases.track import CaseView
from petition.errors import CaseNotFound, LockedOut
from petition.stages import Act


async def look(services: Services, shown: Shown, client: str) -> CaseView | Refusal:
    """The case, by the same look-up as everywhere; or why not."""
    try:
        await services.limits.lookup(client)
        return await services.records.case(shown.number, shown.code, client)
    except Refusal as refusal:
        return refusal
    except (CaseNotFound, LockedOut) as error:
        return refusal_of(error)


async def act(services: Services, shown: Shown | None, client: str, step: Step[object]) -> Refusal | None:
    """Do it with the case that is open; None where it is done."""
    if shown is None:
        return Refusal(401, "error.unknown-conversation")
    try:
        me = await holder(services, shown.number, shown.code, client)
        await me.do(step)
    except Refusal as refusal:
        return refusal
    except (CaseNotFound, LockedOut) as error:
        return refusal_of(error)
    return None


async def mark_read(services: Services, shown: Shown, view: CaseView, client: str) -> None:
    """What was told has been seen."""
    if view.notices:
        me = await holder(services, shown.number, shown.code, client)
        ids = [each.id for each in view.notices]
        await me.do(lambda uow, citizen, at: mark_seen(uow, citizen.case_id, ids, now=at))


def facts_of(services: Services, view: CaseView) -> dict[str, Any]:
    """What a page shows of a case."""
    body = case_body(view, services.notice_texts)
    return {
        "view": view,
        "case": body["case"],
        "notices": news_of(body["case"]["notices"]),
        "road": road_svg(view.road.as_dict(), links=True),
        "sheets": sheets_of(view.road, view.track),
        "rights": sorted(view.rights, key=lambda each: (each.until is None, each.act is Act.WITHDRAW)),
        "may": {str(each) for each in view.acts},
        "key": uuid.uuid4().hex,
        "told": "",
        "trouble": "",
    }


def news_of(notices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of changes of the stage the last one: the others stand in the history."""
    changes = [each["id"] for each in notices if each["kind"] == NoticeKind.STAGE_CHANGED]
    return [each for each in notices if each["id"] not in changes[1:]]


def rating_facts(view: CaseView) -> dict[str, Any]:
    """What the page for a rating shows."""
    return {
        "view": view,
        "may": Act.RATE in view.acts,
        "rated": list(Rated),
        "satisfactions": list(Satisfaction),
        "key": uuid.uuid4().hex,
        "trouble": "",
    }


def words(services: Services, refusal: Refusal) -> str:
    """A refusal in Chinese."""
    return services.replies.text(refusal.key, **refusal.values)


def told(services: Services, done: str) -> str:
    """What an act came to, after the page was fetched anew; the text of an act of ours or nothing."""
    return services.replies.text(f"case.done.{done}") if done in (Act.REMIND, Act.RATE) else ""
