"""Puts the public server together from the settings; tests call it with fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial

import httpx

from bot.channels.wechat.adapter import Adapter
from bot.channels.wechat.building import House, make_adapter
from bot.conversations import Conversations
from bot.engine import Engine, HttpEngine, answers
from bot.erasures import Erasures
from bot.files import Files
from bot.limits import Limits
from bot.metrics import Metrics
from bot.queues import Queues
from bot.records import Clock, Records
from bot.uploads import Uploads
from bot.watch import Watch
from cases.attachments import AttachmentFiles
from cases.notice_texts import NoticeTexts, load_notice_texts
from knowledge.care import load_care
from knowledge.guides import Sheet, load_guides, sheets_of
from knowledge.office import Office, load_office
from knowledge.replies import Replies, load_replies
from knowledge.rules import load_rules
from zhilu.clients import ClientNames
from zhilu.pdf import PdfMaker
from zhilu.registers import open_register
from zhilu.scan import scanner_at
from zhilu.settings import Settings

Probe = Callable[[], Awaitable[bool]]
care_in = cache(load_care)  # some hundred patterns, which nobody changes while the server runs


@dataclass(frozen=True)
class Services:
    """Everything that a route may use."""

    settings: Settings
    office: Office
    replies: Replies
    notice_texts: NoticeTexts
    sheets: Mapping[str, Sheet]
    records: Records
    files: Files
    engine: Engine
    conversations: Conversations
    uploads: Uploads
    limits: Limits
    clients: ClientNames
    metrics: Metrics
    probes: Mapping[str, Probe]
    http: httpx.AsyncClient
    wechat: Adapter | None = None

    async def aclose(self) -> None:
        """Give every connection back."""
        if self.wechat:
            await self.wechat.aclose()
        await self.engine.aclose()
        await self.http.aclose()
        self.records.close()


def now() -> datetime:
    return datetime.now(UTC)


def bootstrap(settings: Settings, *, engine: Engine | None = None, clock: Clock = now) -> Services:
    """The services of one server; the database has been migrated before (`zhilu db migrate`)."""
    office = load_office(settings.office_file)
    replies = load_replies(settings.replies_file, office)
    rules = load_rules(settings.triage_dir)
    engine = engine or HttpEngine(settings.engine_url, settings.secret("engine_secret"), settings.engine_deadline)
    register = open_register(settings)
    records = Records(register, AttachmentFiles(settings.var_dir / "attachments"), clock)
    erasures, queues, metrics = Erasures(settings.var_dir / "erasures"), Queues(settings.queue_length), Metrics()
    watch = Watch(care_in(settings.care_dir), replies, records)
    conversations = Conversations(replies, records, watch, engine, erasures, queues, metrics)
    files = Files(records, PdfMaker(settings.soffice, settings.var_dir / "pdf"))
    uploads, limits = Uploads(scanner_at(settings.clamd), metrics), Limits(settings)
    house = House(register, clock, conversations, records, files, limits, metrics, uploads, replies)
    http = httpx.AsyncClient(trust_env=False)
    return Services(
        settings=settings,
        office=office,
        replies=replies,
        notice_texts=load_notice_texts(settings.notices_file, {"office": office.name, "phone": office.phone}),
        sheets=sheets_of(load_guides(settings.guides_dir, rules), rules, office),
        records=records,
        files=files,
        engine=engine,
        conversations=conversations,
        uploads=uploads,
        limits=limits,
        clients=ClientNames(settings.secret("engine_secret")),
        metrics=metrics,
        probes={
            "engine": engine.ready,
            "actions": partial(answers, http, f"{settings.actions_url}/health"),
            "database": records.ready,
        },
        http=http,
        wechat=make_adapter(settings, house),
    )
