"""Forms of acts as data (data/desk/acts.yml): which fields somebody fills in for each, and what of them is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from starlette.datastructures import FormData, UploadFile

from knowledge.yamls import read_yaml
from petition.lifecycle import Step
from petition.stages import Act

PREFIX = "f."  # of the names of fields in a page: they meet nothing else there
NOT_DETAILS = ("on", "received_on", "days")
LONGEST = {"line": 128, "organ": 128, "case": 64, "words": 4000, "organs": 1000, "clerk": 64}


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    WORDS = "words"
    ORGAN = "organ"
    ORGANS = "organs"
    CASE = "case"
    DAY = "day"
    COUNT = "count"
    CHOICE = "choice"
    CHOICES = "choices"
    FLAG = "flag"
    CLERK = "clerk"
    SCAN = "scan"


SOURCES = frozenset(
    {
        "types", "matters", "branches", "channels", "grounds", "outcomes", "decisions", "successions", "settlements",
        "weights", "hearings",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One row of a form; `source` names the list that a choice is made from."""

    name: str
    kind: Kind
    label: str
    required: bool = False
    help: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """Its name in a page."""
        return PREFIX + self.name

    @property
    def longest(self) -> int:
        """In characters."""
        return LONGEST.get(self.kind, 64)


@dataclass(frozen=True)
class ActForm:
    """What is asked for one act; `label` and `article` of those that are no act of the regulation."""

    name: str
    fields: tuple[Field, ...]
    label: str = ""
    article: str = ""

    @property
    def uploads(self) -> bool:
        """Whether a file goes with it."""
        return any(each.kind is Kind.SCAN for each in self.fields)

    def for_step(self, step: Step) -> ActForm:
        """As the table of law wants it here: what must be written is required; the organ of a decline depends on its ground."""
        needs = set(step.needs) - {"competent_body"}
        return replace(
            self, fields=tuple(replace(each, required=each.required or each.name in needs) for each in self.fields)
        )


@dataclass(frozen=True)
class Said:
    """What somebody has filled in, as it was typed (`typed`) and as it is meant; `faults`: field → code of what is wrong."""

    typed: Mapping[str, object] = field(repr=False)
    details: Mapping[str, object] = field(repr=False)
    on: date | None = None
    received_on: date | None = None
    days: int | None = None
    scans: tuple[UploadFile, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)


@cache
def load_forms(path: Path) -> Mapping[str, ActForm]:
    """Every form by its name; ValueError names what is wrong with the file."""
    given = read_yaml(path)
    return {str(name): _form(path.name, str(name), said) for name, said in given.items()}


def _form(file: str, name: str, said: Mapping[str, object]) -> ActForm:
    try:
        rows = said["fields"]
        assert isinstance(rows, list)
        fields = tuple(_field(dict(row)) for row in rows)
        act_of_law = name in list(Act)
        if not act_of_law and not (said.get("label") and said.get("article")):
            raise ValueError("label and article are missing")
    except (KeyError, TypeError, ValueError, AssertionError) as fault:
        raise ValueError(f"{file}: {name}: {fault}") from fault
    return ActForm(name, fields, str(said.get("label", "")), str(said.get("article", "")))


def _field(row: dict[str, object]) -> Field:
    kind, source = Kind(str(row.pop("kind"))), str(row.pop("from", ""))
    if (kind in (Kind.CHOICE, Kind.CHOICES)) != (source in SOURCES):
        raise ValueError(f"{row.get('name')}: from: one of {', '.join(sorted(SOURCES))}")
    return Field(
        str(row.pop("name")),
        kind,
        str(row.pop("label")),
        bool(row.pop("required", False)),
        str(row.pop("help", "")),
        source,
    )


def read(form: ActForm, data: FormData) -> Said:
    """What was filled in; nothing that was typed is lost, whatever is wrong with it."""
    typed: dict[str, object] = {}
    meant: dict[str, object] = {}
    faults: dict[str, str] = {}
    scans: list[UploadFile] = []
    for row in form.fields:
        value = _typed(row, data, scans)
        typed[row.name] = value
        try:
            meant[row.name] = _meant(row, value)
        except ValueError as fault:
            faults[row.name] = str(fault)
        if row.required and row.name not in faults and not meant[row.name] and not (row.kind is Kind.SCAN and scans):
            faults[row.name] = "missing"
    details = {name: value for name, value in meant.items() if name not in NOT_DETAILS and value not in ("", None, [])}
    on, received, days = (meant.get(name) for name in NOT_DETAILS)
    return Said(
        typed,
        details,
        on if isinstance(on, date) else None,
        received if isinstance(received, date) else None,
        days if isinstance(days, int) else None,
        tuple(scans),
        faults,
    )


def _typed(row: Field, data: FormData, scans: list[UploadFile]) -> object:
    given = data.getlist(row.key)
    if row.kind is Kind.SCAN:
        scans.extend(each for each in given if isinstance(each, UploadFile) and each.size)
        return next((each for each in given if isinstance(each, str) and each), "")
    words = [each for each in given if isinstance(each, str)]
    if row.kind is Kind.CHOICES:
        return words
    return words[-1] if words else ""


def _meant(row: Field, value: object) -> object:
    """ValueError says with a code what is wrong."""
    if isinstance(value, list):
        return value
    text = str(value).strip()
    if len(text) > row.longest:
        raise ValueError("too-long")
    match row.kind:
        case Kind.FLAG:
            return bool(text)
        case Kind.ORGANS:
            return [each.strip() for each in text.splitlines() if each.strip()]
        case Kind.DAY:
            return _day(text)
        case Kind.COUNT:
            return _count(text)
        case _:
            return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("day") from None


def _count(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise ValueError("count")
    return int(text) if text else None
