"""Files that came while the malware scanner was away are scanned when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cases.attachments import ScanState, store_attachment
from cases.conversations import open_conversation
from cases.models import Attachment
from tests.unit.bot.clamd import EICAR, FakeClamd, serving
from tests.unit.cases.factories import KEY, NOON
from tests.unit.cases.migrated import lend_register
from zhilu.jobs import House, open_house, scan_files
from zhilu.scan import scanner_at
from zhilu.settings import Settings


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(var_dir=tmp_path, register_key=KEY)  # type: ignore[arg-type]
    lend_register(settings.register_url)
    with open_house(settings) as opened:
        yield replace(opened, now=lambda: NOON)


def keep(house: House, content: bytes, scan: ScanState = ScanState.UNSCANNED) -> str:
    with house.register.unit_of_work() as uow:
        conversation, _ = open_conversation(uow, "web", NOON)
        return store_attachment(
            uow, house.files, conversation, content, media_type="image/png", name="", now=NOON, scan=scan
        ).id


def states(house: House, *attachments: str) -> list[str]:
    with house.register.unit_of_work() as uow:
        return [uow.session.get_one(Attachment, each).scan_state for each in attachments]


def test_what_waits_is_scanned_once_and_what_cannot_be_read_keeps_nothing_waiting(house: House) -> None:
    gone, changed, fine, bad = (keep(house, each) for each in (b"gone", b"changed", b"fine", b"bad" + EICAR))
    before = keep(house, b"before there was a scanner", ScanState.UNCHECKED)
    house.files.path(gone).unlink()
    house.files.path(changed).write_bytes(house.files.path(fine).read_bytes())
    with serving(FakeClamd()) as server:
        house = replace(house, scanner=scanner_at(server.address))
        assert scan_files(replace(house, dry_run=True)) == 5
        assert server.scanned == []
        assert scan_files(house) == 3
        assert scan_files(house) == 0
    assert states(house, gone, changed, fine, bad, before) == ["unscanned", "unscanned", "clean", "infected", "clean"]


def test_while_the_scanner_is_away_or_there_is_none_everything_waits(house: House) -> None:
    waiting = keep(house, EICAR)
    assert scan_files(house) == 0
    with serving(FakeClamd()) as server:
        away = scanner_at(server.address)
    assert scan_files(replace(house, scanner=away)) == 0
    assert states(house, waiting) == ["unscanned"]


def test_a_file_that_is_too_large_for_the_scanner_waits_and_the_others_do_not(house: House) -> None:
    large, small = keep(house, bytes(2000)), keep(house, b"small")
    with serving(FakeClamd()) as server:
        server.limit = 1000
        assert scan_files(replace(house, scanner=scanner_at(server.address))) == 1
    assert states(house, large, small) == ["unscanned", "clean"]
