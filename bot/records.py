"""The register as the public server uses it: each call in a thread, each with its own unit of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from anyio.to_thread import run_sync

from bot.uploads import Checked
from cases import (
    attachments,
    conversations,
    handovers,
    health,
    kiosks,
    outbox,
    papers,
    receptions,
    stories,
    supplement,
    takeover,
    track,
)
from cases.actors import Citizen
from cases.attachments import AttachmentFiles, Form, StoredAttachment
from cases.database import Register, UnitOfWork
from cases.handovers import HandoverKind
from cases.papers import StoredPaper
from petition.days import china_day

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
        return await self._run(lambda uow: conversations.authenticate(uow, conversation, token, self._clock()))

    async def store(self, conversation: str, checked: Checked) -> StoredAttachment:
        """Keep a file; InvalidValue where there are too many."""
        return await self._run(lambda uow: self._store(uow, conversation, checked, self._clock()))

    def _store(self, uow: UnitOfWork, conversation: str, checked: Checked, now: datetime) -> StoredAttachment:
        return attachments.store_attachment(
            uow,
            self._files,
            conversation,
            checked.evidence.content,
            media_type=checked.media_type,
            name=checked.evidence.name,
            now=now,
            preview=checked.preview,
            scan=checked.scan,
        )

    async def picture(self, conversation: str, attachment: str, form: Form) -> bytes | None:
        """The picture of a file of this conversation; None where there is none to show."""
        return await self._run(lambda uow: attachments.read_picture(uow, self._files, conversation, attachment, form))

    async def take_back(self, stored: StoredAttachment) -> None:
        """Delete a file that was not filed."""
        await self._run(lambda uow: attachments.delete_attachment(uow, self._files, stored.id))

    async def erase(self, conversation: str) -> None:
        """Delete a conversation and what it did not file; an unknown one is no fault."""
        await self._run(lambda uow: self._erase(uow, conversation))

    def _erase(self, uow: UnitOfWork, conversation: str) -> None:
        attachments.delete_unfiled(uow, self._files, conversation)
        stories.keep(uow, conversation, "", days=1, now=self._clock())
        conversations.close_conversation(uow, conversation)

    async def kept_for_staff(self, conversation: str) -> bool:
        """Whether it has to stay until staff close a flag for danger; then nobody may speak in it any more."""
        return await self._run(lambda uow: self._kept_for_staff(uow, conversation))

    def _kept_for_staff(self, uow: UnitOfWork, conversation: str) -> bool:
        stays = handovers.leave(uow, conversation, self._clock())
        if stays:
            conversations.lock_conversation(uow, conversation)
        return stays

    async def handovers_waiting(self) -> int:
        """How many citizens wait for a person."""
        return await self._run(handovers.count_waiting)

    async def outbox_figures(self) -> outbox.Figures:
        """What waits to leave the house."""
        return await self._run(lambda uow: outbox.figures(uow, now=self._clock()))

    async def hear_for_clerk(self, conversation: str, text: str) -> takeover.Silence | None:
        """Keep a message for the clerk who has the conversation; None where nobody has it."""
        return await self._run(lambda uow: takeover.hear(uow, conversation, text, self._clock()))

    async def news(self, conversation: str) -> tuple[tuple[str, ...], bool]:
        """What staff said and the citizen has not got yet, and whether staff still have or are to take the conversation."""
        return await self._run(lambda uow: self._news(uow, conversation))

    def _news(self, uow: UnitOfWork, conversation: str) -> tuple[tuple[str, ...], bool]:
        said = takeover.collect(uow, conversation, self._clock())
        return said, any(flag.conversation == conversation for flag in handovers.waiting(uow))

    async def raise_danger(self, conversation: str, kind: HandoverKind, told: str) -> takeover.Raised | None:
        """The clerk who has the conversation sees that it is about a danger; None where nobody has it."""
        return await self._run(lambda uow: takeover.raise_danger(uow, conversation, kind, told, self._clock()))

    async def paper(self, conversation: str, paper: str) -> StoredPaper | None:
        """A paper of this conversation."""
        return await self._run(lambda uow: papers.find_paper(uow, conversation, paper))

    async def keep_pdf(self, paper: str, pdf: bytes) -> None:
        """The PDF beside its paper."""
        await self._run(lambda uow: papers.keep_pdf(uow, paper, pdf))

    async def case(self, number: str, query_code: str, client: str) -> track.CaseView:
        """Where a case stands; CaseNotFound, LockedOut."""
        return await self._run(lambda uow: track.track(uow, number, query_code, client=client, now=self._clock()))

    async def as_petitioner(
        self, number: str, query_code: str, client: str, step: Callable[[UnitOfWork, Citizen, datetime], Outcome]
    ) -> tuple[Outcome, track.CaseView]:
        """What the holder of a receipt does with their case, and how it stands then; CaseNotFound, LockedOut, NotAllowed, Conflict."""
        return await self._run(lambda uow: self._as_petitioner(uow, number, query_code, client, step))

    def _as_petitioner(
        self,
        uow: UnitOfWork,
        number: str,
        query_code: str,
        client: str,
        step: Callable[[UnitOfWork, Citizen, datetime], Outcome],
    ) -> tuple[Outcome, track.CaseView]:
        now = self._clock()
        citizen = Citizen(track.track(uow, number, query_code, client=client, now=now).id)
        done = step(uow, citizen, now)
        return done, track.view_again(uow, citizen, now=now)

    def supplement(
        self, uow: UnitOfWork, citizen: Citizen, now: datetime, text: str, files: Sequence[Checked], key: str
    ) -> None:
        """Add to a case, inside a step of its petitioner; the files lie in a conversation of their own until the case has them."""
        conversation, _ = conversations.open_conversation(uow, "web", now)
        try:
            ids = [self._store(uow, conversation, each, now).id for each in files]
            values = {"narrative": text, "evidence": ids}
            given = {slot: value for slot, value in values.items() if value}
            supplement.supplement(uow, citizen.case_id, given, filing_key=f"{citizen.case_id}:{key}", now=now)
        finally:
            uow.rollback()
            self._erase(uow, conversation)

    async def receptions(self, office: str, ahead: timedelta) -> tuple[receptions.Reception, ...]:
        """The reception days from today on."""
        today = china_day(self._clock())
        return await self._run(lambda uow: receptions.days(uow, office, since=today, until=today + ahead))

    async def enrol_kiosk(self, code: str, client: str) -> kiosks.Enrolled | None:
        """The machine whose registration code this is; LockedOut."""
        return await self._run(lambda uow: kiosks.enrol(uow, code, client=client, now=self._clock()))

    async def kiosk(self, token: str) -> kiosks.Device | None:
        """The registered machine that has this token."""
        return await self._run(lambda uow: kiosks.recognise(uow, token, now=self._clock()))

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
