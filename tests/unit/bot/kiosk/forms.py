"""An engine whose form keeps real drafts in the register, for what happens between two devices."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.engine import Heard, Utterance
from cases import drafts
from cases.database import Register, create_register
from knowledge.reply import Button, Kind, Reply
from petition.errors import DraftNotFound
from tests.unit.bot.factories import FakeEngine
from tests.unit.cases.factories import KEY, make_url

TOLD = "老板拖了我三个月工资，一共两万五。"
ASKS_MORE = "记下了。您希望怎么解决？"
CODE = re.compile(r"D-[0-9A-Z]{4}-[0-9A-Z]{4}")
CHOICES = [Button(title=title, payload=payload) for title, payload in (("先放着", "/keep"), ("接着填", "/resume"))]


class FormEngine(FakeEngine):
    """Takes one story down; keeps it and takes it up again as actions/intake/shelf.py does."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._opened: Register | None = None
        self._stories: dict[str, str] = {}
        self._codes: dict[str, str] = {}

    async def hear(self, utterance: Utterance) -> Heard:
        await super().hear(utterance)
        return Heard((self._answer(utterance),), {}, 1.0)

    def _answer(self, said: Utterance) -> Reply:
        if said.payload == "/file":
            return Reply(kind=Kind.QUESTION, text="请说说是什么事。", asks="narrative", draft={"consent": True})
        if said.payload == "/cancel":
            return Reply(kind=Kind.CHOICE, text="您是想先停一停吗？", buttons=CHOICES)
        if said.payload == "/keep":
            return self._keep(said)
        if code := CODE.search(said.text):
            return self._take(said, code[0])
        if said.payload == "/resume":
            return self._take(said, self._codes.get(said.conversation, ""))
        self._stories[said.conversation] = said.text
        return self._question(said)

    def _question(self, said: Utterance) -> Reply:
        story = self._stories[said.conversation]
        return Reply(kind=Kind.QUESTION, text=ASKS_MORE, asks="request", draft={"narrative": story}, left=5)

    def _keep(self, said: Utterance) -> Reply:
        story = {"narrative": self._stories[said.conversation]}
        place = drafts.Place(said.conversation, said.surface)
        with self._register().unit_of_work() as uow:
            kept = drafts.keep(uow, story, place, days=30, now=datetime.now(UTC))
        self._codes[said.conversation] = kept.code
        resume = {"code": kept.code, "until": kept.until.isoformat()}
        return Reply(kind=Kind.NOTICE, text=f"给您留着了，续填码是{kept.code}。", resume=resume)

    def _take(self, said: Utterance, code: str) -> Reply:
        try:
            with self._register().unit_of_work() as uow:
                taken = drafts.reopen(uow, code, conversation=said.conversation, now=datetime.now(UTC))
        except DraftNotFound:
            return Reply(kind=Kind.NOTICE, text="没有找到。")
        self._stories[said.conversation] = taken.payload["narrative"]
        return self._question(said)

    def _register(self) -> Register:
        self._opened = self._opened or create_register(make_url(self._folder), KEY)
        return self._opened

    async def aclose(self) -> None:
        if self._opened:
            self._opened.close()
