"""What of a case can stand in a column: each field with how it is found, labelled and masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from cases import sealed
from cases.ciphers import Ciphers
from cases.history import events_of
from cases.models import Case
from cases.policy import StaffRole
from petition.days import china_day
from petition.doors import Door
from petition.masking import mask_address, mask_name, mask_phone, mask_text
from petition.matters import Matter, PetitionType
from petition.parties import Confidentiality, Party, PartyRole
from petition.stages import Act, Event, Stage


@dataclass(frozen=True)
class Opened:
    """A case with its words and persons opened."""

    case: Case
    values: Mapping[str, object]
    parties: tuple[Party, ...]
    history: tuple[Event, ...]

    @property
    def petitioner(self) -> Party:
        """An empty one where the case is anonymous."""
        empty = Party(PartyRole.PETITIONER, "")
        return next((party for party in self.parties if party.role is PartyRole.PETITIONER), empty)

    @property
    def confidential(self) -> bool:
        """Whether the petitioner wants not to be known."""
        return self.case.confidentiality == Confidentiality.CONFIDENTIAL.value

    def last(self, act: Act) -> date | None:
        """The day of the last such act."""
        return next((event.on for event in reversed(self.history) if event.act is act), None)

    def said(self, slot: str) -> object:
        """A slot in the citizen's words."""
        return self.values.get(slot)


def open_case(ciphers: Ciphers, case: Case, role: StaffRole) -> Opened:
    """NotPermitted where the role may not read it."""
    values, parties = sealed.values_of(ciphers, case, role), sealed.parties_of(ciphers, case, role)
    return Opened(case, values, parties, events_of(case))


def _plain(text: str) -> str:
    return text


@dataclass(frozen=True)
class Field:
    """How a field is read; `label` names a code in Chinese, `mask` hides what is personal in it."""

    read: Callable[[Opened], object]
    label: Callable[[str], str] = _plain
    mask: Callable[[str], str] = mask_text
    personal: bool = False


FIELDS: Mapping[str, Field] = {
    "number": Field(lambda of: of.case.number, mask=_plain),
    "filed_on": Field(lambda of: china_day(of.case.filed_at), mask=_plain),
    "office": Field(lambda of: of.case.office, mask=_plain),
    "door": Field(lambda of: of.case.door, lambda code: Door(code).label, _plain),
    "type": Field(lambda of: of.case.type, lambda code: PetitionType(code).label, _plain),
    "matter": Field(lambda of: of.case.matter, lambda code: Matter(code).info.title, _plain),
    "branch": Field(lambda of: of.case.branch, mask=_plain),
    "confidentiality": Field(lambda of: of.case.confidentiality, lambda code: Confidentiality(code).label, _plain),
    "stage": Field(lambda of: of.case.stage, lambda code: Stage(code).label, _plain),
    "body": Field(lambda of: of.case.body, mask=_plain),
    "due_on": Field(lambda of: of.case.due_on, mask=_plain),
    "closed_on": Field(lambda of: of.case.closed_on, mask=_plain),
    "accepted_on": Field(lambda of: of.last(Act.ACCEPT), mask=_plain),
    "replied_on": Field(lambda of: of.last(Act.REPLY), mask=_plain),
    "reviewed_on": Field(lambda of: of.last(Act.REVIEW), mask=_plain),
    "rechecked_on": Field(lambda of: of.last(Act.RECHECK), mask=_plain),
    "people": Field(lambda of: max(1, len(of.parties)), mask=_plain),
    "petitioner.name": Field(lambda of: of.petitioner.name, mask=mask_name, personal=True),
    "petitioner.address": Field(lambda of: of.petitioner.address, mask=mask_address, personal=True),
    "petitioner.phone": Field(lambda of: of.petitioner.phone, mask=mask_phone, personal=True),
    "narrative": Field(lambda of: of.said("narrative")),
    "request": Field(lambda of: of.said("request")),
    "respondent": Field(lambda of: of.said("respondent")),
    "place": Field(lambda of: of.said("place")),
    "occurred_on": Field(lambda of: of.said("occurred_on"), mask=_plain),
    "amount": Field(lambda of: of.said("amount"), mask=_plain),
    "prior_handling": Field(lambda of: of.said("prior_handling")),
}
