"""The register as the public server uses it: each call in a thread, each with its own unit of work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from anyio.to_thread import run_sync

from cases import attachments, conversations, health, track
from cases.attachments import AttachmentFiles, StoredAttachment
from cases.database import Register, UnitOfWork

Outcome = TypeVar("Outcome")
Clock = Callable[[], datetime]


class Records:
    """Conversations, their files, and the look-up of cases."""

    def __init__(self, register: Register, files: AttachmentFiles, clock: Clock) -> None:
        self._register = register
        self._files = files
        self._clock = clock

    async def open(self, surface: str) -> tuple[str, str]:
        """A new conversation: id and token."""
        return await self._run(lambda uow: conversations.open_conversation(uow, surface, self._clock()))

    async def authenticate(self, conversation: str, token: str) -> str:
        """The surface; UnknownConversation."""
        return await self._run(lambda uow: conversations.authenticate(uow, conversation, token))

    async def store(self, conversation: str, content: bytes, *, media_type: str, name: str) -> StoredAttachment:
        """Keep a file; InvalidValue where there are too many."""
        return await self._run(
            lambda uow: attachments.store_attachment(
                uow, self._files, conversation, content, media_type=media_type, name=name, now=self._clock()
            )
        )

    async def take_back(self, stored: StoredAttachment) -> None:
        """Delete a file that was not filed."""
        await self._run(lambda uow: attachments.delete_attachment(uow, self._files, stored.id))

    async def erase(self, conversation: str) -> None:
        """Delete a conversation and what it did not file; an unknown one is no fault."""
        await self._run(lambda uow: self._erase(uow, conversation))

    def _erase(self, uow: UnitOfWork, conversation: str) -> None:
        attachments.delete_unfiled(uow, self._files, conversation)
        conversations.close_conversation(uow, conversation)

    async def case(self, number: str, query_code: str, client: str) -> track.CaseView:
        """Where a case stands; CaseNotFound, LockedOut."""
        return await self._run(lambda uow: track.track(uow, number, query_code, client=client, now=self._clock()))

    async def ready(self) -> bool:
        """Whether the database answers with the schema of this code."""
        return (await run_sync(health.check, self._register)).ready

    def close(self) -> None:
        """Give the connections back."""
        self._register.close()

    async def _run(self, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
        return await run_sync(self._in_unit_of_work, step)

    def _in_unit_of_work(self, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
        with self._register.unit_of_work() as uow:
            return step(uow)
