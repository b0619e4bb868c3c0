"""「帮我写一份…」: the paper is filled from what was said, kept sealed with the conversation, and offered as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa_sdk.interfaces import Tracker

from actions.heard import Heard
from actions.intake.ask import joined
from actions.intake.state import Intake
from actions.services import Services
from cases.filed import filed_draft
from cases.papers import keep_paper
from knowledge.papers import Paper, blanks, offered, render
from knowledge.reply import Button, Kind, Reply
from petition.matters import Channel
from petition.routing import triage
from petition.triage import Triage

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_BUTTONS = 2
Draft = Mapping[str, Any]


def paper_buttons(
    found: Triage | None, services: Services, draft: Draft | None = None, *, most: int = MOST_BUTTONS
) -> list[Button]:
    """The papers that help here, as buttons; the most fitting first."""
    return buttons_of(offered(services.papers, found, draft or {})[:most], services)


def buttons_of(papers: Iterable[Paper], services: Services) -> list[Button]:
    title = services.replies.text
    return [
        Button(title=title("paper.button", title=paper.short), payload=f"/paper{json.dumps({'id': paper.id})}")
        for paper in papers
    ]


def write(tracker: Tracker, heard: Heard, services: Services) -> tuple[list[Reply], list[Any]]:
    """The paper whose button was touched; nothing of the conversation changes."""
    return [written(Intake.from_slots(tracker.slots), heard, services)], []


def written(intake: Intake, heard: Heard, services: Services) -> Reply:
    """The reply with the file; without a paper that there is, the choice between those that fit."""
    draft = draft_of(intake, services)
    paper = services.papers.get(heard.params.get("id", "")) or named_in(heard.text, services)
    if paper is None:
        return choice(intake, draft, services)
    return made(paper, draft, heard, services)


def made(paper: Paper, draft: Draft, heard: Heard, services: Services) -> Reply:
    """A paper filled from a draft, kept with the conversation, with where to fetch it."""
    content = render(paper, draft, services.office, services.today())
    with services.register.unit_of_work() as uow:
        file = keep_paper(uow, heard.conversation, paper.id, paper.title, content, now=services.now())
    return Reply(
        kind=Kind.ANSWER,
        text=described(paper, draft, services),
        speech=services.replies.text("paper.speech", title=paper.title),
        citations=[each.model_dump(mode="json") for each in paper.citations],
        files=[{"id": file, "name": f"{paper.file_name}.docx", "media_type": WORD}],
    )


def named_in(text: str, services: Services) -> Paper | None:
    """The paper that the words name: 「帮我写一份劳动仲裁申请书」; the longest name where several stand there."""
    named = [each for each in services.papers.values() if each.short in text or each.title in text]
    return max(named, key=lambda each: len(each.short), default=None)


def choice(intake: Intake, draft: Draft, services: Services) -> Reply:
    """Which paper?"""
    story = f"{draft.get('narrative') or ''}\n{draft.get('request') or ''}".strip()
    found = intake.triage or (triage(story, services.rules) if story else None)
    fitting = offered(services.papers, found, draft) or list(services.papers.values())
    return services.replies.say(Kind.CHOICE, "paper.which", buttons_of(fitting, services))


def draft_of(intake: Intake, services: Services) -> Draft:
    """What was said so far; after filing what was filed. The story that opened the conversation counts as the narrative."""
    draft = dict(intake.draft)
    if intake.opening:
        draft.setdefault("narrative", intake.opening)
    if draft or not intake.filed_key:
        return draft
    with services.register.unit_of_work() as uow:
        return filed_draft(uow, intake.filed_key)


def described(paper: Paper, draft: Draft, services: Services) -> str:
    """What it holds, what is left to fill in by hand, where it goes, on which law it stands."""
    texts = services.replies
    left = blanks(paper, draft, services.office, services.today())
    return joined(
        texts.text("paper.written", title=paper.title),
        texts.text("paper.blanks", value="、".join(left)) if left else texts.text("paper.complete"),
        texts.text("paper.hand-in", where=taken_at(paper, services)) + paper.hand_in_note,
        texts.text("paper.law", value=laws(paper.citations)),
    )


def taken_at(paper: Paper, services: Services) -> str:
    office = services.office
    return f"{office.name}，{office.address}" if paper.hand_in is Channel.PETITION else office.where(str(paper.hand_in))


def laws(citations: Sequence[object]) -> str:
    return "、".join(str(each).replace("中华人民共和国", "") for each in citations)
