"""The citizen's words and persons of a case: sealed into rows when it is filed, opened for whoever may read them."""

from __future__ import annotations

import json

from cases import policy
from cases.ciphers import Ciphers
from cases.models import Case, CaseText, new_id
from cases.models import Party as PartyRow
from cases.policy import Compartment, StaffRole
from petition.draft import Filing
from petition.parties import Party, PartyRole

PARTY_SLOTS = frozenset({"name", "address", "phone", "people", "on_behalf_of"})


def text_rows(ciphers: Ciphers, filing: Filing) -> list[CaseText]:
    """Every slot that does not stand in the parties; of an anonymous filing that is all there is."""
    in_parties = PARTY_SLOTS if filing.parties else frozenset[str]()
    compartment = policy.compartment_of(filing.type)
    return [
        _text_row(ciphers, slot, value, compartment) for slot, value in filing.values.items() if slot not in in_parties
    ]


def values_of(ciphers: Ciphers, case: Case, role: StaffRole = StaffRole.CLERK) -> dict[str, object]:
    """The slots of a case in normal form, without its parties; NotPermitted where the role may not read them."""
    return {row.slot: json.loads(_open(ciphers, row, "case_texts.value", row.value_sealed, role)) for row in case.texts}


def party_rows(ciphers: Ciphers, filing: Filing) -> list[PartyRow]:
    """The parties in the order of the filing."""
    compartment = policy.compartment_of(filing.type)
    return [_party_row(ciphers, party, position, compartment) for position, party in enumerate(filing.parties)]


def parties_of(ciphers: Ciphers, case: Case, role: StaffRole = StaffRole.CLERK) -> tuple[Party, ...]:
    """The parties of a case; NotPermitted where the role may not know them."""
    return tuple(_party(ciphers, row, role) for row in case.parties)


def _text_row(ciphers: Ciphers, slot: str, value: object, compartment: Compartment) -> CaseText:
    row_id = new_id()
    sealed = ciphers.seal(json.dumps(value, ensure_ascii=False), _place("case_texts.value", row_id), compartment)
    return CaseText(id=row_id, slot=slot, sealed_for=compartment.value, value_sealed=sealed)


def _party_row(ciphers: Ciphers, party: Party, position: int, compartment: Compartment) -> PartyRow:
    """Of a report there is no index: nobody finds out by a name or a phone who reported."""
    row_id, comparable = new_id(), compartment is Compartment.GENERAL

    def seal(column: str, text: str) -> bytes | None:
        return ciphers.seal(text, _place(column, row_id), compartment) if text else None

    return PartyRow(
        id=row_id,
        role=party.role.value,
        position=position,
        sealed_for=compartment.value,
        name_sealed=seal("parties.name", party.name),
        address_sealed=seal("parties.address", party.address),
        phone_sealed=seal("parties.phone", party.phone),
        name_index=ciphers.name_index(party.name) if party.name and comparable else None,
        phone_index=ciphers.phone_index(party.phone) if party.phone and comparable else None,
        address_index=ciphers.address_index(party.address) if party.address and comparable else None,
    )


def _party(ciphers: Ciphers, row: PartyRow, role: StaffRole) -> Party:
    def opened(column: str, sealed: bytes | None) -> str:
        return _open(ciphers, row, column, sealed, role) if sealed else ""

    return Party(
        PartyRole(row.role),
        name=opened("parties.name", row.name_sealed),
        address=opened("parties.address", row.address_sealed),
        phone=opened("parties.phone", row.phone_sealed),
    )


def _open(ciphers: Ciphers, row: CaseText | PartyRow, column: str, sealed: bytes, role: StaffRole) -> str:
    compartment = Compartment(row.sealed_for)
    policy.require(role, compartment)
    return ciphers.open(sealed, _place(column, row.id), compartment)


def _place(column: str, row_id: str) -> str:
    return f"{column}:{row_id}"
