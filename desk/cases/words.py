"""What went wrong, in words: every refusal of the register with its article, and beside the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cases.policy import NotPermitted
from desk.pages import day
from knowledge.catalogue import Catalogue
from petition.errors import CaseNotFound, Conflict, InvalidValue, NotAllowed, NotComplete, PetitionError

ERRORS = (PetitionError, NotPermitted)
CHOICES = "choice-unknown"


@dataclass(frozen=True)
class Trouble:
    """Words for the head of the form, and for single fields."""

    words: str
    fields: Mapping[str, str] = field(default_factory=dict)


def trouble_of(t: Catalogue, error: Exception, labels: Mapping[str, str]) -> Trouble:
    """`labels`: what the fields are called on the page."""
    match error:
        case NotComplete():
            return _missing(t, error, labels)
        case InvalidValue():
            return _invalid(t, error, labels)
        case NotAllowed():
            return Trouble(_refused(t, error))
        case CaseNotFound():
            return Trouble(t("cases.error.case-not-found"))
        case Conflict():
            return Trouble(t("cases.error.conflict"))
        case NotPermitted():
            return Trouble(t("cases.error.not-permitted"))
        case _:
            return Trouble(t("cases.error.other"))


def faults_of(t: Catalogue, faults: Mapping[str, str]) -> Trouble:
    """What was wrong before the register was asked."""
    return Trouble(t("cases.error.form"), {name: _reason(t, code, {}) for name, code in faults.items()})


def _missing(t: Catalogue, error: NotComplete, labels: Mapping[str, str]) -> Trouble:
    slots = error.details.get("slots")
    names = [str(each) for each in slots] if isinstance(slots, tuple | list) else []
    said = "、".join(labels.get(each, each) for each in names)
    return Trouble(t("cases.error.not-complete", fields=said), {each: t("cases.reason.missing") for each in names})


def _invalid(t: Catalogue, error: InvalidValue, labels: Mapping[str, str]) -> Trouble:
    words = _reason(t, error.reason, error.details)
    label = labels.get(error.slot, "")
    return Trouble(f"{label}：{words}" if label else words, {error.slot: words})


def _reason(t: Catalogue, code: str, details: Mapping[str, object]) -> str:
    key = f"cases.reason.{code}"
    if key not in t:
        return t("cases.reason.other")
    given = {"least": "", "most": "", "count": "", "law": "", "digits": ""} | dict(details)
    return t(key, **given)


def _refused(t: Catalogue, error: NotAllowed) -> str:
    """The most telling of what the error carries."""
    said = {name: day(value) if isinstance(value, date) else value for name, value in error.details.items()}
    article = str(said.get("citation") or "")
    for name in ("until", "not_before", "not_after", "most", "lead", "merged"):
        if name in said:
            return t(
                f"cases.error.{'merged' if name == 'merged' else name.replace('_', '-')}",
                **{"citation": article} | said,
            )
    key = f"cases.error.{error.code}"
    return t(key if key in t else "cases.error.not-allowed", citation=article)
