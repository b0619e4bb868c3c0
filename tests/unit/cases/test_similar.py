"""Already here: the petitioner hears which case it is, others only that the thing is known; reports and secrets are given away to nobody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cases import audit, similar
from cases.audit import Entry
from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.file import Receipt, file_petition
from cases.history import record_event
from cases.models import Case
from cases.similar import Already, Standing
from cases.sketches import likeness
from petition.draft import Filing
from petition.matters import Matter, PetitionType
from petition.parties import Confidentiality, Party, PartyRole
from petition.stages import Act, Event, Role, Stage
from tests.unit.cases.factories import KEY, NAME, NOON, OFFICE, PHONE, VALUES, make_filing

STORY = "我在恒盛箱包厂做缝纫工，从2026年5月起厂里没发过工资，五个月一共欠我两万一千块，老板老说没钱"
RETOLD = "我在恒盛箱包厂做缝纫工，5月起厂里就没发过工资，五个月一共欠我两万一千，老板老说没钱"
COLLEAGUE = "恒盛箱包厂从2026年5月起欠我四个月工资，一共一万六千块，一直不给"
ELSEWHERE = "快递站扣了我三个月的提成，说是丢件罚款，我一件都没有丢过，站长不让看记录"
MINE: dict[str, object] = {
    "narrative": STORY, "respondent": "恒盛箱包厂", "place": "清河区工业园", "name": NAME, "phone": PHONE, "address": "北门街12号",
}  # fmt: skip


def filing(filing_key: str = "first", **changes: Any) -> Filing:
    told = {**MINE, **{slot: changes.pop(slot) for slot in list(changes) if slot in MINE}}
    party = Party(PartyRole.PETITIONER, str(told["name"]), str(told["address"]), str(told["phone"]))
    values = {**VALUES, **{slot: told[slot] for slot in ("narrative", "respondent", "place")}}
    return make_filing(filing_key, values=values, parties=(party,), **changes)


def file_it(uow: UnitOfWork, **changes: Any) -> Receipt:
    return file_petition(uow, filing(**changes), office=OFFICE, now=NOON)


def look(uow: UnitOfWork, *, kind: PetitionType = PetitionType.CLAIM, key: str = "second", **told: Any) -> Already:
    matter = Matter.DISCIPLINE if kind is PetitionType.REPORT else Matter.LABOUR
    return similar.find(uow, kind, matter, MINE | told, filing_key=key, now=NOON)


def test_the_petitioner_hears_the_number_and_the_stage(uow: UnitOfWork) -> None:
    receipt = file_it(uow)
    own = look(uow, narrative=RETOLD).own
    assert own is not None
    assert (own.number, own.stage, own.standing) == (receipt.number, Stage.REGISTERED, Standing.OPEN)
    assert own.due == date(2026, 12, 6)


@pytest.mark.parametrize("other", [{"phone": "13900000009"}, {"name": "方志明"}, {"phone": ""}])
def test_whoever_does_not_give_both_name_and_phone_hears_no_detail(uow: UnitOfWork, other: dict[str, Any]) -> None:
    file_it(uow)
    assert look(uow, **other) == Already(own=None, others=True)


def test_another_thing_of_the_same_person_is_not_here(uow: UnitOfWork) -> None:
    file_it(uow)
    assert look(uow, narrative=ELSEWHERE, respondent="顺达快递站", place="南关") == Already()


def test_a_colleague_hears_that_it_is_known(uow: UnitOfWork) -> None:
    file_it(uow)
    colleague: dict[str, Any] = {"name": "方志明", "phone": "13900000002", "address": "南门街1号"}
    assert look(uow, **colleague, narrative=COLLEAGUE) == Already(others=True)
    assert look(uow, **colleague, narrative=ELSEWHERE, respondent="顺达快递站", place="南关") == Already()


def test_the_same_filing_is_not_its_own_double(uow: UnitOfWork) -> None:
    file_it(uow)
    assert look(uow, key="first") == Already()


def test_a_confidential_filing_is_given_away_to_nobody(uow: UnitOfWork) -> None:
    file_it(uow, confidentiality=Confidentiality.CONFIDENTIAL)
    assert look(uow) == Already()
    assert look(uow, name="方志明") == Already()


def test_a_report_is_given_away_to_nobody(uow: UnitOfWork) -> None:
    file_it(uow, type=PetitionType.REPORT, matter=Matter.DISCIPLINE)
    assert look(uow, kind=PetitionType.REPORT) == Already()
    assert similar.find(uow, PetitionType.CLAIM, Matter.DISCIPLINE, MINE, filing_key="x", now=NOON) == Already()


@pytest.mark.parametrize(
    ("acts", "standing"),
    [
        (((Act.RECHECK, Stage.RECHECKED), (Act.CONCLUDE, Stage.CONCLUDED)), Standing.RECHECKED),
        (((Act.RECHECK, Stage.RECHECKED),), Standing.OPEN),
        (((Act.CONCLUDE, Stage.CONCLUDED),), None),
        (((Act.WITHDRAW, Stage.WITHDRAWN),), None),
    ],
)
def test_what_a_recheck_has_ended_is_told_what_was_given_up_is_not(
    uow: UnitOfWork, acts: tuple[tuple[Act, Stage], ...], standing: Standing | None
) -> None:
    receipt = file_it(uow)
    case = uow.session.scalars(select(Case).where(Case.number == receipt.number)).one()
    for day, (act, stage) in enumerate(acts, 1):
        on = date(2026, 11, 21) + timedelta(days=day)
        record_event(uow.session, case, Event(on, act, stage, Role.OFFICE, None, None), at=NOON)
    audit.note(uow.session, Entry(NOON, "office", "test", case.id))
    uow.commit()
    own = look(uow).own
    assert (own.standing if own else None) == standing


def test_staff_see_what_belongs_together(uow: UnitOfWork) -> None:
    numbers = [
        file_it(uow, filing_key="one").number,
        file_it(uow, filing_key="two", name="方志明", phone="13900000002", narrative=COLLEAGUE).number,
        file_it(uow, filing_key="three", narrative=ELSEWHERE, respondent="顺达快递站", place="南关").number,
    ]
    ids = {case.number: case.id for case in uow.session.scalars(select(Case))}
    assert similar.linked(uow, ids[numbers[0]]) == [numbers[1]]
    assert similar.linked(uow, ids[numbers[1]]) == [numbers[0]]
    assert similar.linked(uow, ids[numbers[2]]) == []


def test_a_retry_links_nothing_twice(uow: UnitOfWork) -> None:
    first = file_it(uow, filing_key="one")
    assert file_it(uow, filing_key="two") == file_it(uow, filing_key="two")
    case = uow.session.scalars(select(Case).where(Case.number == first.number)).one()
    assert len(similar.linked(uow, case.id)) == 1


def test_a_sketch_compares_and_tells_nothing() -> None:
    ours, theirs = Ciphers(KEY), Ciphers("another key of 32 characters and more")
    mine, retold, other = (ours.sketch(text) or b"" for text in (STORY, RETOLD, ELSEWHERE))
    assert likeness(mine, retold) > 0.5 > 0.2 > likeness(mine, other)
    assert likeness(mine, theirs.sketch(STORY) or b"") < 0.1, "without the key nothing can be tried out"
    assert len(mine) == 64
    assert ours.sketch("太短了") is None
