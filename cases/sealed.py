"""The citizen's words and persons of a case: sealed into rows when it is filed, opened for whoever may read them."""

from __future__ import annotations

import json

from cases.ciphers import Ciphers
from cases.models import Case, CaseText, new_id
from cases.models import Party as PartyRow
from petition.draft import Filing
from petition.parties import Party, PartyRole

PARTY_SLOTS = frozenset({"name", "address", "phone", "people", "on_behalf_of"})


def text_rows(ciphers: Ciphers, filing: Filing) -> list[CaseText]:
    """Every slot that does not stand in the parties; of an anonymous filing that is all there is."""
    in_parties = PARTY_SLOTS if filing.parties else frozenset[str]()
    return [_text_row(ciphers, slot, value) for slot, value in filing.values.items() if slot not in in_parties]


def values_of(ciphers: Ciphers, case: Case) -> dict[str, object]:
    """The slots of a case in normal form, without its parties."""
    return {
        row.slot: json.loads(ciphers.open(row.value_sealed, _place("case_texts.value", row.id))) for row in case.texts
    }


def party_rows(ciphers: Ciphers, filing: Filing) -> list[PartyRow]:
    """The parties in the order of the filing."""
    return [_party_row(ciphers, party, position) for position, party in enumerate(filing.parties)]


def parties_of(ciphers: Ciphers, case: Case) -> tuple[Party, ...]:
    """The parties of a case."""
    return tuple(_party(ciphers, row) for row in case.parties)


def _text_row(ciphers: Ciphers, slot: str, value: object) -> CaseText:
    row_id = new_id()
    text = json.dumps(value, ensure_ascii=False)
    return CaseText(id=row_id, slot=slot, value_sealed=ciphers.seal(text, _place("case_texts.value", row_id)))


def _party_row(ciphers: Ciphers, party: Party, position: int) -> PartyRow:
    row_id = new_id()

    def seal(column: str, text: str) -> bytes | None:
        return ciphers.seal(text, _place(column, row_id)) if text else None

    return PartyRow(
        id=row_id,
        role=party.role.value,
        position=position,
        name_sealed=seal("parties.name", party.name),
        address_sealed=seal("parties.address", party.address),
        phone_sealed=seal("parties.phone", party.phone),
        name_index=ciphers.name_index(party.name) if party.name else None,
        phone_index=ciphers.phone_index(party.phone) if party.phone else None,
    )


def _party(ciphers: Ciphers, row: PartyRow) -> Party:
    def opened(column: str, sealed: bytes | None) -> str:
        return ciphers.open(sealed, _place(column, row.id)) if sealed else ""

    return Party(
        PartyRole(row.role),
        name=opened("parties.name", row.name_sealed),
        address=opened("parties.address", row.address_sealed),
        phone=opened("parties.phone", row.phone_sealed),
    )


def _place(column: str, row_id: str) -> str:
    return f"{column}:{row_id}"
