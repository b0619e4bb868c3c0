"""The work on the notices of one case, for one person of the staff: what may be issued, the sheet to fill in, the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from cases import papers_issued
from cases.actors import Actor
from cases.acts.staff_view import StaffView, staff_view
from cases.database import UnitOfWork
from cases.papers_issued import Issued, Made, PaperForm, Soundness
from cases.policy import NotPermitted, compartment_of
from cases.readable import readable
from desk.bootstrap import DeskServices
from desk.notices import making
from desk.notices.facts import Known, facts_of
from desk.notices.kinds import Kind
from petition.days import china_day
from petition.errors import CaseNotFound


@dataclass(frozen=True)
class Kept:
    """A notice in the archive; `again`: it may be issued anew in place of this one."""

    paper: Issued
    title: str
    sound: Mapping[PaperForm, Soundness]
    again: bool


@dataclass(frozen=True)
class Archive:
    """The notices of a case, and the kinds that this person may issue now."""

    number: str
    kinds: tuple[Kind, ...]
    papers: tuple[Kept, ...]


@dataclass(frozen=True)
class Sheet:
    """A form to fill in."""

    number: str
    typed: Mapping[str, str] = field(repr=False)
    version: int
    paper: str
    next: str
    replaces: str = ""
    replaces_number: str = ""


@dataclass(frozen=True)
class Asked:
    """What a form carries beside its fields: the id that the notice will have, whom it replaces, the case as it was seen."""

    paper: str
    replaces: str | None
    version: int | None


@dataclass(frozen=True)
class Draft:
    """A paper with the number that would be its own."""

    number: str
    typed: Mapping[str, str] = field(repr=False)
    word: bytes = field(repr=False)


def asked(paper: str, replaces: str, version: int | None) -> Asked:
    """A new id where the form brings none that could be one."""
    try:
        known = str(UUID(paper))
    except ValueError:
        known = str(uuid4())
    return Asked(known, replaces or None, version)


# --- looking --------------------------------------------------------------------------------------------------------------------------


def archive(services: DeskServices, uow: UnitOfWork, number: str, actor: Actor) -> Archive:
    """CaseNotFound for a case that does not concern them."""
    case_id, now = readable(uow, number, actor), services.clock()
    view = staff_view(uow, case_id, actor, now=now)
    may = {kind.id: kind for kind in services.kinds.values() if is_open(kind, view, actor)}
    found = papers_issued.papers_of(uow, case_id, actor, now=now)
    kept = tuple(_kept(services, uow, each, each.kind in may) for each in found)
    return Archive(view.seen.number, tuple(may.values()), kept)


def papers(services: DeskServices, uow: UnitOfWork, number: str, actor: Actor) -> tuple[Issued, ...]:
    """What was issued."""
    return papers_issued.papers_of(uow, readable(uow, number, actor), actor, now=services.clock())


def issued_before(services: DeskServices, number: str, paper: str, actor: Actor) -> Issued | None:
    """What the same form has issued already, where somebody pressed twice."""
    with services.register.unit_of_work() as uow:
        return next((each for each in papers(services, uow, number, actor) if each.id == paper), None)


def _kept(services: DeskServices, uow: UnitOfWork, paper: Issued, may: bool) -> Kept:
    title = services.kinds[paper.kind].title if paper.kind in services.kinds else paper.kind
    return Kept(paper, title, papers_issued.verify(uow, services.files, paper), may and paper.replaced_by is None)


def is_open(kind: Kind, view: StaffView, actor: Actor) -> bool:
    """Whether this person may issue this kind for the case as it stands; the register asks again (cases/paper_rules.py)."""
    seen = view.seen
    home = actor.body is None or actor.body == seen.body
    may = papers_issued.may_issue(kind.rule, actor, compartment_of(seen.type), seen.history)
    return home and may and papers_issued.is_due(kind.rule, seen.history, seen.track)


def require(services: DeskServices, number: str, kind: Kind, actor: Actor) -> None:
    """NotPermitted where this kind can't be issued now; CaseNotFound."""
    with services.register.unit_of_work() as uow:
        _require(kind, staff_view(uow, readable(uow, number, actor), actor, now=services.clock()), actor)


def _require(kind: Kind, view: StaffView, actor: Actor) -> None:
    if not is_open(kind, view, actor):
        raise NotPermitted(f"{actor.name} issues no {kind.id} now")


# --- writing --------------------------------------------------------------------------------------------------------------------------


def begin(services: DeskServices, uow: UnitOfWork, number: str, kind: Kind, actor: Actor, replaces: str = "") -> Sheet:
    """What the register knows, in full; with `replaces` what stood in that one. NotPermitted, CaseNotFound."""
    case_id, now = readable(uow, number, actor), services.clock()
    _require(kind, staff_view(uow, case_id, actor, now=now), actor)
    reason = services.texts("notices.reason", title=kind.title)
    view = staff_view(uow, case_id, actor, now=now, reason=reason)
    known = Known(view, actor, services.office, china_day(now), uow.holidays)
    typed = making.at_first(kind, facts_of(known, kind.after), view.seen.track)
    old = _replaced(services, uow, case_id, kind, actor, replaces) if replaces else None
    if old is not None:
        said = papers_issued.fields_of(uow, case_id, old.id, actor, now=now)
        typed = {name: said.get(name, text) for name, text in typed.items()} | {"issued_on": typed["issued_on"]}
    following = papers_issued.next_number(uow, view.office, kind.rule, now)
    return Sheet(
        view.seen.number,
        typed,
        view.version,
        str(uuid4()),
        following,
        replaces if old else "",
        old.number if old else "",
    )


def _replaced(services: DeskServices, uow: UnitOfWork, case_id: str, kind: Kind, actor: Actor, paper: str) -> Issued:
    """The notice that is issued anew; CaseNotFound where it is none, or was replaced already."""
    for each in papers_issued.papers_of(uow, case_id, actor, now=services.clock()):
        if each.id == paper and each.kind == kind.id and each.replaced_by is None:
            return each
    raise CaseNotFound()


def draft(
    services: DeskServices, number: str, kind: Kind, typed: Mapping[str, str], wanted: Asked, actor: Actor
) -> Draft:
    """The paper with the next number."""
    with services.register.unit_of_work() as uow:
        case_id, now = readable(uow, number, actor), services.clock()
        view = staff_view(uow, case_id, actor, now=now)
        old = _replaced(services, uow, case_id, kind, actor, wanted.replaces) if wanted.replaces else None
        own = papers_issued.next_number(uow, view.office, kind.rule, now)
    always = making.fixed(view.seen.number, own, old.number if old else "")
    return Draft(own, typed, making.render(kind, typed, always))


def keep(
    services: DeskServices, number: str, kind: Kind, written: Draft, pdf: bytes | None, wanted: Asked, actor: Actor
) -> Issued:
    """Issue it; NumberTaken, Conflict, NotAllowed, NotPermitted, CaseNotFound."""
    made = Made(written.number, written.typed, written.word, pdf, wanted.replaces, wanted.paper)
    with services.register.unit_of_work() as uow:
        case_id = readable(uow, number, actor)
        return papers_issued.issue(
            uow, services.files, case_id, kind.rule, made, actor, version=wanted.version, now=services.clock()
        )


# --- the archived files ---------------------------------------------------------------------------------------------------------------


def read(
    services: DeskServices, uow: UnitOfWork, number: str, paper: str, form: PaperForm, actor: Actor
) -> tuple[Issued, bytes]:
    """LookupError, PaperDamaged, CaseNotFound."""
    case_id = readable(uow, number, actor)
    return papers_issued.read_paper(uow, services.files, case_id, paper, form, actor, now=services.clock())


def word_of(services: DeskServices, number: str, paper: str, actor: Actor) -> bytes:
    """The Word file, to make a PDF of it."""
    with services.register.unit_of_work() as uow:
        return read(services, uow, number, paper, PaperForm.WORD, actor)[1]


def add_pdf(services: DeskServices, number: str, paper: str, pdf: bytes, actor: Actor) -> None:
    """Into the archive, where none is yet."""
    with services.register.unit_of_work() as uow:
        case_id = readable(uow, number, actor)
        papers_issued.add_pdf(uow, services.files, case_id, paper, pdf, actor, now=services.clock())
