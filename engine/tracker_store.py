"""Conversations in SQL: encrypted at rest, written once, read once.

Stock SQLTrackerStore reads and counts the whole session for every message, and stores what people say in the clear.
Here the tracker of the last turn is kept and used again when the database still holds what it held then, so that
several engines on one database
stay right; a turn that failed is not saved, and the next one starts from what was saved before.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
from collections import OrderedDict
from typing import Any, Dict, Optional, Text, Tuple

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from engine.secret import read_secret
from engine.turn import current, part
from engine.var import var_dir

NONCE_LENGTH = 12
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON")


class WrongKey(RuntimeError):
    """What is stored was sealed with another register key, or for another conversation."""

    def __init__(self) -> None:
        super().__init__(
            "the stored conversations cannot be opened with this register_key: restore the key they were written with"
        )


class Cipher:
    """AES-256-GCM under a key derived from the register key, bound to the conversation."""

    def __init__(self, secret: Text) -> None:
        derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"zhilu tracker")
        self._aead = AESGCM(derivation.derive(secret.encode()))

    def seal(self, conversation: Text, text: Text) -> Text:
        nonce = os.urandom(NONCE_LENGTH)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, text.encode(), conversation.encode())).decode("ascii")

    def open(self, conversation: Text, sealed: Text) -> Text:
        """The text that was sealed, or WrongKey."""
        raw = base64.b64decode(sealed)
        try:
            return self._aead.decrypt(raw[:NONCE_LENGTH], raw[NONCE_LENGTH:], conversation.encode()).decode()
        except InvalidTag:
            raise WrongKey() from None


EVENTS = SQLTrackerStore.SQLEvent.__table__
OF_CONVERSATION = EVENTS.c.sender_id == sa.bindparam("sender_id")
NEWEST = sa.select(EVENTS.c.data).where(OF_CONVERSATION).order_by(EVENTS.c.id.desc()).limit(1)
COUNT = sa.select(sa.func.count(EVENTS.c.id)).where(OF_CONVERSATION)


class EncryptedTrackerStore(SQLTrackerStore):
    """SQLTrackerStore with encrypted events and a write-through cache; `cache_size` counts conversations."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        cache_size: int = 512,
        secret: Optional[Text] = None,
        **kwargs: Any,
    ) -> None:
        url = host or os.environ.get("ZHILU_TRACKER_URL") or default_url()
        super().__init__(domain=domain, host=url, event_broker=event_broker, **kwargs)
        self.engine.hide_parameters = True
        if url.startswith("sqlite"):
            self._use_pool(url)
        self._cipher = Cipher(secret or read_secret("register_key"))
        self._cache: OrderedDict[Text, Tuple[DialogueStateTracker, Optional[Text]]] = OrderedDict()
        self._cache_size = cache_size
        self._stored: Dict[Text, int] = {}
        self._check_key()

    def _use_pool(self, url: Text) -> None:
        """Keep connections to the file open: SQLAlchemy 1.4 opens and closes one for every read and write."""
        self.engine.dispose()
        self.engine = sa.create_engine(
            url, poolclass=sa.pool.QueuePool, connect_args={"check_same_thread": False}, hide_parameters=True
        )
        sa.event.listen(self.engine, "connect", _prepare_sqlite)
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)

    def _check_key(self) -> None:
        """WrongKey at the start rather than in front of a citizen."""
        with self.session_scope() as session:
            newest = session.query(self.SQLEvent).order_by(self.SQLEvent.id.desc()).first()
            if newest is not None:
                self._cipher.open(newest.sender_id, newest.data)

    async def _retrieve(self, sender_id: Text, fetch_events_from_all_sessions: bool) -> Optional[DialogueStateTracker]:
        """The whole conversation; out of the cache until it is saved, so that a turn that fails leaves nothing
        behind."""
        with part("store"), self.session_scope() as session:
            kept, newest = self._cache.pop(sender_id, (None, None))
            if kept is not None and newest == self._newest(session, sender_id):
                self._stored[sender_id] = len(kept.events)
                return kept
            rows = (
                session.query(self.SQLEvent.data)
                .filter(self.SQLEvent.sender_id == sender_id)
                .order_by(self.SQLEvent.id)
            )
            events = [json.loads(self._cipher.open(sender_id, row.data)) for row in rows]
            self._stored[sender_id] = len(events)
            if not events or not self.domain:
                return None
            return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    def _newest(self, session: Any, sender_id: Text) -> Optional[Text]:
        """The last event as it is sealed: no other event, not even an equal one, looks like it."""
        return session.execute(NEWEST, {"sender_id": sender_id}).scalar()

    def _count(self, session: Any, sender_id: Text) -> int:
        """How many events are stored: known from reading the conversation, which holds its lock until it is saved."""
        known = self._stored.pop(sender_id, None)
        return known if known is not None else session.execute(COUNT, {"sender_id": sender_id}).scalar()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the events that are not stored yet; nothing at all when the turn has failed."""
        turn = current()
        if turn is not None and turn.faults:
            self._stored.pop(tracker.sender_id, None)
            return
        await self.stream_events(tracker)
        with part("store"), self.session_scope() as session:
            stored = self._count(session, tracker.sender_id)
            rows = [self._row(tracker.sender_id, event) for event in itertools.islice(tracker.events, stored, None)]
            if rows:
                session.execute(sa.insert(self.SQLEvent.__table__), rows)
                session.commit()
            self._keep(tracker, rows[-1]["data"] if rows else self._newest(session, tracker.sender_id))

    def _row(self, sender_id: Text, event: Any) -> Dict[Text, Any]:
        """Only what ordering and deleting need stays readable."""
        data = event.as_dict()
        return {
            "sender_id": sender_id,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "data": self._cipher.seal(sender_id, json.dumps(data)),
        }

    def _keep(self, tracker: DialogueStateTracker, newest: Optional[Text]) -> None:
        self._cache[tracker.sender_id] = tracker, newest
        self._cache.move_to_end(tracker.sender_id)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)

    async def delete(self, sender_id: Text) -> None:
        """Everything held for the conversation is gone."""
        self._cache.pop(sender_id, None)
        self._stored.pop(sender_id, None)
        with self.session_scope() as session:
            session.execute(sa.delete(self.SQLEvent.__table__).where(self.SQLEvent.sender_id == sender_id))
            session.commit()

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Only where an event broker is configured."""
        if self.event_broker:
            await super().stream_events(tracker)


def default_url() -> Text:
    """A database that its owner alone may open; SQLite gives the files beside it the same rights."""
    path = var_dir() / "tracker.db"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    return f"sqlite:///{path}"


def _prepare_sqlite(connection: Any, _: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
