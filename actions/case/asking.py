"""The questions of an act and how their answers are read; the table of what is asked stands in plans.py."""

from __future__ import annotations

import json
from collections.abc import Iterable

from actions.case.plans import PAPERS, PLANS, Part
from actions.case.query import StatusQuery
from actions.case.standing import right_line
from actions.heard import Heard
from actions.services import Services
from cases.acts import Rated, Satisfaction
from cases.track import CaseView
from knowledge.reply import Button, Kind, Reply
from petition.stages import Act

LONGEST_SHOWN = 200
SURE = ("我", "很", "的", "了", "。", "！", "!", ".", " ")


def menu(view: CaseView, services: Services, *, again: bool = False) -> Reply:
    """What can be done now, as buttons."""
    reply = services.replies.say(Kind.CHOICE, "case.again" if again else "case.menu", act_buttons(view, services))
    reply.asks = Part.MENU
    return reply


def act_buttons(view: CaseView, services: Services) -> list[Button]:
    """A button for each act that is allowed now, and one to end."""
    title = services.replies.text
    offered = [chosen(title(f"button.act.{act}"), act) for act in PLANS if act in view.acts]
    return [*offered, Button(title=title("button.case-end"), payload="/cancel")]


def question(query: StatusQuery, part: Part, view: CaseView, services: Services) -> Reply:
    """What is asked for this part of the act under way."""
    act = query.doing or Act.REMIND
    text = services.replies.text(f"case.ask.{act}.{part.removeprefix('case_')}", **facts(query, act, view, services))
    return Reply(kind=Kind.QUESTION, text=text, asks=part, buttons=buttons(act, part, services))


def facts(query: StatusQuery, act: Act, view: CaseView, services: Services) -> dict[str, object]:
    """What the questions tell: the right with its last day, and what was said so far."""
    right = next((each for each in view.rights if each.act is act), None)
    text, files = str(query.said.get(Part.TEXT) or ""), query.said.get("evidence") or ()
    material = services.replies.text("case.files", count=len(files)) if files else ""
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}……"
    told = "，".join(each for each in (f"“{shown}”" if shown else "", material) if each)
    return {"number": view.number, "right": right_line(right, services) if right else "", "told": told}


def buttons(act: Act, part: Part, services: Services) -> list[Button]:
    """The choices of a question, and a way out."""
    title = services.replies.text
    out = Button(title=title("button.not-now"), payload="/deny")
    match part:
        case Part.OF:
            return [*(chosen(each.label, each) for each in Rated), out]
        case Part.SATISFACTION:
            return [*(chosen(each.label, each) for each in Satisfaction), out]
        case Part.REASON:
            return [Button(title=title("button.skip"), payload="/skip"), out]
        case Part.CONFIRM:
            return [*paper(act, services), Button(title=title(f"button.confirm-act.{act}"), payload="/affirm"), out]
        case _:
            return [out]


def paper(act: Act, services: Services) -> list[Button]:
    """The application, written for the citizen."""
    if act not in PAPERS:
        return []
    made = services.papers[PAPERS[act]]
    payload = f"/paper{json.dumps({'id': made.id})}"
    return [Button(title=services.replies.text("paper.button", title=made.short), payload=payload)]


def answer(part: Part, heard: Heard, services: Services) -> object:
    """What the message answers; None where it is no answer."""
    match part:
        case Part.TEXT:
            return heard.text or None
        case Part.REASON:
            skips = heard.is_button("skip") or services.dialogue.says("skip", heard.text)
            return "" if skips else heard.text or None
        case Part.OF:
            return picked(heard, Rated)
        case Part.SATISFACTION:
            return picked(heard, Satisfaction)
        case _:
            agreed = heard.is_button("affirm") or (not heard.button and services.dialogue.says("yes", heard.text))
            return agreed or None


def picked(heard: Heard, among: Iterable[Rated] | Iterable[Satisfaction]) -> str | None:
    """The choice that was touched, or said and nothing else: 「满意」 stands in 「不满意」 too."""
    said = heard.text
    for each in SURE:
        said = said.replace(each, "")
    wanted = heard.params.get("id") if heard.is_button("choose") else None
    return next((str(each) for each in among if wanted == each or (said and said == each.label)), None)


def chosen(title: str, id: str) -> Button:
    return Button(title=title, payload=f"/choose{json.dumps({'id': str(id)})}")
