"""/teaching: questions that had no right answer, and what is proposed for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from cases import laws, review, teaching
from cases.database import UnitOfWork
from cases.review import ReviewKind
from cases.teaching import Change, ChangeKind, ChangeState, TeachingFault
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page, to_page
from desk.teaching import forms
from desk.teaching.base import knowledge_of, preview, rarity_of, topic_named
from desk.teaching.files import as_written
from desk.teaching.forms import Draft, Fault
from desk.teaching.likeness import groups
from knowledge.entry import Entry
from knowledge.load import KnowledgeBase
from petition.days import china_day

router = APIRouter(prefix="/teaching")
Reader = Annotated[Signed, Depends(allowed("teaching.read"))]
Author = Annotated[Signed, Depends(allowed("teaching.write"))]
Approver = Annotated[Signed, Depends(allowed("teaching.approve"))]
Ids = Annotated[list[str] | None, Query(max_length=200)]
FormIds = Annotated[list[str] | None, Form(max_length=200)]
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=6000)]
GROUPS = 40  # on a page
CITATIONS = 5  # rows of the form


# --- questions --------------------------------------------------------------------------------------------------------------------


@router.get("")
def show(
    request: Request, services: ServicesOf, signed: Reader,
    kind: Annotated[str, Query(max_length=20)] = "", after: Annotated[int, Query(ge=0)] = 0, done: str = "",
) -> Response:  # fmt: skip
    """What was asked and not answered, in groups."""
    with services.register.unit_of_work() as uow:
        kept = review.questions(uow)
    wanted = [each for each in kept if not kind or each.kind == kind]
    found = groups(wanted, rarity_of(services.settings))
    facts = {
        "groups": found[after : after + GROUPS], "all": len(found), "questions": len(wanted), "kind": kind, "after": after,
        "next": after + GROUPS if after + GROUPS < len(found) else None, "kinds": list(ReviewKind),
        "base": knowledge_of(services.settings), "done": done if f"teaching.done.{done}" in services.texts else "",
    }  # fmt: skip
    return page(request, "teaching/questions", facts)


@router.post("/questions/aside")
def set_aside(request: Request, services: ServicesOf, signed: Author, questions: FormIds = None) -> Response:
    """Nothing is to be learned from these."""
    with services.register.unit_of_work() as uow:
        teaching.set_aside(uow, questions or (), by=signed.name, now=services.clock())
    return to_page(request, "/teaching?done=aside")


# --- proposals --------------------------------------------------------------------------------------------------------------------


@router.get("/phrasings/new")
def phrasing_form(
    request: Request, services: ServicesOf, signed: Author, questions: Ids = None, topic: str = ""
) -> Response:
    """A topic for these questions, and what of them is to be learned."""
    with services.register.unit_of_work() as uow:
        asked = teaching.questions_of(uow, questions or ())
    texts = "\n".join(each.text for each in asked)
    return show_phrasings(request, services, asked, topic, texts, ())


@router.post("/phrasings")
def propose_phrasings(
    request: Request, services: ServicesOf, signed: Author,
    topic: Short = "", picked: Short = "", texts: Long = "", questions: FormIds = None, act: Short = "",
) -> Response:  # fmt: skip
    """Look at it as the citizen would, or propose it."""
    base = knowledge_of(services.settings)
    found, written = topic_named(base, topic or picked), forms.lines(texts)
    faults = [*([] if found else [Fault.of("no-topic", "topic")]), *forms.phrasing_faults(written, base)]
    with services.register.unit_of_work() as uow:
        asked = teaching.questions_of(uow, questions or ())
        if faults or act != "propose":
            return show_phrasings(request, services, asked, topic or picked, texts, faults, written if found else ())
        content = {"texts": list(written), "questions": [each.id for each in asked]}
        step = lambda: teaching.propose(  # noqa: E731
            uow, ChangeKind.PHRASING, found, content, by=signed.name, now=services.clock()
        )
        return proposed(request, services, step)


def show_phrasings(
    request: Request, services: DeskServices, asked: Sequence[review.Question], topic: str, texts: str,
    faults: Sequence[Fault], written: Sequence[str] = (),
) -> Response:  # fmt: skip
    base = knowledge_of(services.settings)
    found = topic_named(base, topic)
    thought = [each for group in groups(asked, rarity_of(services.settings)) for each in group.topics if each in base]
    facts = {
        "asked": asked, "topic": base[found].title if found else topic, "thought": list(dict.fromkeys(thought)),
        "typed": "" if found in thought else topic,
        "texts": texts, "faults": faults, "base": base, "said": written[0] if written and not faults else "",
        "preview": preview(base[found], services.office) if found else None,
    }  # fmt: skip
    return page(request, "teaching/phrasings", facts, 422 if faults else 200)


@router.get("/topics/new")
def topic_form(request: Request, services: ServicesOf, signed: Author, questions: Ids = None) -> Response:
    """A form for a new topic."""
    with services.register.unit_of_work() as uow:
        asked = teaching.questions_of(uow, questions or ())
    empty = Draft(
        "", "", "", "petition", ("citizen",), "", "", "", (), (), tuple(each.text for each in asked), (), False, False
    )
    return show_topic(request, services, empty, [each.id for each in asked], ())


@router.post("/topics")
async def propose_topic(request: Request, services: ServicesOf, signed: Author) -> Response:
    """Look at it as the citizen would, or propose it."""
    given = await request.form()
    fields = {name: [str(each)[:6000] for each in given.getlist(name)] for name in given}
    return await run_sync(take_topic, request, services, signed, fields)


def take_topic(
    request: Request, services: DeskServices, signed: Signed, fields: Mapping[str, Sequence[str]]
) -> Response:
    draft, questions = draft_of(fields), [each[:64] for each in fields.get("questions", ())][:200]
    base, today = knowledge_of(services.settings), china_day(services.clock())
    with services.register.unit_of_work() as uow:
        known = forms.laws_of(base, uow)
        faults = forms.topic_faults(draft, base, known, uow, today)
        if faults or "propose" not in fields.get("act", ()):
            return show_topic(request, services, draft, questions, faults, looked=True)
        content = {"entry": forms.entry_of(draft, known, today), "questions": questions}
        step = lambda: teaching.propose(  # noqa: E731
            uow, ChangeKind.TOPIC, draft.id, content, by=signed.name, now=services.clock()
        )
        return proposed(request, services, step)


def draft_of(given: Mapping[str, Sequence[str]]) -> Draft:
    """What stands in the form."""

    def one(name: str) -> str:
        return given.get(name, [""])[0].strip()

    cited = zip(given.get("law", ()), given.get("article", ()), given.get("clause", ()), strict=False)
    return Draft(
        one("id"), one("title"), one("answer"), one("channel") or "petition",
        tuple(each for each in given.get("audience", ()) if each in ("citizen", "staff")), one("where"), one("cost"),
        one("if_refused"), forms.lines(one("details")), forms.lines(one("materials")), forms.lines(one("phrasings")),
        tuple((law.strip(), article.strip(), clause.strip()) for law, article, clause in cited if law.strip()),
        bool(one("unverified")), bool(one("checked")),
    )  # fmt: skip


def show_topic(
    request: Request, services: DeskServices, draft: Draft, questions: Sequence[str], faults: Sequence[Fault],
    looked: bool = False,
) -> Response:  # fmt: skip
    base = knowledge_of(services.settings)
    with services.register.unit_of_work() as uow:
        known = forms.laws_of(base, uow)
        articles = forms.wordings(draft, known, uow)
        entry = forms.entry_of(draft, known, china_day(services.clock())) if looked and not faults else None
    rows = [*draft.citations, *[("", "", "")] * CITATIONS][: max(CITATIONS, len(draft.citations))]
    facts = {
        "draft": draft, "questions": questions, "faults": faults, "laws": known.values(), "rows": rows,
        "articles": articles, "channels": sorted({each.channel for each in base}),
        "preview": preview(Entry.model_validate(as_written(entry)), services.office) if entry else None,
        "said": draft.phrasings[0] if draft.phrasings else "",
    }  # fmt: skip
    return page(request, "teaching/topic", facts, 422 if faults else 200)


def proposed(request: Request, services: DeskServices, step: Callable[[], Change]) -> Response:
    """On to the list of proposals."""
    try:
        step()
    except TeachingFault as fault:
        return to_page(request, "/teaching/changes?" + urlencode({"trouble": fault.code}))
    return to_page(request, "/teaching/changes?done=proposed")


# --- decisions --------------------------------------------------------------------------------------------------------------------


@router.get("/changes")
def changes(request: Request, services: ServicesOf, signed: Reader, done: str = "", trouble: str = "") -> Response:
    """Everything that was proposed, the latest first."""
    with services.register.unit_of_work() as uow:
        found = teaching.changes(uow)
    facts = {
        "changes": found, "base": knowledge_of(services.settings), "states": list(ChangeState),
        "done": done if f"teaching.done.{done}" in services.texts else "",
        "trouble": trouble if f"teaching.fault.{trouble}" in services.texts else "",
    }  # fmt: skip
    return page(request, "teaching/changes", facts)


@router.get("/changes/{id}")
def change(request: Request, services: ServicesOf, signed: Reader, id: str) -> Response:
    """One proposal, as the citizen would see it, with the articles beside it."""
    try:
        return show_change(request, services, id)
    except TeachingFault:
        return page(request, "problem", {"words": services.texts("problem.not-found")}, 404)


def show_change(request: Request, services: DeskServices, id: str, trouble: str = "", status: int = 200) -> Response:
    base = knowledge_of(services.settings)
    with services.register.unit_of_work() as uow:
        found = teaching.change(uow, id)
        asked = teaching.questions_of(uow, found.content.get("questions", ()))
        entry = entry_in(found, base)
        articles = [
            forms.CitedText(each.title, each.article, wording.text if wording else "")
            for each in (entry.citations if entry else ())
            for wording in [laws.wording(uow, each.law, each.article)]
        ]
    texts = found.content["texts"] if found.kind is ChangeKind.PHRASING else found.content["entry"]["phrasings"]
    facts: dict[str, Any] = {
        "change": found, "asked": asked, "entry": entry, "articles": articles, "texts": texts, "trouble": trouble,
        "said": texts[0], "preview": preview(entry, services.office) if entry else None,
    }  # fmt: skip
    return page(request, "teaching/change", facts, status)


def entry_in(change: Change, base: KnowledgeBase) -> Entry | None:
    """The topic that it is about: as proposed, or as it is."""
    if change.kind is ChangeKind.TOPIC:
        return Entry.model_validate(as_written(change.content["entry"]))
    return base.entries.get(change.topic)


@router.post("/changes/{id}/approve")
def approve(request: Request, services: ServicesOf, signed: Approver, id: str) -> Response:
    """The second pair of eyes says yes."""
    return decided(request, services, id, "approved", lambda uow: decide(uow, services, signed, id, True))


@router.post("/changes/{id}/refuse")
def refuse(request: Request, services: ServicesOf, signed: Approver, id: str) -> Response:
    """The second pair of eyes says no; the questions wait again."""
    return decided(request, services, id, "refused", lambda uow: decide(uow, services, signed, id, False))


def decide(uow: UnitOfWork, services: DeskServices, signed: Signed, id: str, approved: bool) -> Change:
    """What is approved has to fit in still: meanwhile another one may have been published."""
    if approved:
        found = teaching.change(uow, id)
        base = knowledge_of(services.settings)
        if found.kind is ChangeKind.TOPIC and found.topic in base:
            raise TeachingFault("exists-by-now")
        if found.kind is ChangeKind.PHRASING and list(forms.phrasing_faults(found.content["texts"], base)):
            raise TeachingFault("exists-by-now")
    return teaching.decide(uow, id, approved=approved, by=signed.name, now=services.clock())


@router.post("/changes/{id}/withdraw")
def withdraw(request: Request, services: ServicesOf, signed: Author, id: str) -> Response:
    """The author thinks better of it."""
    step = lambda uow: teaching.withdraw(uow, id, by=signed.name, now=services.clock())  # noqa: E731
    return decided(request, services, id, "withdrawn", step)


@router.post("/changes/{id}/again")
def again(request: Request, services: ServicesOf, signed: Author, id: str) -> Response:
    """What was taken back with its release is proposed once more."""
    step = lambda uow: teaching.propose_again(uow, id, by=signed.name, now=services.clock())  # noqa: E731
    return decided(request, services, id, "proposed", step)


def decided(
    request: Request, services: DeskServices, id: str, done: str, step: Callable[[UnitOfWork], Change]
) -> Response:
    try:
        with services.register.unit_of_work() as uow:
            step(uow)
    except TeachingFault as fault:
        if fault.code == "unknown":
            return page(request, "problem", {"words": services.texts("problem.not-found")}, 404)
        return show_change(request, services, id, fault.code, 409)
    return to_page(request, f"/teaching/changes?done={done}")
