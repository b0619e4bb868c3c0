"""Looking a case up: who has number and code sees it; who guesses learns nothing and is stopped."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cases.ciphers import Ciphers
from cases.database import Register
from cases.file import Receipt
from cases.track import CaseView, track
from petition.errors import CaseNotFound, LockedOut, PetitionError
from petition.stages import Stage
from tests.unit.cases.factories import KEY, NOON, file_one, make_register

WRONG = "0000-0000-0000"
UNKNOWN = "XF-20200101-1"


class CountingCiphers(Ciphers):
    """Counts the codes that are checked."""

    checked = 0

    def is_code(self, code: str, digest: str | None) -> bool:
        self.checked += 1
        return super().is_code(code, digest)


def look_up(register: Register, number: str, code: str, *, client: str = "c1", now: datetime = NOON) -> CaseView:
    with register.unit_of_work() as uow:
        return track(uow, number, code, client=client, now=now)


def miss(
    register: Register, number: str, code: str = WRONG, *, client: str = "c1", now: datetime = NOON
) -> PetitionError:
    with pytest.raises(PetitionError) as caught:
        look_up(register, number, code, client=client, now=now)
    return caught.value


def test_the_case_is_seen_with_its_titles_history_and_last_day(register: Register) -> None:
    receipt = file_one(register)
    view = look_up(register, receipt.number, receipt.query_code, now=NOON + timedelta(days=5))
    assert (view.number, view.stage, view.filed_on) == (receipt.number, Stage.REGISTERED, date(2026, 11, 21))
    assert (view.type_title, view.matter_title) == ("申诉求决", "劳动和社会保障")
    shown = view.as_dict()
    assert (shown["number"], shown["stage"]) == ("XF-20261121-1", "registered")
    assert (shown["due"], shown["days_left"]) == ("2026-12-06", 10)
    assert shown["history"] == [
        {"on": "2026-11-21", "event": "register", "title": "登记", "by": "office", "told": "", "body": None}
    ]


def test_an_office_that_is_late_shows_days_below_zero(register: Register) -> None:
    receipt = file_one(register)
    assert look_up(register, receipt.number, receipt.query_code, now=NOON + timedelta(days=17)).days_left == -2


def test_number_and_code_are_read_as_people_type_them(register: Register) -> None:
    receipt = file_one(register)
    typed_code = receipt.query_code.replace("-", " ").lower()
    assert look_up(register, " xf－20261121—1 ", typed_code).number == receipt.number


def test_an_unknown_number_and_a_wrong_code_are_not_told_apart(register: Register) -> None:
    number = file_one(register).number
    register.ciphers = counting = CountingCiphers(KEY)
    wrong, after_wrong = miss(register, number, client="c1"), counting.checked
    unknown, after_unknown = miss(register, UNKNOWN, client="c2"), counting.checked
    assert (type(wrong), wrong.details) == (type(unknown), unknown.details) == (CaseNotFound, {})
    assert (after_wrong, after_unknown) == (1, 2)


@pytest.mark.parametrize(
    "number", ["", "x" * 10_000, "' OR 1=1 --", "\0", "\ud800", "XF-20261121-1\n; DROP TABLE cases"]
)
def test_nonsense_is_not_found(register: Register, number: str) -> None:
    assert isinstance(miss(register, number, "�" * 10_000), CaseNotFound)


def missed_five_times(register: Register) -> Receipt:
    receipt = file_one(register)
    for _ in range(5):
        assert isinstance(miss(register, receipt.number), CaseNotFound)
    return receipt


def test_after_five_misses_even_the_right_code_is_refused(register: Register) -> None:
    receipt = missed_five_times(register)
    refused = miss(register, receipt.number, receipt.query_code, now=NOON + timedelta(minutes=5))
    assert isinstance(refused, LockedOut)
    assert refused.details == {"retry_after": 600}


def test_a_lock_survives_a_restart(register: Register, tmp_path: Path) -> None:
    receipt = missed_five_times(register)
    register.close()
    restarted = make_register(tmp_path)
    assert isinstance(miss(restarted, receipt.number, receipt.query_code), LockedOut)
    restarted.close()


def test_a_lock_ends_after_15_minutes(register: Register) -> None:
    receipt = missed_five_times(register)
    later = NOON + timedelta(minutes=15)
    assert look_up(register, receipt.number, receipt.query_code, now=later).number == receipt.number
    assert isinstance(miss(register, receipt.number, now=later), CaseNotFound)


def test_the_number_is_locked_for_every_client_and_the_client_for_every_number(register: Register) -> None:
    receipt, other = missed_five_times(register), file_one(register, "filing-2")
    assert isinstance(miss(register, receipt.number, receipt.query_code, client="c2"), LockedOut)
    assert isinstance(miss(register, other.number, other.query_code, client="c1"), LockedOut)
    assert look_up(register, other.number, other.query_code, client="c2").number == other.number


def test_an_unknown_number_is_locked_like_a_real_one(register: Register) -> None:
    outcomes = [type(miss(register, UNKNOWN, client=f"c{number}")) for number in range(6)]
    assert outcomes == [CaseNotFound] * 5 + [LockedOut]


def test_changing_how_a_number_is_written_does_not_escape_the_lock(register: Register) -> None:
    receipt = missed_five_times(register)
    for written in (receipt.number.lower(), f" {receipt.number}", receipt.number.replace("-", "—")):
        assert isinstance(miss(register, written, receipt.query_code, client="c2"), LockedOut)
