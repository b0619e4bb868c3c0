"""What this person may do with this case now: every act of the register with its article and its last day, and what the desk arranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cases import policy
from cases.actors import Actor
from cases.acts.staff_view import StaffView
from cases.clockwork import OVER
from cases.hearings import Held
from cases.jurisdiction import UNROUTED
from cases.policy import ALLOCATORS, OPENS, Compartment, StaffRole
from desk.cases.choices import Pairs, choices
from desk.cases.forms import ActForm, load_forms
from petition.deadlines import HolidayCalendar
from petition.lifecycle import Step
from petition.stages import Act, Role, Stage, last_day, steps_from

BY_STAFF = tuple(role for role in Role if role is not Role.PETITIONER)


@dataclass(frozen=True)
class Offer:
    """One thing to do: its form with the lists that belong to it; `due` the last day on which it is in time."""

    form: ActForm
    label: str
    article: str
    due: date | None = None
    second: bool = False  # another person has to approve
    lists: Mapping[str, Pairs] = field(default_factory=dict)
    now: Mapping[str, object] = field(default_factory=dict)  # what stands in the case, to begin with

    @property
    def name(self) -> str:
        return self.form.name


def offers(
    view: StaffView, actor: Actor, forms: Path, hearings: Sequence[Held], holidays: HolidayCalendar | None
) -> tuple[Offer, ...]:
    """Those of the regulation in the order of its table, then those of the desk."""
    if actor.body is not None and actor.body != view.seen.body:
        return ()  # a co-handling organ reads, and writes its opinion as a note
    known = load_forms(forms)
    lawful = [_lawful(view, what, actor, known[what.value], hearings, holidays) for what in view.acts]
    arranged = [_arranged(view, known[name], hearings) for name, may in DESK.items() if may(view, actor, hearings)]
    return tuple(each for each in (*lawful, *arranged) if each is not None)


def _lawful(
    view: StaffView, what: Act, actor: Actor, form: ActForm, hearings: Sequence[Held], holidays: HolidayCalendar | None
) -> Offer | None:
    step = _step(view, what, actor)
    if step is None:
        return None
    due = last_day(step, view.seen.history, holidays)
    now = _classified(view) if what is Act.CLASSIFY else {}
    return Offer(
        form.for_step(step), what.label, step.citation.text, due, step.approval, _lists(form, step, hearings), now
    )


def _step(view: StaffView, what: Act, actor: Actor) -> Step | None:
    """The row that the register will take (cases.acts.staff.lawful_step)."""
    compartment = policy.compartment_of(view.seen.type)
    for step in steps_from(view.seen.stage, view.seen.track):
        if step.act is what and step.role in BY_STAFF and policy.may_do(actor.roles, what, step.role, compartment):
            return step
    return None


def _arranged(view: StaffView, form: ActForm, hearings: Sequence[Held]) -> Offer:
    now = {"clerk": view.clerk or ""} if form.name == "allocate" else {}
    return Offer(form, form.label, form.article, lists=_lists(form, None, hearings), now=now)


def _lists(form: ActForm, step: Step | None, hearings: Sequence[Held]) -> dict[str, Pairs]:
    return {each.name: choices(each.source, step, hearings) for each in form.fields if each.source}


def _classified(view: StaffView) -> dict[str, object]:
    seen = view.seen
    return {
        "type": seen.type.value,
        "matter": seen.matter.value,
        "branch": str(seen.branch.value) if seen.branch else "",
        "channels": [each.value for each in seen.channels],
        "urgent": "1" if view.urgent else "",
    }


# --- what the desk arranges; whoever tries more is refused by the use case itself ------------------------------------------------------


def _allocates(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    return bool(actor.roles & (ALLOCATORS | OPENS[Compartment.DISCIPLINE])) and view.seen.stage not in OVER


def _names_reviewer(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    office = StaffRole.CLERK in actor.roles and actor.body is None
    return office and view.seen.stage in (Stage.REVIEWING, Stage.RECHECKING)


def _settles(view: StaffView, actor: Actor, what: Act) -> bool:
    compartment = policy.compartment_of(view.seen.type)
    return actor.body is None and policy.may_do(actor.roles, what, Role.OFFICE, compartment)


def _succeeds(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    routed = view.seen.stage not in (*UNROUTED, *OVER) and view.seen.body is not None
    return routed and _settles(view, actor, Act.DETERMINE_BODY)


def _calls(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    return Act.HOLD_HEARING in view.acts


def _calls_off(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    return Act.HOLD_HEARING in view.acts and any(each.ends_on is None for each in hearings)


def _publishes(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    held = any(each.stage is Stage.RECHECKING and each.ends_on and not each.public for each in hearings)
    named = view.confidentiality == "named" and any(each.act is Act.RECHECK for each in view.seen.history)
    return StaffRole.RECHECKER in actor.roles and held and named


def _links(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    return _settles(view, actor, Act.MERGE)


def _unlinks(view: StaffView, actor: Actor, hearings: Sequence[Held]) -> bool:
    return bool(view.linked) and _settles(view, actor, Act.MERGE)


DESK: Mapping[str, Callable[[StaffView, Actor, Sequence[Held]], bool]] = {
    "allocate": _allocates,
    "name-reviewer": _names_reviewer,
    "succeed": _succeeds,
    "call-hearing": _calls,
    "call-off-hearing": _calls_off,
    "publish-opinion": _publishes,
    "link": _links,
    "unlink": _unlinks,
}
