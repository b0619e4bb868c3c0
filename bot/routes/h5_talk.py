"""Pages that belong to a conversation elsewhere, reached by a link: many photos, a long story, a paper."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from bot.bodies import read_file, read_json
from bot.bodies_of_cases import idempotency_key
from bot.bootstrap import Services
from bot.channels.wechat.render import Page
from bot.engine import Utterance
from bot.errors import Refusal
from bot.h5 import (
    NUMBER,
    Talk,
    links_of,
    now,
    once_of,
    own_page,
    page,
    put_cookie,
    put_talk,
    talk_of,
    to_page,
)  # fmt: skip
from bot.links import OF_A_CASE, LinkFault
from bot.normalise import LONGEST, clean_text, drop_unseen
from bot.routes.conversations import UPLOADS
from bot.routes.dependencies import BaseUrl, Client, ServicesOf
from bot.routes.files import download
from cases import stories
from cases.attachments import MOST_IN_A_CONVERSATION
from cases.database import UnitOfWork
from cases.wechat.followers import SURFACE as WECHAT
from petition.errors import UnknownConversation
from zhilu.downloads import PDF, WORD
from zhilu.media import LARGEST
from zhilu.pdf import PdfFault
from zhilu.retention import What, load_retention

router = APIRouter()
Outcome = TypeVar("Outcome")
OF_A_TALK = frozenset({Page.UPLOAD, Page.STORY, Page.PAPER})
NUMBER_STAYS = timedelta(hours=1)


@router.get("/go/{name}/{token}")
async def go(request: Request, name: str, token: str, services: ServicesOf) -> Response:
    """Take what the link says into a sealed cookie, and leave the address behind. Nothing is used up: previews fetch links too."""
    try:
        link = links_of(services).read(name, token, now()) if name in OF_A_CASE | OF_A_TALK else None
    except LinkFault:
        link = None
    if link is None:
        return page(request, services, "gone", status=410)
    answer = to_page(name)
    if name in OF_A_CASE:
        put_cookie(answer, services, NUMBER, link.subject, min(link.until, now() + NUMBER_STAYS))
    else:
        known = talk_of(request, services)
        if known is None or known.link != link.id:
            subject = link.subject
            put_talk(
                answer, services, Talk(subject["conversation"], subject.get("file", ""), False, link.id, link.until)
            )
    return answer


@router.get("/upload")
async def upload(request: Request, services: ServicesOf) -> Response:
    """Many photos, in an order."""
    return await of_talk(request, services, "upload", {"most": MOST_IN_A_CONVERSATION, "largest": LARGEST})


@router.get("/story")
async def story(request: Request, services: ServicesOf) -> Response:
    """A long story, which is kept while it is written."""
    return await of_talk(request, services, "story", {"longest": LONGEST})


@router.get("/paper")
async def paper(request: Request, services: ServicesOf) -> Response:
    """A paper that was written in the conversation."""
    return await of_talk(request, services, "paper", {"pdf": bool(shutil.which(services.settings.soffice))})


async def of_talk(request: Request, services: Services, name: str, facts: dict[str, Any]) -> Response:
    try:
        await surface_of(services, talk_of(request, services))
    except UnknownConversation:
        return page(request, services, "gone", status=410)
    return page(request, services, name, facts)


@router.post("/claim", status_code=204, dependencies=[Depends(own_page)])
async def claim(request: Request, services: ServicesOf) -> Response:
    """The first phone that uses the link has it; Refusal (401) for the next one."""
    talk = await claimed(request, services)
    answer = Response(status_code=204)
    put_talk(answer, services, talk)
    return answer


async def claimed(request: Request, services: Services) -> Talk:
    talk = talk_of(request, services)
    await surface_of(services, talk)
    if talk is None or not (talk.mine or await once_of(request, services).first(talk.link)):
        raise UnknownConversation()
    return replace(talk, mine=True)


async def mine(request: Request, services: ServicesOf) -> Talk:
    """The conversation, for the phone that has claimed the link; Refusal (401, 429)."""
    talk = talk_of(request, services)
    await surface_of(services, talk)
    if talk is None or not talk.mine:
        raise UnknownConversation()
    await services.limits.message(talk.conversation)
    return talk


Mine = Annotated[Talk, Depends(mine)]
OURS = [Depends(own_page)]


async def in_register(services: Services, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
    """In a thread, with a unit of work of its own."""
    return await services.records._run(step)


async def surface_of(services: Services, talk: Talk | None) -> str:
    """Where the conversation is held; UnknownConversation once it is closed, or locked because somebody is in danger."""
    if talk is None:
        raise UnknownConversation()
    return await in_register(services, lambda uow: stories.surface_of(uow, talk.conversation))


async def utterance(services: Services, talk: Talk, client: str, **said: str) -> Utterance:
    """As if it had been said there; UnknownConversation."""
    return Utterance(talk.conversation, await surface_of(services, talk), client, **said)


@router.post("/files", status_code=201, dependencies=OURS)
async def attach(request: Request, services: ServicesOf, client: Client, talk: Mine) -> Response:
    """One file, by the same checks as everywhere; what the assistant says to it."""
    where = await utterance(services, talk, client)
    async with UPLOADS:
        checked = await services.uploads.check(await read_file(request))
        stored, replies = await services.conversations.attach(where, checked)
    if (
        services.wechat and where.surface == WECHAT and len(replies) > 1
    ):  # the chat would still ask what is answered by now
        await services.wechat.tell_together(talk.conversation, replies)
    body = {"attachment": stored.id, "told": replies[0].text, "next": replies[-1].text if len(replies) > 1 else ""}
    return JSONResponse(body, status_code=201)


@router.get("/story/draft")
async def read_story(services: ServicesOf, talk: Mine) -> Response:
    """What is written so far."""
    text = await in_register(services, lambda uow: stories.read(uow, talk.conversation, now()))
    return JSONResponse({"text": text})


@router.put("/story/draft", dependencies=OURS)
async def keep_story(request: Request, services: ServicesOf, client: Client, talk: Mine) -> Response:
    """Keep it, sealed; until when."""
    text = drop_unseen(text_of(await read_json(request)))
    await utterance(services, talk, client)
    kept_for = load_retention(services.settings.retention_file, services.settings)
    days = min(kept_for[What.STORIES].days, services.settings.draft_days)
    kept = await in_register(services, lambda uow: stories.keep(uow, talk.conversation, text, days=days, now=now()))
    return JSONResponse({"until": kept.until.isoformat() if kept else None})


@router.post("/story", dependencies=OURS)
async def send_story(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl, talk: Mine) -> Response:
    """Say it in the conversation; then nothing is kept of it here."""
    given = await read_json(request)
    text, key = clean_text(text_of(given)), idempotency_key(str(given.get("key", "")))
    where = await utterance(services, talk, client, text=text, id=key)
    turn = await services.conversations.say(where, base_url)
    if any(reply.text == services.replies.text("fault.engine") for reply in turn.replies):
        raise Refusal(503, "fault.engine", retry_after=5)
    if services.wechat and where.surface == WECHAT:
        await services.wechat.tell(talk.conversation, turn.replies, key)
    await in_register(services, lambda uow: stories.keep(uow, talk.conversation, "", days=1, now=now()))
    return JSONResponse({"next": turn.replies[-1].text if turn.replies else ""})


@router.post("/paper/{form}", dependencies=OURS)
async def fetch(request: Request, form: Literal["word", "pdf"], services: ServicesOf) -> Response:
    """The file, for the phone that came first with the link."""
    try:
        talk = await claimed(request, services)
    except UnknownConversation:
        return page(request, services, "gone", status=410)
    await services.limits.message(talk.conversation)
    found = await services.files.word(talk.conversation, talk.file.removesuffix(".pdf"))
    if found is None:
        return page(request, services, "gone", status=410)
    if form == "word":
        answer = download(found.docx, WORD, f"{found.title}.docx")
    else:
        try:
            answer = download(await services.files.pdf(found), PDF, f"{found.title}.pdf")
        except PdfFault:
            services.metrics.faults.labels("pdf").inc()
            raise Refusal(503, "paper.no-pdf", retry_after=30) from None
    put_talk(answer, services, talk)
    return answer


def text_of(body: dict[str, Any]) -> str:
    """Refusal (422)."""
    text = body.get("text")
    if not isinstance(text, str):
        raise Refusal(422, "input.not-text")
    if len(text) > 2 * LONGEST:
        raise Refusal(422, "input.too-long")
    return text
