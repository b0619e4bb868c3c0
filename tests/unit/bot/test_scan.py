"""The malware scanner: what it says is believed, and what it does not say is no verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.attachments import ScanState
from tests.unit.bot.clamd import EICAR, FakeClamd, LocalClamd, serving
from zhilu.scan import Clamd, scanner_at


def scanner(server: FakeClamd, patience: float = 10.0) -> Clamd:
    host, port = server.address.split(":")
    return Clamd(host=host, port=int(port), patience=patience)


@pytest.mark.asyncio
async def test_a_clean_file_and_an_infected_one_are_told_apart() -> None:
    with serving(FakeClamd()) as server:
        assert await scanner(server).answers()
        assert await scanner(server).scan([b"\xff\xd8\xff" + bytes(300_000)]) is ScanState.CLEAN
        assert (
            await scanner(server).scan([bytes(200_000) + EICAR[:20], EICAR[20:] + bytes(200_000)]) is ScanState.INFECTED
        )
        assert server.scanned == [300_003, 400_000 + len(EICAR)]


@pytest.mark.asyncio
async def test_a_scanner_at_a_socket_file(tmp_path: Path) -> None:
    with serving(LocalClamd(tmp_path / "clamd.sock")) as server:
        found = scanner_at(str(tmp_path / "clamd.sock"))
        assert found
        assert await found.scan([EICAR]) is ScanState.INFECTED
        assert server.scanned == [len(EICAR)]


@pytest.mark.asyncio
async def test_a_scanner_that_is_away_silent_or_over_its_limit_gives_no_verdict() -> None:
    with serving(FakeClamd()) as server:
        server.limit = 1000
        assert await scanner(server).scan([EICAR + bytes(1000)]) is ScanState.UNSCANNED
        server.mute = True
        assert await scanner(server, patience=0.1).scan([b"x"]) is ScanState.UNSCANNED
        assert not await scanner(server, patience=0.1).answers()
    assert await scanner(server).scan([b"x"]) is ScanState.UNSCANNED
    assert not await scanner(server).answers()


def test_addresses() -> None:
    assert scanner_at("") is None
    assert scanner_at("127.0.0.1:3310") == Clamd(host="127.0.0.1", port=3310)
    assert scanner_at("[::1]:3310") == Clamd(host="::1", port=3310)
    assert scanner_at("/run/clamav/clamd.ctl") == Clamd(path="/run/clamav/clamd.ctl")


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:0", "clamd:65536", "clamd:x"])
def test_an_address_that_nobody_can_read_is_told_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="ZHILU_CLAMD"):
        scanner_at(address)
