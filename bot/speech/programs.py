"""Programs of others, run as processes: bounded in time and output, ended with their children, given memory instead of files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.speech.voice import SpeechFault

CHUNK = 64 * 1024
OUTPUT = "{output}"


@dataclass(frozen=True)
class Program:
    """A command line and its bounds."""

    command: tuple[str, ...]
    seconds: float
    most_bytes: int

    def available(self) -> bool:
        return bool(self.command) and shutil.which(self.command[0]) is not None

    async def run(self, given: bytes, places: Sequence[tuple[str, str]] = (), *, pass_fds: Sequence[int] = ()) -> bytes:
        """What it writes to its output, `given` on its input; SpeechFault where it is away, late, fails or writes too much."""
        command = [filled(part, places) for part in self.command]
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        except OSError as error:
            raise SpeechFault(f"{self.command[0]} does not start: {type(error).__name__}") from None
        try:
            async with asyncio.timeout(self.seconds):
                return await self._talk(process, given)
        except TimeoutError:
            raise SpeechFault(f"{self.command[0]} took longer than {self.seconds:g} s") from None
        finally:
            await end(process)

    async def _talk(self, process: asyncio.subprocess.Process, given: bytes) -> bytes:
        _, heard = await asyncio.gather(tell(process, given), self._listen(process))
        if await process.wait() != 0:
            raise SpeechFault(f"{self.command[0]} failed with {process.returncode}")
        return heard

    async def _listen(self, process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout
        heard = bytearray()
        while piece := await process.stdout.read(CHUNK):
            heard += piece
            if len(heard) > self.most_bytes:
                raise SpeechFault(f"{self.command[0]} wrote more than {self.most_bytes} bytes")
        return bytes(heard)


def filled(part: str, places: Sequence[tuple[str, str]]) -> str:
    for name, value in places:
        part = part.replace(name, value)
    return part


async def tell(process: asyncio.subprocess.Process, given: bytes) -> None:
    """A program that does not read what it is given is not wrong for that."""
    assert process.stdin
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(given)
        await process.stdin.drain()
    process.stdin.close()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        await process.stdin.wait_closed()


async def end(process: asyncio.subprocess.Process) -> None:
    """It and what it started, where it still runs; it leads a group of its own."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


@contextlib.contextmanager
def memory_file(content: bytes = b"") -> Iterator[tuple[int, str]]:
    """A file that only memory holds: its descriptor, and the path by which a child finds it. A citizen's voice never meets a disk."""
    descriptor = os.memfd_create("speech", 0)
    try:
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor, f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def content_of(descriptor: int, most: int) -> bytes:
    """All of it; SpeechFault for more than `most` bytes."""
    size = os.fstat(descriptor).st_size
    if size > most:
        raise SpeechFault(f"more than {most} bytes")
    return os.pread(descriptor, size, 0)
