"""Puts voice and ear of a server together from data/kiosk/voice.yml and the settings."""

from __future__ import annotations

import asyncio
import weakref
from dataclasses import dataclass, field
from typing import Protocol

from bot.bootstrap import Services
from bot.kiosk.texts import PLAIN, Texts
from bot.speech.cache import DiskCache
from bot.speech.espeak import Espeak, espeak_program
from bot.speech.external import ExternalVoice
from bot.speech.programs import Program
from bot.speech.readings import Readings
from bot.speech.recognise import Recognizer, recogniser_at
from bot.speech.recorded import load_recorded
from bot.speech.sources import Published, Source, plain_texts, published_texts, source_of
from bot.speech.speaking import Passage, Speech
from bot.speech.spoken import Spoken
from bot.speech.tables import VoiceTable, load_voice
from bot.speech.voice import Voice
from knowledge.catalogue import read
from knowledge.load import load_knowledge
from knowledge.reply import Reply
from zhilu.settings import Settings

FILE = "voice.yml"
FOLDER = "speech"
MOST_TITLES = 6
EARS = 1  # a recogniser takes a whole core


class Session(Protocol):
    """What this part needs of a session of the kiosk."""

    id: str
    turn: int
    replies: tuple[Reply, ...]
    beside: str


@dataclass
class SpeechHouse:
    """The speech of one server; `texts` are the kiosk's catalogue, filled with the office's facts."""

    services: Services
    texts: Texts
    speech: Speech
    recogniser: Recognizer | None
    ear: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(EARS))
    _known: set[str] = field(default_factory=set)
    _reading: asyncio.Task[None] | None = None

    def listens(self) -> bool:
        return self.recogniser is not None and self.recogniser.available()

    def text(self, key: str) -> Passage | None:
        """A text of the kiosk's catalogue; None for one that there is not, or that waits for values."""
        if key not in self.texts or "{" in self.texts.raw(key):
            return None
        return self.speech.passage(self.texts(key), Source.OFFICE)

    def reply(self, session: Session, turn: int, place: int) -> Passage | None:
        """A reply to the last turn of a session; None for any other."""
        if turn != session.turn or not 0 <= place < len(session.replies):
            return None
        self._forget_with(session)
        reply = session.replies[place]
        words = self.words_of(reply)
        after = self.choices_of(reply)
        return self.speech.passage(words, source_of(reply), session.id, rest=self.texts("speech.rest"), after=after)

    def beside(self, session: Session) -> Passage | None:
        """The screen beside the conversation: a citizen's words, whatever stands there; None where nothing does."""
        if not session.beside:
            return None
        self._forget_with(session)
        return self.speech.passage(session.beside, Source.CITIZEN, session.id, rest=self.texts("speech.rest"))

    def words_of(self, reply: Reply) -> str:
        """What the voice says of a reply; a code that is shown once is not called out in a hall."""
        if reply.speech:
            return reply.speech
        return self.texts("speech.private") if reply.receipt or reply.resume else reply.text

    def choices_of(self, reply: Reply) -> str:
        """The buttons, for those who do not read."""
        titles = "，".join(button.title for button in (reply.buttons or ())[:MOST_TITLES])
        return self.texts("speech.choices", titles=titles) if titles else ""

    def prepare(self) -> None:
        """Begins to read what the office has published; until it is read, nothing is kept on disk."""
        if self.speech.published is None and self._reading is None:
            self._reading = asyncio.create_task(self._read_published())

    async def _read_published(self) -> None:
        self.speech.published = await asyncio.to_thread(
            published_by, self.services, self.texts, self.speech.bounds.piece
        )

    def _forget_with(self, session: Session) -> None:
        """What was heard goes when the session goes, whoever ends it."""
        if session.id not in self._known:
            self._known.add(session.id)
            weakref.finalize(session, self._gone, session.id).atexit = False

    def _gone(self, session: str) -> None:
        self.speech.forget(session)
        self._known.discard(session)


def make_house(services: Services, texts: Texts) -> SpeechHouse:
    """From the settings; a voice whose program is missing only means that no button stands on the screen."""
    settings = services.settings
    table = load_voice(settings.kiosk_dir / FILE)
    recordings = settings.kiosk_dir / table.recordings / settings.kiosk_language
    speech = Speech(
        voice_of(table, settings),
        Spoken(table.reading),
        load_recorded(recordings, catalogue(services, texts)),
        table.bounds,
        DiskCache(settings.var_dir / FOLDER, table.bounds.cache_bytes),
    )
    return SpeechHouse(services, texts, speech, recogniser_at(table.recogniser, settings.asr_model_dir))


def voice_of(table: VoiceTable, settings: Settings) -> Voice | None:
    """The engine that voice.yml names."""
    bounds = table.bounds
    if table.engine == "command" and table.command:
        program = Program(table.command.program, bounds.seconds, bounds.most_bytes)
        return ExternalVoice(program, table.command.media_type)
    if table.engine == "espeak" and settings.espeak:
        own = table.espeak.model_dump()
        program = espeak_program(settings.espeak, **own, seconds=bounds.seconds, most_bytes=bounds.most_bytes)
        return Espeak(program, Readings(table.pinyin))
    return None


def catalogue(services: Services, texts: Texts) -> dict[str, str]:
    """Every text of the office that no value fills, by its key."""
    keys = read(services.settings.kiosk_dir / "texts" / PLAIN)
    own = {key: texts.raw(key) for key in keys if key in texts and "{" not in texts.raw(key)}
    return {**plain_texts(services.replies), **own}


def published_by(services: Services, texts: Texts, longest: int) -> Published:
    """The catalogue and the whole knowledge base: takes most of a second."""
    entries = load_knowledge(services.settings.knowledge_dir).entries.values()
    return Published(published_texts(catalogue(services, texts), entries, services.office), longest)
