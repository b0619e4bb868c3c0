"""/figures: what came, how it went and what waits; 每日访情 and 信访专报 of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cases import audit, figures
from cases.audit import Entry
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.figures import gather, known_places
from desk.figures_asked import Asked, asked, quick
from desk.figures_rules import Outline, Rules, TableId
from desk.figures_tables import Writer, without_links
from desk.pages import page
from desk.report.document import Document, compose
from desk.report.sheets import write_sheets
from desk.report.word import write_word
from petition.days import china_day
from zhilu.pdf import PdfFault, PdfMaker

EXPORTED = "figures-exported"
PAGE_TABLES = tuple(each for each in TableId if each is not TableId.SPIKES)
WIDE = frozenset({TableId.TIME, TableId.MATTERS, TableId.PLACES, TableId.RATES})


class Form(StrEnum):
    """How a document is handed over."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        office = "application/vnd.openxmlformats-officedocument"
        return {
            "docx": f"{office}.wordprocessingml.document",
            "xlsx": f"{office}.spreadsheetml.sheet",
            "pdf": "application/pdf",
        }[self.value]


@dataclass(frozen=True)
class FigureDesk:
    """What the figures need beside the services."""

    rules: Rules
    pdf: PdfMaker


def desk_of(app: FastAPI) -> FigureDesk:
    """The one of this application."""
    found: FigureDesk | None = getattr(app.state, "figures", None)
    if found is None:
        settings = app.state.services.settings
        found = FigureDesk(
            Rules.load(settings.desk_dir), PdfMaker(settings.soffice, settings.var_dir / "tmp" / "figures")
        )
        app.state.figures = found
    return found


@asynccontextmanager
async def read_rules(app: FastAPI) -> AsyncIterator[None]:
    """A fault in the data files is told at the start."""
    desk_of(app)
    yield


def asked_desk(request: Request) -> FigureDesk:
    return desk_of(request.app)


def asked_for(
    services: ServicesOf,
    desk: Annotated[FigureDesk, Depends(asked_desk)],
    begins: Annotated[str, Query(alias="from", max_length=10)] = "",
    ends: Annotated[str, Query(alias="to", max_length=10)] = "",
    body: Annotated[str, Query(max_length=128)] = "",
) -> Asked:
    """The period and the organ of the address."""
    periods = desk.rules.figures.periods
    today = china_day(services.clock())
    return asked(begins, ends, body, today=today, usual=periods.usual_days, longest=periods.longest_days)


router = APIRouter(prefix="/figures", lifespan=read_rules)
DeskOf = Annotated[FigureDesk, Depends(asked_desk)]
AskedFor = Annotated[Asked, Depends(asked_for)]


@router.get("")
def show(
    request: Request, services: ServicesOf, desk: DeskOf, wanted: AskedFor,
    signed: Annotated[Signed, Depends(allowed("figures"))],
) -> Response:  # fmt: skip
    """The page: tables, and charts that are drawn from them."""
    writer = writer_of(services, desk, signed, wanted)
    today = china_day(services.clock())
    scope = writer.numbers.scope
    with services.register.unit_of_work() as uow:
        organs = [] if signed.actor.body is not None else figures.bodies(uow, replace(scope, body=None))
    tables = [writer.table(each) for each in PAGE_TABLES]
    facts = {
        "asked": wanted,
        "scope": scope,
        "period": writer.period(),
        "quick": quick(today, wanted.body),
        "organs": organs,
        "tables": tables if signed.may("cases.list") else [without_links(each) for each in tables],
        "wide": WIDE,
        "spikes": writer.spike_words(),
        "found": bool(writer.numbers.spikes),
        "rules": desk.rules.figures,
        "forms": [each for each in Form if each is not Form.PDF or desk.pdf.available],
        "longest": desk.rules.figures.periods.longest_days,
    }
    return page(request, "figures/page", facts, 422 if wanted.wrong else 200)


@router.get("/{kind}/{form}")
async def download(
    services: ServicesOf, desk: DeskOf, wanted: AskedFor, kind: str, form: str,
    signed: Annotated[Signed, Depends(allowed("brief"))],
) -> Response:  # fmt: skip
    """每日访情 of the last day, or 信访专报 of the period."""
    outlines = {"brief": desk.rules.outlines.brief, "report": desk.rules.outlines.report}
    if kind not in outlines or form not in list(Form) or wanted.wrong:
        raise HTTPException(404)
    if kind == "brief":
        wanted = replace(wanted, begins=wanted.ends)
    document = await run_sync(make, services, desk, signed, wanted, outlines[kind])
    content = await written(document, Form(form), desk)
    await run_sync(note_export, services, signed, f"{kind}.{form} {wanted.begins}/{wanted.ends}")
    name = quote(f"{document.file}.{form}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=Form(form).media_type, headers=headers)


def writer_of(
    services: DeskServices, desk: FigureDesk, signed: Signed, wanted: Asked, *, public: bool = False
) -> Writer:
    """The figures of whoever asks, to be put into tables."""
    now, rules = services.clock(), desk.rules.figures
    with services.register.unit_of_work() as uow:
        numbers = gather(uow, wanted.seen(signed, china_day(now)), rules, known_places(services.office), now=now)
    return Writer(services.texts, rules, numbers, public)


def make(services: DeskServices, desk: FigureDesk, signed: Signed, wanted: Asked, outline: Outline) -> Document:
    """The document, filled."""
    writer = writer_of(services, desk, signed, wanted, public=True)
    return compose(outline, writer, office=services.office.name)


async def written(document: Document, form: Form, desk: FigureDesk) -> bytes:
    """Its bytes; 503 in words where there is no PDF."""
    if form is Form.XLSX:
        return await run_sync(write_sheets, document)
    word = await run_sync(write_word, document)
    if form is Form.DOCX:
        return word
    try:
        return await desk.pdf.make(word)
    except PdfFault as fault:
        raise HTTPException(503) from fault


def note_export(services: DeskServices, signed: Signed, subject: str) -> None:
    """Who took which figures away."""
    entry = Entry(services.clock(), signed.name, EXPORTED, subject=subject)
    with services.register.unit_of_work() as uow:
        uow.write(lambda: audit.note(uow.session, entry))
