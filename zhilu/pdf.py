"""Turns a .docx into a PDF with LibreOffice: one at a time, in a private folder that is gone before the answer is given."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import anyio
from anyio.to_thread import run_sync

TIMEOUT = 20.0  # the page waits for 30
LEFT_BEHIND = 600.0
OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo")


class PdfFault(Exception):
    """The program gave no PDF, or not in time; nothing of the paper is in the text."""


class PdfMaker:
    """`available` says whether the program is installed; without it no PDF is offered."""

    def __init__(self, program: str, folder: Path, timeout: float = TIMEOUT) -> None:
        self._program = shutil.which(program) if program else None
        self._folder = folder
        self._timeout = timeout
        self._one = anyio.CapacityLimiter(1)
        self._sweep()

    @property
    def available(self) -> bool:
        return self._program is not None

    def _sweep(self) -> None:
        """Take away what a crash left behind; a younger folder may be the work of a server beside this one."""
        for left in self._folder.glob("*"):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)

    async def make(self, docx: bytes) -> bytes:
        """The PDF; PdfFault. Whoever comes meanwhile waits."""
        return await run_sync(self._make, docx, limiter=self._one)

    def _make(self, docx: bytes) -> bytes:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            folder = Path(name)
            (folder / "paper.docx").write_bytes(docx)
            self._run(folder)
            try:
                return (folder / "paper.pdf").read_bytes()
            except FileNotFoundError:
                raise PdfFault("no file") from None

    def _run(self, folder: Path) -> None:
        """With a profile of its own, without our environment; the whole group of processes is ended when it takes too long."""
        if self._program is None:
            raise PdfFault("not installed")
        profile = (folder / "profile").as_uri()
        command = [self._program, f"-env:UserInstallation={profile}", *OPTIONS]
        process = subprocess.Popen(
            [*command, "--convert-to", "pdf", "--outdir", str(folder), str(folder / "paper.docx")],
            env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            if process.wait(self._timeout):
                raise PdfFault(f"exit status {process.returncode}")
        except subprocess.TimeoutExpired:
            raise PdfFault("too late") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
