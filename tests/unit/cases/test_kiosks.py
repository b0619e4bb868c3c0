"""Which machines are kiosks of the office: invited by staff, known by a token, out as soon as it is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases import kiosks
from cases.database import UnitOfWork
from cases.kiosks import Enrolled, KioskFault
from cases.lockout import MOST_MISSES
from cases.models import Audit, KioskDevice
from petition.errors import LockedOut
from tests.unit.cases.factories import NOON

HALL, CLERK, HERE = "大厅1号机", "李四", "client of the hall"
MINUTE = timedelta(minutes=1)


def enrolled(uow: UnitOfWork, name: str = HALL) -> Enrolled:
    code = kiosks.invite(uow, name, CLERK, now=NOON).code
    found = kiosks.enrol(uow, code, client=HERE, now=NOON)
    assert found
    return found


def acts(uow: UnitOfWork) -> list[tuple[str, str]]:
    found = [(row.act, row.actor) for row in uow.session.scalars(select(Audit).order_by(Audit.id))]
    uow.rollback()
    return found


def test_a_code_makes_a_machine_known_once(uow: UnitOfWork) -> None:
    code = kiosks.invite(uow, f" {HALL} ", CLERK, now=NOON).code
    typed = code.lower().replace("-", " ")
    first = kiosks.enrol(uow, typed, client=HERE, now=NOON + MINUTE)
    assert first
    assert first.device.name == HALL
    assert kiosks.enrol(uow, code, client=HERE, now=NOON + MINUTE) is None
    assert kiosks.recognise(uow, first.token, now=NOON + MINUTE) == first.device
    assert kiosks.recognise(uow, first.token + "x", now=NOON) is None
    assert kiosks.recognise(uow, "", now=NOON) is None
    assert acts(uow) == [("kiosk-invited", CLERK), ("kiosk-registered", "system")]


def test_a_code_is_good_for_ten_minutes_and_only_the_newest_of_a_name(uow: UnitOfWork) -> None:
    old = kiosks.invite(uow, HALL, CLERK, now=NOON)
    new = kiosks.invite(uow, HALL, CLERK, now=NOON)
    assert kiosks.enrol(uow, old.code, client=HERE, now=NOON) is None
    assert kiosks.enrol(uow, new.code, client=HERE, now=NOON + 10 * MINUTE) is None
    assert kiosks.devices(uow, now=NOON + 10 * MINUTE) == ()
    assert len(kiosks.devices(uow, now=NOON)) == 1


def test_who_guesses_is_locked_out(uow: UnitOfWork) -> None:
    code = kiosks.invite(uow, HALL, CLERK, now=NOON).code
    for guess in range(MOST_MISSES):
        assert kiosks.enrol(uow, f"K-0000-000{guess}", client="somebody", now=NOON) is None
    with pytest.raises(LockedOut):
        kiosks.enrol(uow, code, client="somebody", now=NOON)
    assert kiosks.enrol(uow, code, client=HERE, now=NOON)


def test_neither_code_nor_token_stands_in_the_register(uow: UnitOfWork) -> None:
    code = kiosks.invite(uow, "2号机", CLERK, now=NOON).code
    token = enrolled(uow).token
    rows = uow.session.scalars(select(KioskDevice)).all()
    kept = str([getattr(row, column.name) for row in rows for column in KioskDevice.__table__.columns])
    uow.rollback()
    assert len(rows) == 2
    assert token not in kept
    assert code not in kept
    assert code.replace("-", "")[1:] not in kept


def test_a_revoked_machine_is_out_at_once_and_its_name_is_free_again(uow: UnitOfWork) -> None:
    token = enrolled(uow).token
    with pytest.raises(KioskFault, match="already"):
        kiosks.invite(uow, HALL, CLERK, now=NOON)
    revoked = kiosks.revoke(uow, HALL, CLERK, now=NOON)
    assert kiosks.recognise(uow, token, now=NOON) is None
    again = enrolled(uow)
    assert again.device.id != revoked.id
    assert kiosks.recognise(uow, again.token, now=NOON)
    assert [each.revoked_at for each in kiosks.devices(uow, now=NOON)] == [NOON, None]
    assert ("kiosk-revoked", CLERK) in acts(uow)
    with pytest.raises(KioskFault, match="没有的机器"):
        kiosks.revoke(uow, "没有的机器", CLERK, now=NOON)


def test_an_invitation_can_be_taken_back_before_it_is_used(uow: UnitOfWork) -> None:
    invited = kiosks.invite(uow, HALL, CLERK, now=NOON)
    kiosks.revoke(uow, invited.device, CLERK, now=NOON)
    assert kiosks.enrol(uow, invited.code, client=HERE, now=NOON) is None


def test_only_the_day_is_noted_on_which_a_machine_was_seen(uow: UnitOfWork) -> None:
    token = enrolled(uow).token
    kiosks.recognise(uow, token, now=NOON + timedelta(days=2))
    (device,) = kiosks.devices(uow, now=NOON)
    assert device.seen_on == date(2026, 11, 23)


@pytest.mark.parametrize("name", ["", "   ", "大" * 41])
def test_a_machine_has_a_name(uow: UnitOfWork, name: str) -> None:
    with pytest.raises(KioskFault, match="name"):
        kiosks.invite(uow, name, CLERK, now=NOON)
