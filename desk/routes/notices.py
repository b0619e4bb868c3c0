"""/cases/{number}/notices: which notices may be issued, the form of one, a draft of it, issuing, and the archive."""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from cases.paper_files import PaperForm
from cases.papers_issued import Issued, NumberTaken, PaperDamaged
from cases.policy import NotPermitted
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.notices import making, work
from desk.notices.kinds import Kind
from desk.pages import page
from petition.errors import CaseNotFound, Conflict, NotAllowed
from zhilu.downloads import PDF, WORD, as_download
from zhilu.pdf import PdfFault

router = APIRouter(prefix="/cases/{number}/notices")
Issuer = Annotated[Signed, Depends(allowed("papers.issue"))]
Id = Annotated[str, Query(max_length=36)]
TOLD = {"issued": "notices.done", "no-pdf": "notices.done-no-pdf", "pdf": "notices.pdf-made"}
MEDIA = {PaperForm.WORD: (WORD, "docx"), PaperForm.PDF: (PDF, "pdf")}
TRIES = 5


@router.get("")
def show(
    request: Request, services: ServicesOf, signed: Issuer, number: str, told: str = "", paper: Id = ""
) -> Response:
    """What may be issued now, and the archive with the state of each file."""
    return listed(request, services, signed, number, {"told": words_of(services, signed, number, told, paper)})


@router.get("/new/{kind}")
def write(
    request: Request, services: ServicesOf, signed: Issuer, number: str, kind: str, replaces: Id = ""
) -> Response:
    """The form with what the register knows; reading it is noted as a reveal."""
    found = kind_of(services, kind)
    with services.register.unit_of_work() as uow:
        sheet = work.begin(services, uow, number, found, signed.actor, replaces)
    return form_page(request, services, found, sheet)


@router.post("/new/{kind}/preview")
async def preview(request: Request, services: ServicesOf, signed: Issuer, number: str, kind: str) -> Response:
    """The paper as it would be, without a number; nothing is kept."""
    found, said = kind_of(services, kind), making.read(kind_of(services, kind), await request.form())
    always = making.fixed(number, services.texts("notices.draft-number"))
    await run_sync(work.require, services, number, found, signed.actor)
    word = await run_sync(making.render, found, said.typed, always)
    pdf = await pdf_of(services, word)
    if pdf is None:
        return download(word, PaperForm.WORD, found.title)
    name = as_download(f"{found.title}.pdf").replace("attachment", "inline", 1)
    return Response(pdf, media_type=PDF, headers={"Content-Disposition": name})


@router.post("/new/{kind}")
async def issue(request: Request, services: ServicesOf, signed: Issuer, number: str, kind: str) -> Response:
    """Number it, archive it; whatever goes wrong, nothing that was typed is lost."""
    found, form = kind_of(services, kind), await request.form()
    said, asked = making.read(found, form), asked_of(form)
    if said.faults:
        return await back(request, services, signed, number, found, said, asked, "notices.trouble", 422)
    try:
        made = await issued(services, signed, number, found, said, asked)
    except Conflict:
        return await back(request, services, signed, number, found, said, asked, "notices.conflict", 409)
    except NumberTaken:
        return await back(request, services, signed, number, found, said, asked, "notices.busy", 409)
    except NotAllowed as fault:
        raise NotPermitted(f"{signed.name} issues no {kind} now") from fault
    told = "issued" if made.pdf_sha256 or not services.pdf.available else "no-pdf"
    return RedirectResponse(f"/cases/{number}/notices?told={told}&paper={made.id}", 303)


async def issued(
    services: DeskServices, signed: Signed, number: str, kind: Kind, said: making.Said, asked: work.Asked
) -> Issued:
    """Made with the next number, and again with the one after it where somebody was faster; NumberTaken after some tries."""
    if known := await run_sync(work.issued_before, services, number, asked.paper, signed.actor):
        return known
    for _ in range(TRIES):
        draft = await run_sync(work.draft, services, number, kind, said.typed, asked, signed.actor)
        pdf = await pdf_of(services, draft.word)
        try:
            return await run_sync(work.keep, services, number, kind, draft, pdf, asked, signed.actor)
        except NumberTaken:
            continue
    raise NumberTaken(kind.id)


@router.get("/{paper}/{form}")
def fetch(request: Request, services: ServicesOf, signed: Issuer, number: str, paper: str, form: PaperForm) -> Response:
    """One of the archived files, exactly as it was issued."""
    try:
        with services.register.unit_of_work() as uow:
            found, content = work.read(services, uow, number, paper, form, signed.actor)
    except LookupError:
        raise CaseNotFound() from None
    except PaperDamaged:
        return listed(request, services, signed, number, {"trouble": services.texts("notices.damaged")}, 409)
    return download(content, form, f"{titles(services).get(found.kind, found.kind)} {found.number}")


@router.post("/{paper}/pdf")
async def add_pdf(request: Request, services: ServicesOf, signed: Issuer, number: str, paper: str) -> Response:
    """The PDF of a notice that was issued while none could be made."""
    try:
        word = await run_sync(work.word_of, services, number, paper, signed.actor)
    except (LookupError, PaperDamaged):
        raise CaseNotFound() from None
    pdf = await pdf_of(services, word)
    if pdf is None:
        return listed(request, services, signed, number, {"trouble": services.texts("notices.no-pdf")}, 503)
    await run_sync(work.add_pdf, services, number, paper, pdf, signed.actor)
    return RedirectResponse(f"/cases/{number}/notices?told=pdf&paper={paper}", 303)


# --- what they share ------------------------------------------------------------------------------------------------------------------


def kind_of(services: DeskServices, kind: str) -> Kind:
    """CaseNotFound for a kind that there is not."""
    if kind not in services.kinds:
        raise CaseNotFound()
    return services.kinds[kind]


def titles(services: DeskServices) -> dict[str, str]:
    return {kind.id: kind.title for kind in services.kinds.values()}


def asked_of(form: FormData) -> work.Asked:
    """What the form carries beside its fields."""
    given = {name: str(form.get(name) or "") for name in ("paper", "replaces", "version")}
    version = given["version"]
    return work.asked(
        given["paper"], given["replaces"], int(version) if version.isascii() and version.isdigit() else None
    )


async def pdf_of(services: DeskServices, word: bytes) -> bytes | None:
    """None where none can be made now."""
    if not services.pdf.available:
        return None
    try:
        return await services.pdf.make(word)
    except PdfFault:
        return None


def words_of(services: DeskServices, signed: Signed, number: str, told: str, paper: str) -> str:
    if told not in TOLD:
        return ""
    with services.register.unit_of_work() as uow:
        papers = work.papers(services, uow, number, signed.actor)
    said = next((each.number for each in papers if each.id == paper), "")
    return services.texts(TOLD[told], number=said) if said else ""


def listed(
    request: Request, services: DeskServices, signed: Signed, number: str, facts: dict[str, Any], status: int = 200
) -> Response:
    with services.register.unit_of_work() as uow:
        archive = work.archive(services, uow, number, signed.actor)
    shown = {
        "number": archive.number,
        "kinds": archive.kinds,
        "papers": archive.papers,
        "can_pdf": services.pdf.available,
    }
    return page(request, "notices/all", shown | facts, status)


async def back(
    request: Request, services: DeskServices, signed: Signed, number: str, kind: Kind, said: making.Said,
    asked: work.Asked, trouble: str, status: int,
) -> Response:  # fmt: skip
    """The form again as it was filled in, on the case as it stands now."""

    def again() -> work.Sheet:
        with services.register.unit_of_work() as uow:
            return work.begin(services, uow, number, kind, signed.actor, asked.replaces or "")

    sheet = await run_sync(again)
    facts = {"typed": said.typed, "faults": said.faults, "trouble": services.texts(trouble)}
    return form_page(request, services, kind, sheet, facts, status)


def form_page(
    request: Request, services: DeskServices, kind: Kind, sheet: work.Sheet, facts: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    shown = {
        "kind": kind,
        "number": sheet.number,
        "typed": sheet.typed,
        "faults": {},
        "version": sheet.version,
        "paper": sheet.paper,
        "next": sheet.next,
        "replaces": sheet.replaces,
        "replaces_number": sheet.replaces_number,
        "citations": "、".join(dict.fromkeys(map(str, kind.citations))),
    }
    return page(request, "notices/write", shown | (facts or {}), status)


def download(content: bytes, form: PaperForm, name: str) -> Response:
    media_type, ending = MEDIA[form]
    return Response(content, media_type=media_type, headers={"Content-Disposition": as_download(f"{name}.{ending}")})
