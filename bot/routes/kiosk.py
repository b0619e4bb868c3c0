"""GET and POST /kiosk/…: the touch screen of the reception hall, from the first touch to the wipe."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from bot.bodies import read_file
from bot.bootstrap import Services
from bot.errors import Refusal, refusal_of
from bot.h5 import own_page, read_fields
from bot.kiosk import talk as talks
from bot.kiosk.pages import (
    Look,
    back_to_start,
    forget_cookies,
    fragment,
    page,
    put_look,
    texts_of,
    wants_part,
)  # fmt: skip
from bot.kiosk.screens import Trouble, talk_facts
from bot.kiosk.session import PATH, KioskSession, put_cookie, session_of, sessions_of
from bot.kiosk.talk import Said, Talk
from bot.opened_cases import words
from bot.routes import kiosk_cases, kiosk_road
from bot.routes.conversations import UPLOADS
from bot.routes.dependencies import BaseUrl, Client, ServicesOf
from petition.errors import PetitionError, UnknownConversation

router = APIRouter(prefix=PATH, include_in_schema=False)
router.include_router(kiosk_cases.router)
router.include_router(kiosk_road.router)
OURS = [Depends(own_page)]
BESIDE = frozenset({"status", "case", "rating", "roadmap"})  # looked at while the talk waits


async def talk_here(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl) -> Talk:
    """The talk of this kiosk, begun where there is none."""
    return await talks.talk_of(request, services, client, base_url)


TalkHere = Annotated[Talk, Depends(talk_here)]


@router.get("")
async def kiosk(
    request: Request, services: ServicesOf, client: Client, base_url: BaseUrl, over: Annotated[str, Query()] = ""
) -> Response:
    """Where the session is, or the start; `over`: the screen could not tell the server in time that it was wiped."""
    session = session_of(request)
    if over:
        return await ended(request, services, session)
    if session is None:
        return page(request, "start")
    talk = Talk(services, session, client, base_url, texts_of(request))
    try:
        await talk.again()
    except (Refusal, UnknownConversation):
        return await ended(request, services, session)
    return screen_of(request, session)


@router.get("/start")
async def start(request: Request) -> Response:
    """The four choices; what was begun is still there."""
    return turned_to(request, "start")


@router.get("/talk")
async def talk(request: Request) -> Response:
    """Back to the conversation."""
    return turned_to(request, "talk")


@router.get("/receipt")
async def receipt(request: Request) -> Response:
    """The receipt again, as long as the session lasts."""
    return turned_to(request, "receipt")


@router.post("/ask", dependencies=OURS)
async def ask(request: Request, here: TalkHere) -> Response:
    """问一问: the conversation with its field and some usual questions; nothing has been said yet."""
    here.session.screen = "talk"
    return shown(request, here.session)


@router.post("/say", dependencies=OURS)
async def say(request: Request, here: TalkHere) -> Response:
    """One turn; the same turn number again gives the same screen."""
    given = await read_fields(request)
    said = Said(given.get("text", ""), "" if given.get("text") else given.get("payload", ""))
    turn = turn_of(given, here.session)
    try:
        if not said.text and not said.payload:
            raise Refusal(422, "input.empty")
        done = await here.say(said, turn)
    except (Refusal, PetitionError) as error:
        return in_the_way(request, here, error, said)
    if not done:
        return away(request, here, said)
    if given.get("expects") == "code":
        here.session.expects = "code"
    return shown(request, here.session)


@router.post("/back", dependencies=OURS)
async def back(request: Request, services: ServicesOf, here: TalkHere) -> Response:
    """From another page to where one came from; in the form to the question before; else to the start."""
    given = await read_fields(request)
    session, left = here.session, given.get("from", "")
    if session.case and left in ("rating", "roadmap"):
        return await kiosk_cases.case_page(request, services, here.client, session)
    try:
        if left in BESIDE or (session.screen == "talk" and await here.back(turn_of(given, session))):
            return shown(request, session)
    except (Refusal, PetitionError) as error:
        return in_the_way(request, here, error, Said())
    session.screen = "talk" if session.screen == "receipt" else "start"
    return shown(request, session)


@router.post("/attach", dependencies=OURS)
async def attach(request: Request, here: TalkHere) -> Response:
    """A photo or a paper for the complaint."""
    try:
        async with UPLOADS:
            await here.attach(await read_file(request))
    except (Refusal, PetitionError) as error:
        return in_the_way(request, here, error, Said())
    return shown(request, here.session)


@router.post("/person", dependencies=OURS)
async def person(request: Request, here: TalkHere) -> Response:
    """叫工作人员: staff see it at once; where to find them stands there in any case."""
    try:
        replies = await here.person()
    except (Refusal, PetitionError):
        replies = ()
    facts = {"replies": replies, "oob": here.session.with_person, "talk": here.session.shown[:-1]}
    return with_cookie(request, here, fragment(request, "person", facts))


@router.get("/news")
async def news(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl) -> Response:
    """What staff said meanwhile; 204 where nothing is new, 286 (no more questions, please) where nobody has the conversation."""
    session = session_of(request, touch=False)
    if session is None:
        return Response(status_code=286)
    new = await Talk(services, session, client, base_url, texts_of(request)).news()
    if new:
        sessions_of(request).find(session.id)  # somebody waited and reads now; the look alone is no sign of life
        return page(request, "news", {"talk": session.shown, "new": session.shown[-1]}, session=session)
    return Response(status_code=204 if session.with_person else 286)


@router.get("/look")
async def look(request: Request) -> Response:
    """Larger type, other colours, everything in the lower half."""
    return fragment(request, "look")


@router.post("/look", dependencies=OURS)
async def change_look(request: Request, services: ServicesOf) -> Response:
    """What was chosen holds until the wipe."""
    chosen = Look.read(request).changed(await read_fields(request))
    answer = fragment(request, "look", {"look": chosen}) if wants_part(request) else back_to_start(request)
    put_look(answer, services, chosen)
    return answer


@router.get("/ending")
async def ending(request: Request) -> Response:
    """Before something is lost: go on, keep it under a code, or let it go."""
    return fragment(request, "ending")


@router.post("/keep", dependencies=OURS)
async def keep(request: Request, here: TalkHere) -> Response:
    """Keep the draft; the screen shows the code that leads back to it."""
    given = await read_fields(request)
    try:
        done = await here.keep(turn_of(given, here.session))
    except (Refusal, PetitionError) as error:
        return in_the_way(request, here, error, Said())
    return shown(request, here.session) if done else away(request, here, Said())


@router.post("/end", dependencies=OURS)
async def end(request: Request, services: ServicesOf) -> Response:
    """The wipe: server, conversation, cookies, cache."""
    return await ended(request, services, session_of(request))


async def ended(request: Request, services: Services, session: KioskSession | None) -> Response:
    if session is not None:
        await talks.leave(services, sessions_of(request), session)
    answer: Response = Response(status_code=204) if wants_part(request) else back_to_start(request)
    forget_cookies(answer)
    return answer


def turned_to(request: Request, screen: str) -> Response:
    """Another screen of the session, where there is one to show."""
    session = session_of(request)
    if session is not None and (screen != "receipt" or session.receipt):
        session.screen = screen
    return shown(request, session)


def shown(request: Request, session: KioskSession | None) -> Response:
    """The screen where scripts ask for it; else on to the page."""
    if wants_part(request) or request.method == "GET":
        return screen_of(request, session)
    answer = back_to_start(request)
    if session is not None:
        put_cookie(answer, request.app.state.services, sessions_of(request), session)
    return answer


def screen_of(
    request: Request, session: KioskSession | None, trouble: Trouble | None = None, status: int = 200
) -> Response:
    """The screen on which the session is."""
    if session is None:
        return page(request, "start", status=status)
    facts: dict[str, Any] = {"trouble": trouble}
    if session.screen == "talk":
        facts |= talk_facts(session, texts_of(request), trouble)
    elif session.screen == "receipt":
        facts |= {"slip": session.receipt, "reply": session.replies[-1] if session.replies else None}
    name = session.screen if session.screen in ("talk", "receipt") else "start"
    return page(request, name, facts, session=session, status=status)


def in_the_way(request: Request, here: Talk, error: Refusal | PetitionError, said: Said) -> Response:
    """The screen as it was, with what stood in the way and what was typed; one that is over begins anew."""
    if isinstance(error, UnknownConversation):
        sessions_of(request).drop(here.session.id)
        answer = page(request, "start", {"trouble": Trouble(texts_of(request)("net.over"))})
        forget_cookies(answer)
        return answer
    refusal = error if isinstance(error, Refusal) else refusal_of(error)
    trouble = Trouble(words(here.services, refusal), words=said.text, payload=said.payload)
    answer = screen_of(request, on_talk(here.session), trouble, refusal.status)
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def away(request: Request, here: Talk, said: Said) -> Response:
    """The engine does not answer: said in words, nothing lost, one touch sends it again with the same number."""
    trouble = Trouble(here.services.replies.text("fault.engine"), True, said.text, said.payload)
    return screen_of(request, on_talk(here.session), trouble)


def on_talk(session: KioskSession) -> KioskSession:
    session.screen = "talk"
    return session


def turn_of(given: dict[str, str], session: KioskSession) -> int:
    """The number that the screen was given for its next turn; one too far ahead is the next."""
    wanted = given.get("turn", "")
    return min(int(wanted), session.turn + 1) if wanted.isdecimal() and len(wanted) < 9 else session.turn + 1


def with_cookie(request: Request, here: Talk, answer: Response) -> Response:
    put_cookie(answer, here.services, sessions_of(request), here.session)
    return answer
