"""A case in words for its page: what stands in the register under names of the program becomes what a clerk reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.actors import PETITIONER
from cases.acts import Satisfaction
from cases.acts.staff_view import Deed, RatingView
from cases.history import SYSTEM
from desk.cases.choices import FIXED
from desk.cases.forms import ActForm, Kind
from desk.cases.reading import CasePage
from desk.pages import TEMPLATES, day
from knowledge.catalogue import Catalogue
from petition.doors import Door
from petition.draft import SLOTS
from petition.life import Event
from petition.masking import mask_text
from petition.parties import Confidentiality
from petition.stages import Ground, Role

Words = tuple[tuple[str, str], ...]
HIDDEN = frozenset(
    {"into", "attachment", "hearing", "key", "on", "received_on"}
)  # ids, and what stands in a column of its own
DOORS = {each.value: each.label for each in Door}
TEMPLATES.env.filters["masked"] = mask_text
TEMPLATES.env.globals["door_labels"] = DOORS


@dataclass(frozen=True)
class Done:
    """One line of the history; `said`: what was written with it, under the names of the form."""

    event: Event
    actor_shown: str
    said: Words


def showing(t: Catalogue, read: CasePage, forms: Mapping[str, ActForm]) -> dict[str, Any]:
    """What the template of a case needs beside the case itself."""
    view = read.view
    return {
        "words": words_of(view.values),
        "supplements": [words_of(each) for each in view.supplements],
        "history": deeds_of(t, view.history, forms),
        "ratings": [rating_of(t, each) for each in view.ratings],
        "confidentiality": Confidentiality(view.confidentiality).label,
        "agrees": agrees(read),
    }


def words_of(values: Mapping[str, object]) -> Words:
    """The slots in the order of the form; the files have a place of their own."""
    known = [slot for slot in SLOTS if slot in values and slot != "evidence"]
    return tuple((SLOTS[slot].title, plain(values[slot])) for slot in known)


def deeds_of(t: Catalogue, deeds: Iterable[Deed], forms: Mapping[str, ActForm]) -> list[Done]:
    """The history, oldest first."""
    return [
        Done(each.event, actor_of(t, each), said_of(t, forms.get(each.event.act.value), each.details)) for each in deeds
    ]


def actor_of(t: Catalogue, deed: Deed) -> str:
    if deed.event.by is Role.PETITIONER or deed.actor == PETITIONER:
        return Role.PETITIONER.label
    return t("cases.system") if deed.actor == SYSTEM else deed.actor


def said_of(t: Catalogue, form: ActForm | None, details: Mapping[str, object]) -> Words:
    """What was written with an act, as the form calls it; ids of things are left out."""
    fields = {each.name: each for each in form.fields} if form else {}
    rows = []
    for name, value in details.items():
        key = f"cases.details.{name}"
        field = fields.get(name)
        label = field.label if field else t(key) if key in t else ""
        if label and name not in HIDDEN and value not in (None, "", [], False):
            rows.append(
                (
                    label,
                    chosen(field.source, value)
                    if field and field.kind in (Kind.CHOICE, Kind.CHOICES)
                    else plain(value),
                )
            )
    return tuple(rows)


def chosen(source: str, value: object) -> str:
    """A choice by its words."""
    known = dict(FIXED[source]()) if source in FIXED else {each.value: each.label for each in Ground}
    values = value if isinstance(value, list | tuple) else [value]
    return "、".join(known.get(str(each), str(each)) for each in values)


def plain(value: object) -> str:
    """Numbers, days and lists as people write them."""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, float):
        return f"{value:,.2f}".removesuffix(".00")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(map(plain, value))
    return str(value)


def rating_of(t: Catalogue, rating: RatingView) -> str:
    """Whom, and how."""
    return f"{t(f'cases.rating.{rating.of}')}：{Satisfaction(rating.satisfaction).label}"


def agrees(read: CasePage) -> bool:
    """Whether the rules would classify it as it stands."""
    seen, found = read.view.seen, read.triage
    return found is not None and (found.type, found.matter, found.branch) == (seen.type, seen.matter, seen.branch)
