"""「这类事怎么办」: the sheet of a matter in the conversation."""

from __future__ import annotations

from actions.heard import Heard
from actions.intake.ask import joined
from actions.services import Services
from knowledge.guides import Row, sheet_of
from knowledge.reply import Button, Kind, Reply
from petition.matters import Matter


def how_such_things_go(heard: Heard, services: Services) -> Reply:
    """Every usual demand of the matter whose button was touched: demand, channel, body, limit, law."""
    texts = services.replies
    file_here = Button(title=texts.text("button.file-here"), payload="/file")
    if heard.params.get("matter") not in set(Matter):
        return texts.say(Kind.CHOICE, "tell-more", [file_here])
    guide = services.guides[Matter(heard.params["matter"])]
    sheet = sheet_of(guide, services.rules, services.office)
    lead = texts.text("guide.lead", title=sheet.title)
    return Reply(
        kind=Kind.ANSWER,
        text=joined(lead, sheet.intro, *(line(number, row, services) for number, row in enumerate(sheet.rows, 1))),
        speech=joined(lead, sheet.intro, texts.text("guide.screen")),
        buttons=[file_here],
        citations=[dict(services.rules.route(each.route)[1].citation.as_dict()) for each in guide.demands],
    )


def line(number: int, row: Row, services: Services) -> str:
    """「1. 工资被拖欠 → 劳动监察投诉 → 找清河区…，电话… → 自违法行为发生之日起2年内 → 《…》第九条」."""
    first = row.ways[0]
    body = services.replies.text("guide.body", where=first.body, value=first.phone) if first.phone else first.body
    limits = [each.removeprefix(f"{first.channel}：") for each in row.limits[:1]]
    parts = ["；".join(row.demands), first.channel, body, *limits, row.basis]
    return f"{number}. {' → '.join(parts)}"
