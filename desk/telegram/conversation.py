"""What is answered to whom: strangers get one sentence, bound staff get procedure, the stage of a case, and what is late."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from anyio.to_thread import run_sync

from cases import telegram as bindings
from cases.database import UnitOfWork
from cases.staff.accounts import Account
from desk.bootstrap import DeskServices
from desk.search import SearchDesk
from desk.telegram import words
from desk.telegram.plan import Plan
from desk.telegram.stories import case_number, is_story
from desk.telegram.words import Offer, Said
from petition.errors import CaseNotFound, LockedOut

Outcome = TypeVar("Outcome")
PERMISSION = "telegram"


class Conversation:
    """Answers; nothing of a question is kept, logged or handed on but to our own engine on this machine."""

    def __init__(self, services: DeskServices, search: SearchDesk, plan: Plan) -> None:
        self.services = services
        self.plan = plan
        self._search = search
        self._t = services.texts
        self._roles = services.permissions[PERMISSION]

    async def who(self, user: int) -> Account | None:
        """Somebody bound who may use Telegram now; asked of the register at every message."""
        return await self.work(lambda uow: bindings.member(uow, user, self._roles, now=self.services.clock()))

    async def bind(self, user: int, code: str) -> Said:
        """The code that the desk has shown."""
        try:
            account = await self.work(
                lambda uow: bindings.redeem(uow, code, user, self._roles, now=self.services.clock())
            )
        except LockedOut as locked:
            minutes = math.ceil(int(str(locked.details["retry_after"])) / 60)
            return Said(self._t("telegram.code-locked", minutes=minutes))
        return Said(self._t("telegram.welcome" if account else "telegram.code-wrong"))

    def stranger(self) -> Said:
        return Said(self._t("telegram.stranger"))

    def only_text(self) -> Said:
        return Said(self._t("telegram.only-text"))

    def at_desk(self) -> Said:
        """The answer to what must not be written here."""
        return Said(self._t("telegram.at-desk"))

    def too_fast(self) -> Said:
        return Said(self._t("telegram.too-fast"))

    def fault(self) -> Said:
        return Said(self._t("telegram.fault"))

    def is_story(self, text: str) -> bool:
        return is_story(text, self.plan)

    async def answer(self, account: Account, user: int, text: str) -> Said:
        """To somebody bound; the text is no story."""
        command, _, rest = text.partition(" ")
        match command.partition("@")[0].lower():
            case "/unbind":
                await self.leave(user)
                return Said(self._t("telegram.unbound"))
            case "/due":
                return await self.due(account)
            case "/start" if bindings.looks_like_code(rest):
                return await self.bind(user, rest)
            case name if name.startswith("/"):
                return Said(self._t("telegram.help"))
        if bindings.looks_like_code(text):
            return await self.bind(user, text)
        if text in self.plan.due_words:
            return await self.due(account)
        number = case_number(text)
        return await self.case(account, number) if number else await self.procedure(text)

    async def procedure(self, text: str) -> Said:
        """As the search of the desk finds it."""
        hits = await self._search.search(text)
        return words.answer(self._t, await self._search.library(), hits)

    async def chosen(self, data: str) -> Said:
        return words.chosen(self._t, await self._search.library(), data)

    async def case(self, account: Account, number: str) -> Said:
        """Its stage and its day."""
        try:
            found = await self.work(
                lambda uow: bindings.whereabouts(uow, number, account.actor, now=self.services.clock())
            )
        except CaseNotFound:
            return Said(self._t("telegram.case-unknown"))
        return words.where_it_stands(self._t, found)

    async def due(self, account: Account) -> Said:
        """Their own cases."""
        found = await self.work(lambda uow: bindings.digest(uow, account.actor, now=self.services.clock()))
        return words.digest_of(self._t, found)

    async def offers(self, text: str) -> list[Offer]:
        """For the inline mode; of a case nothing is ever offered to another chat."""
        if not text.strip() or case_number(text) or self.is_story(text):
            return []
        hits = await self._search.search(text)
        return words.offers(self._t, await self._search.library(), hits)

    async def leave(self, user: int) -> None:
        """They go, or have blocked us."""
        await self.work(lambda uow: bindings.unbind_user(uow, user, now=self.services.clock()))

    async def work(self, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
        """A step on the register, beside the loop."""

        def run() -> Outcome:
            with self.services.register.unit_of_work() as uow:
                return step(uow)

        return await run_sync(run)
