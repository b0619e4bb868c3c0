"""Everything that the page of a case shows, read for one person; the register writes down that they did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases import hearings, jurisdiction, mediation, notes, pictures
from cases.actors import Actor
from cases.acts.deciding import Waiting, waiting_for
from cases.acts.staff_view import StaffView, staff_view
from cases.database import UnitOfWork
from cases.hearings import Held
from cases.jurisdiction import Concerned
from cases.mediation import Mediated
from cases.notes import Noted
from cases.pictures import Sheet
from cases.policy import NotPermitted
from cases.readable import readable
from cases.staff.accounts import Account, all_accounts
from desk.bootstrap import DeskServices
from desk.cases.offers import Offer, offers
from desk.cases.suggested import suggested
from desk.pages import day
from petition.errors import CaseNotFound
from petition.stages import Act, Stage
from petition.triage import Triage

HEARD = (Stage.HANDLING, Stage.EXTENDED, Stage.RECHECKING)
SETTLED = frozenset({Act.REFER_MEDIATION, Act.RECORD_MEDIATION})
BODIES = frozenset({Act.PROPOSE_BODY, Act.DETERMINE_BODY, Act.OBJECT})
LONGEST_SEEN = 2000


@dataclass(frozen=True)
class CasePage:
    """A case with all that hangs on it."""

    id: str
    view: StaffView
    offers: tuple[Offer, ...]
    waiting: tuple[Waiting, ...]
    staff: tuple[Account, ...]
    triage: Triage | None = field(repr=False, default=None)
    notes: tuple[Noted, ...] = field(repr=False, default=())
    sheets: tuple[Sheet, ...] = field(repr=False, default=())
    hearings: tuple[Held, ...] = ()
    mediations: tuple[Mediated, ...] = ()
    bodies: tuple[Concerned, ...] = ()

    def offer(self, name: str) -> Offer | None:
        """One of them by its name."""
        return next((each for each in self.offers if each.name == name), None)


def read_case(
    services: DeskServices, uow: UnitOfWork, number: str, actor: Actor, *, reason: str | None = None
) -> CasePage:
    """CaseNotFound for what they may not read and for what there is not."""
    now = services.clock()
    case_id = readable(uow, number, actor)
    try:
        view = staff_view(uow, case_id, actor, now=now, reason=reason)
        return _read(services, uow, case_id, view, actor, now)
    except NotPermitted:  # it went to another organ in this moment
        raise CaseNotFound() from None


def _read(
    services: DeskServices, uow: UnitOfWork, case_id: str, view: StaffView, actor: Actor, now: datetime
) -> CasePage:
    acts = {event.act for event in view.seen.history}
    heard = view.seen.stage in HEARD or Act.HOLD_HEARING in acts
    held = hearings.hearings_of(uow, case_id, actor, now=now) if heard else ()
    settled = mediation.mediations_of(uow, case_id, actor, now=now) if acts & SETTLED else ()
    concerned = jurisdiction.bodies_of(uow, case_id, actor, now=now) if acts & BODIES else ()
    return CasePage(
        id=case_id,
        view=view,
        offers=offers(view, actor, services.settings.desk_dir / "acts.yml", held, uow.holidays),
        waiting=waiting_for(uow, actor, case_id=case_id),
        staff=all_accounts(uow),
        triage=suggested(services.settings.triage_dir, view.values),
        notes=notes.notes_of(uow, case_id, actor, now=now),
        sheets=pictures.sheets_of(uow, case_id, actor, now=now),
        hearings=held,
        mediations=settled,
        bodies=concerned,
    )


def standing(view: StaffView) -> dict[str, str]:
    """What of a case may change under somebody's hands, in words: for telling before from now."""
    seen = view.seen
    return {
        "stage": seen.stage.label,
        "type": seen.type_title,
        "matter": seen.matter_title,
        "branch": seen.branch.label if seen.branch else "",
        "body": seen.body or "",
        "clerk": view.clerk or "",
        "due": day(seen.due) if seen.due else "",
        "urgent": "1" if view.urgent else "",
        "events": str(len(seen.history)),
    }


def remembered(view: StaffView) -> str:
    """The same as it travels in the page."""
    return json.dumps(standing(view), ensure_ascii=False, separators=(",", ":"))


def recalled(text: str) -> Mapping[str, str]:
    """What the page knew; empty where somebody has tampered with it."""
    try:
        given: Any = json.loads(text[:LONGEST_SEEN])
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
