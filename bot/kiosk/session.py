"""The session of one citizen at a kiosk: in memory, bounded, gone when it ends; a sealed cookie leads back to it."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response

from bot.bootstrap import Services
from bot.carrying import Given
from bot.h5 import Shown, links_of, now
from bot.kiosk.masking import Exchange
from bot.links import LinkFault
from knowledge.reply import Kind, Reply

COOKIE = "zhilu_kiosk"
PATH = "/kiosk"
AGREED = ("consent", "confirm")  # no loss
MOST_SESSIONS = 500
MOST_ENDED = 2000
MOST_SHOWN = 12  # older exchanges leave the screen
LEAST_LIFE = timedelta(minutes=10)


@dataclass(eq=False)
class KioskSession:
    """`turn` counts what was said; `shown` is masked; `replies` answer the last turn; `asked` are the questions of the form so far;
    `with_person`: staff were called, so there may be news; `expects`: "code" where a code is to be typed."""

    id: str
    conversation: str
    token: str = field(repr=False)
    turn: int = 0
    screen: str = "start"
    shown: list[Exchange] = field(default_factory=list, repr=False)
    replies: tuple[Reply, ...] = field(default=(), repr=False)
    asked: list[str] = field(default_factory=list)
    receipt: dict[str, Any] | None = field(default=None, repr=False)
    case: Shown | None = field(default=None, repr=False)
    beside: str = field(default="", repr=False)  # what can be heard of the screen beside the conversation
    carried: Given | None = field(default=None, repr=False)  # the code that a phone may take up
    with_person: bool = False
    expects: str = ""
    fresh: bool = True  # false after a restart: what was asked last has to be heard again
    touched: datetime = field(default_factory=now)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def message_id(self, turn: int) -> str:
        """What a repeated message is known by, here and in the engine."""
        return f"{self.id}-{turn}"

    @property
    def question(self) -> Reply | None:
        """What the citizen is asked now; None outside the form."""
        last = self.replies[-1] if self.replies else None
        return last if last and (last.asks or last.kind in (Kind.QUESTION, Kind.SUMMARY)) else None

    @property
    def unfiled(self) -> bool:
        """Whether something would be lost that was told and is not filed."""
        asked = self.question
        told = asked and any(slot not in AGREED for slot in asked.draft or {})
        stopping = any(button.payload == "/keep" for reply in self.replies for button in reply.buttons or ())
        return bool(told or stopping)

    def show(self, exchange: Exchange) -> None:
        self.shown = [*self.shown, exchange][-MOST_SHOWN:]


class KioskSessions:
    """All sessions of this server; the oldest leaves when there are too many. `gone` is told of each that leaves by itself."""

    def __init__(self, life: timedelta, most: int = MOST_SESSIONS, clock: Callable[[], datetime] = now) -> None:
        self.life = max(life, LEAST_LIFE)
        self._most = most
        self._clock = clock
        self._sessions: OrderedDict[str, KioskSession] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(self, conversation: str, token: str) -> KioskSession:
        """A new session."""
        return self._keep(KioskSession(secrets.token_urlsafe(9), conversation, token, touched=self._clock()))

    def find(self, id: str) -> KioskSession | None:
        """The session as long as it lives; asking for it keeps it alive."""
        session = self.peek(id)
        return self._keep(session) if session else None

    def peek(self, id: str) -> KioskSession | None:
        """The same without keeping it alive: the screen asks by itself."""
        session = self._sessions.get(id)
        return None if session is None or self._late(session) else session

    def left(self, id: str) -> KioskSession | None:
        """The session that nobody has touched for too long and that is not taken out yet."""
        session = self._sessions.get(id)
        return session if session and self._late(session) else None

    def take_up(self, id: str, conversation: str, token: str, turn: int) -> KioskSession | None:
        """After a restart, from the cookie; None where the session is over here."""
        if id in self._ended or id in self._sessions:
            return None
        session = KioskSession(id, conversation, token, turn, fresh=False, touched=self._clock())
        session.screen = "talk" if turn else "start"
        return self._keep(session)

    def drop(self, id: str) -> KioskSession | None:
        """Nothing of it stays in memory, and its cookie opens nothing any more."""
        self._ended[id] = None
        while len(self._ended) > MOST_ENDED:
            self._ended.popitem(last=False)
        return self._sessions.pop(id, None)

    def overdue(self) -> list[KioskSession]:
        """Those that nobody has touched for too long, and those that are too many, taken out."""
        late = [each for each in self._sessions.values() if self._late(each)]
        many = list(self._sessions.values())[: max(0, len(self._sessions) - self._most)]
        gone = {each.id: each for each in (*late, *many)}
        for id in gone:
            self.drop(id)
        return list(gone.values())

    def _late(self, session: KioskSession) -> bool:
        return session.touched + self.life <= self._clock()

    def _keep(self, session: KioskSession) -> KioskSession:
        session.touched = self._clock()
        self._sessions[session.id] = session
        self._sessions.move_to_end(session.id)
        return session


def sessions_of(request: Request) -> KioskSessions:
    """Those of this server."""
    sessions: KioskSessions = request.app.state.kiosk_sessions
    return sessions


def make_sessions(services: Services) -> KioskSessions:
    """They live a little longer than the screen waits for a touch."""
    wait = services.settings.kiosk_idle_seconds + services.settings.kiosk_countdown_seconds
    return KioskSessions(timedelta(seconds=3 * wait))


def session_of(request: Request, *, touch: bool = True) -> KioskSession | None:
    """The session of this kiosk; None where there is none or it is over. `touch`: the citizen is there."""
    subject = subject_of(request)
    if subject is None:
        return None
    sessions, id = sessions_of(request), subject["session"]
    known = sessions.find(id) if touch else sessions.peek(id)
    if known is not None or not touch:
        return known
    return sessions.take_up(id, subject["conversation"], subject["token"], int(subject["turn"]))


def left_here(request: Request) -> KioskSession | None:
    """The session of this kiosk that is over and that the server has not ended yet."""
    subject = subject_of(request)
    return sessions_of(request).left(subject["session"]) if subject else None


def subject_of(request: Request) -> Mapping[str, str] | None:
    """What the cookie of this kiosk holds; None where it is not ours or too old."""
    services: Services = request.app.state.services
    try:
        return links_of(services).read(COOKIE, request.cookies.get(COOKIE, ""), now()).subject
    except LinkFault:
        return None


def put_cookie(answer: Response, services: Services, sessions: KioskSessions, session: KioskSession) -> None:
    """Sealed, for the kiosk's pages alone."""
    subject = {
        "session": session.id,
        "conversation": session.conversation,
        "token": session.token,
        "turn": str(session.turn),
    }
    answer.set_cookie(
        COOKIE,
        links_of(services).make(COOKIE, subject, now() + sessions.life),
        path=PATH,
        secure=services.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


def drop_cookie(answer: Response) -> None:
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
