"""PDFs: real ones where LibreOffice is installed; with stand-in programs for what goes wrong."""

from __future__ import annotations

import os
import shutil
from io import BytesIO
from pathlib import Path

import anyio
import pytest
from pypdf import PdfReader

from tests.unit.knowledge.papers import WAGES, papers, write
from zhilu.pdf import PdfFault, PdfMaker

pytestmark = pytest.mark.asyncio
SOFFICE = shutil.which("soffice") or ""


def program(folder: Path, script: str) -> str:
    """A stand-in for soffice: `$out` is its folder, `$in` the paper."""
    path = folder / "stand-in"
    path.write_text(f'#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = --outdir ] && out=$2; shift; done; in=$1\n{script}\n')
    path.chmod(0o700)
    return str(path)


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize("paper", ["labour-arbitration", "petition-letter", "wage-list"])
async def test_every_paper_becomes_a_pdf_in_chinese(tmp_path: Path, paper: str) -> None:
    made = await PdfMaker(SOFFICE, tmp_path / "pdf").make(write(paper, WAGES))
    pages = PdfReader(BytesIO(made)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert papers()[paper].title in text
    assert WAGES["respondent"] in text
    assert 1 <= len(pages) <= 2
    assert list((tmp_path / "pdf").iterdir()) == []


async def test_without_the_program_there_is_none(tmp_path: Path) -> None:
    for name in ("", "/nowhere/soffice"):
        maker = PdfMaker(name, tmp_path / "pdf")
        assert not maker.available
        with pytest.raises(PdfFault):
            await maker.make(b"")


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "kill -9 $$"])
async def test_a_program_that_fails_leaves_nothing_behind(tmp_path: Path, script: str) -> None:
    maker = PdfMaker(program(tmp_path, script), tmp_path / "pdf")
    with pytest.raises(PdfFault):
        await maker.make(b"secret")
    assert list((tmp_path / "pdf").iterdir()) == []


async def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    script = f"sleep 1000 & echo $! > {tmp_path}/child; sleep 1000"
    maker = PdfMaker(program(tmp_path, script), tmp_path / "pdf", timeout=1.0)
    with pytest.raises(PdfFault, match="too late"):
        await maker.make(b"secret")
    assert list((tmp_path / "pdf").iterdir()) == []
    child = int((tmp_path / "child").read_text())
    with anyio.fail_after(20):
        while alive(child):
            await anyio.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether it runs; a process that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_only_one_runs_at_a_time_and_with_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHILU_REGISTER_KEY", "secret")
    lock = tmp_path / "lock"
    script = f'mkdir {lock} || exit 3; env > "$out/paper.pdf"; sleep 0.2; rmdir {lock}'
    maker = PdfMaker(program(tmp_path, script), tmp_path / "pdf")
    made: list[bytes] = []

    async def make() -> None:
        made.append(await maker.make(b"paper"))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(make)
    assert len(made) == 3
    assert b"secret" not in b"".join(made)
    assert b"PATH=" in made[0]


async def test_what_a_crash_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "pdf" / "tmp123"
    left.mkdir(parents=True)
    (left / "paper.docx").write_bytes(b"secret")
    PdfMaker("", tmp_path / "pdf")
    assert left.exists()  # another server may be at work in it
    os.utime(left, (0, 0))
    PdfMaker("", tmp_path / "pdf")
    assert not left.exists()
