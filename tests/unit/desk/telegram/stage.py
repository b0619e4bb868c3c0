"""A bot on a register of its own before a fake Bot API, and people who write to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from telegram import Update

from cases import telegram as bindings
from cases.acts.staff import allocate
from cases.models import TelegramBinding
from cases.policy import StaffRole
from cases.queue import id_of
from cases.staff.accounts import Account
from desk.telegram.conversation import Conversation
from desk.telegram.daily import Daily
from desk.telegram.door import Door
from desk.telegram.plan import load_plan
from desk.telegram.sending import Sender
from desk.telegram.serve import Parts, put_together
from petition.matters import Matter, PetitionType
from tests.unit.cases.acting import CLERK
from tests.unit.desk.cases_stage import filed
from tests.unit.desk.factories import NOW, Desk, make_desk
from tests.unit.desk.telegram.fake_api import TOKEN, FakeBotApi, membership, message, user
from zhilu.settings import ROOT

TOPIC = """
- id: review.{name}
  title: {title}
  audience: [{audience}]
  channel: petition
  answer: {answer}
  citations:
    - {{law: xinfang-gongzuo-tiaoli-2022, title: 信访工作条例, article: 35, effective_from: 2022-05-01, checked_on: 2026-11-21}}
  related: []
  phrasings: [{phrasings}]
"""
QUESTION = "复查几天内提"
PUBLIC, INTERNAL = "三十日内向上一级机关申请复查。", "复查件由科长审批后登记。"
WANG = 77001


def write_knowledge(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    public = TOPIC.format(name="deadline", title="复查申请期限", audience="citizen, staff", answer=PUBLIC, phrasings="复查几天内提, 不服答复")  # fmt: skip
    internal = TOPIC.format(name="internal", title="复查的内部审批", audience="staff", answer=INTERNAL, phrasings="复查件谁来批, 复查审批")  # fmt: skip
    (folder / "review.yml").write_text(public + internal, encoding="utf-8")
    return folder


class Clock:
    """Seconds of a test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Stage:
    """The desk, the bot, and Telegram."""

    desk: Desk
    api: FakeBotApi
    parts: Parts
    door: Door
    conversation: Conversation
    sender: Sender
    clock: Clock = field(default_factory=Clock)

    @property
    def at(self) -> float:
        return self.desk.services.clock().timestamp()

    async def handle(self, **update: Any) -> list[str]:
        """What the bot said to it."""
        before = len(self.api.texts())
        made = Update.de_json(self.api.push(**update), self.parts.bot)
        assert made is not None
        await self.door.handle(made)
        return self.api.texts()[before:]

    async def write(self, text: str | None, *, by: int = WANG, **more: Any) -> list[str]:
        return await self.handle(message=message(by, text, self.at, **more))

    async def bind(self, *roles: StaffRole | str, by: int = WANG, name: str = "", body: str | None = None) -> Account:
        """Somebody with these roles, bound by a code of theirs."""
        account = self.desk.account(*(roles or ("clerk",)), name=name, body=body)
        said = await self.write(f"/start {self.code(account)}", by=by)
        assert "绑定好了" in said[0]
        return account

    def code(self, account: Account) -> str:
        with self.desk.register.unit_of_work() as uow:
            return bindings.issue(uow, account, now=self.desk.services.clock()).code

    async def ask_inline(self, query: str, *, by: int = WANG) -> list[dict[str, Any]]:
        """The results that Telegram would show."""
        before = len(self.api.of("answerInlineQuery"))
        await self.handle(inline_query={"id": "1", "from": user(by), "query": query, "offset": ""})
        answers = self.api.of("answerInlineQuery")[before:]
        assert len(answers) <= 1
        return list(answers[0]["results"]) if answers else []

    async def change(self, status: str, *, by: int = WANG, kind: str = "private") -> list[str]:
        return await self.handle(my_chat_member=membership(by, status, self.at, kind=kind))

    def later(self, now: datetime) -> None:
        """The same house at another time."""
        services = replace(self.desk.services, clock=lambda: now)
        self.desk = replace(self.desk, services=services)
        self.conversation = Conversation(services, self.parts.search, self.conversation.plan)
        self.door = Door(self.conversation, self.sender, monotonic=self.clock)

    def daily(self) -> Daily:
        return Daily(self.conversation, self.sender)

    def bound(self) -> int:
        with self.desk.register.unit_of_work() as uow:
            return uow.session.query(TelegramBinding).filter(TelegramBinding.user_index.is_not(None)).count()

    def case_of(self, account: Account, key: str = "key-1") -> str:
        """The number of a case that this clerk has."""
        number = filed(self.desk, key)
        with self.desk.register.unit_of_work() as uow:
            allocate(uow, id_of(uow, number), account.name, CLERK, now=self.desk.services.clock())
        return number


@asynccontextmanager
async def telegram_stage(tmp_path: Path, *, now: datetime = NOW, **settings: object) -> AsyncIterator[Stage]:
    """Bot and Telegram, as long as the block runs; nothing works behind the test's back."""
    with FakeBotApi().serving() as api:
        given: dict[str, object] = {
            "knowledge_dir": write_knowledge(tmp_path / "knowledge"),
            "telegram_token": TOKEN,
            "telegram_api_base": api.url,
            "engine_port": 1,
            **settings,
        }
        desk = make_desk(tmp_path, now=now, **given)
        parts = put_together(desk.services)
        clock, sender = Clock(), Sender(parts.bot)
        conversation = Conversation(desk.services, parts.search, load_plan(ROOT / "data" / "desk" / "telegram.yml"))
        async with parts.bot:
            yield Stage(desk, api, parts, Door(conversation, sender, monotonic=clock), conversation, sender, clock)
        await parts.search.aclose()
        desk.services.close()


__all__ = ["INTERNAL", "PUBLIC", "QUESTION", "WANG", "Matter", "PetitionType", "Stage", "telegram_stage"]
