"""GET /kiosk/speech/… and POST /kiosk/listen: what the kiosk reads aloud, and what it understands. 404 where the engine is missing."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from bot.h5 import own_page
from bot.kiosk.pages import texts_of
from bot.kiosk.session import PATH, session_of
from bot.routes.dependencies import ServicesOf
from bot.speech.house import SpeechHouse, make_house
from bot.speech.speaking import Crowded, Passage
from bot.speech.voice import WAV, SpeechFault
from bot.speech.wav import MOST_BYTES, samples

logger = logging.getLogger(__name__)
router = APIRouter(prefix=PATH, include_in_schema=False)
PARTS = "Speech-Parts"
READ = ["GET", "HEAD"]
Part = Annotated[int, Query(ge=0, le=200)]


def house_of(request: Request, services: ServicesOf) -> SpeechHouse:
    """The speech of this server, set up when somebody first asks for it."""
    state = request.app.state
    if not hasattr(state, "speech"):
        state.speech = make_house(services, texts_of(request))
    house: SpeechHouse = state.speech
    return house


House = Annotated[SpeechHouse, Depends(house_of)]


@router.get("/speech")
async def state(house: House) -> dict[str, bool]:
    """Which buttons have something behind them."""
    house.prepare()
    return {"speech": house.speech.available(), "listen": house.listens()}


@router.api_route("/speech/text/{key}", methods=READ)
async def text(request: Request, house: House, key: str, part: Part = 0) -> Response:
    """A text of the catalogue."""
    return await sound(request, house, house.text(key), part)


@router.api_route("/speech/beside", methods=READ)
async def beside(request: Request, house: House, part: Part = 0) -> Response:
    """The case that is open in this session."""
    session = session_of(request)
    return await sound(request, house, house.beside(session) if session else None, part)


@router.api_route("/speech/{turn}/{place}", methods=READ)
async def reply(request: Request, house: House, turn: int, place: int, part: Part = 0) -> Response:
    """A reply to the last turn of this session, and to no other."""
    session = session_of(request)
    passage = house.reply(session, turn, place) if session else None
    return await sound(request, house, passage, part)


async def sound(request: Request, house: SpeechHouse, passage: Passage | None, part: int) -> Response:
    """One piece; HEAD only says how many there are, so that a script knows when it is done."""
    if passage is None or not house.speech.available() or part >= len(passage.pieces):
        return refused(house, 404, "speech.silent")
    parts = {PARTS: str(len(passage.pieces))}
    if request.method == "HEAD":
        return Response(headers=parts, media_type=WAV)
    try:
        audio = await house.speech.say(passage, part)
    except Crowded:
        return refused(house, 503, "speech.busy")
    except SpeechFault:
        return refused(house, 503, "speech.failed")
    return Response(audio.content, headers=parts, media_type=audio.media_type)


@router.post("/listen", dependencies=[Depends(own_page)])
async def listen(request: Request, house: House) -> Response:
    """Speech in, words out: {"text": …}, for the citizen to read and correct. Sound and words are not kept."""
    session = session_of(request)
    if house.recogniser is None or not house.listens() or session is None:
        return refused(house, 404, "speech.silent")
    wav = await read_sound(request)
    if wav is None:
        return refused(house, 413, "speech.bad-sound")
    try:
        samples(wav)
    except SpeechFault:
        return refused(house, 422, "speech.bad-sound")
    try:
        async with house.ear:
            return JSONResponse({"text": await house.recogniser.recognise(wav)})
    except SpeechFault as fault:
        logger.warning("nothing was understood: %s", fault)
        return refused(house, 503, "speech.heard-nothing")


async def read_sound(request: Request) -> bytes | None:
    """The body, at most a minute of sound; None for more."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def refused(house: SpeechHouse, status: int, key: str) -> Response:
    headers = {"Retry-After": "2"} if status == 503 else {}
    return JSONResponse({"detail": house.texts(key)}, status_code=status, headers=headers)
