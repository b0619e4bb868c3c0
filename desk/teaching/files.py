"""Where teaching keeps its files, and whether a training is under way: the trainer holds a lock as long as it lives."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cases.teaching import Change, ChangeKind
from knowledge.taught import Lessons
from zhilu.settings import ROOT, Settings

MODEL, SEAL = "zhilu.tar.gz", "zhilu.sha256"
DAYS = frozenset({"effective_from", "checked_on"})
TRAINER = (sys.executable, "-m", "zhilu.teach")


class Busy(Exception):
    """Another training is under way."""


@dataclass(frozen=True)
class TeachingFiles:
    """Below var/teaching; `models` and `lessons` are what the assistant runs with."""

    folder: Path
    models: Path
    lessons: Path

    @classmethod
    def of(cls, settings: Settings) -> TeachingFiles:
        var = settings.var_dir.absolute()
        return cls(var / "teaching", var / "models", settings.lessons_dir.absolute())

    @property
    def running_model(self) -> Path:
        return self.models / MODEL

    def release(self, id: str) -> Path:
        """What a training made: `knowledge`, `models`, and after publication `before`."""
        return self.folder / "releases" / id

    def log(self, id: str) -> Path:
        return self.release(id) / "train.log"

    def say(self, id: str, stage: str, done: int = 0) -> None:
        """How far a training is, for whoever looks."""
        path = self.release(id) / "progress.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({"stage": stage, "done": done}), encoding="ascii")
        draft.replace(path)

    def progress(self, id: str) -> Mapping[str, Any]:
        """What was said last."""
        path = self.release(id) / "progress.json"
        said: Mapping[str, Any] = (
            json.loads(path.read_text(encoding="ascii")) if path.exists() else {"stage": "waiting", "done": 0}
        )
        return said

    # --- the one training ----------------------------------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one trainer; the lock ends with the process. Busy."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def trainer(self) -> int | None:
        """The process that trains."""
        try:
            with (self.folder / "lock").open("r", encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
        except BlockingIOError:
            text = (self.folder / "lock").read_text(encoding="ascii")
            return int(text) if text else None
        except FileNotFoundError:
            return None

    def stop(self) -> bool:
        """Ask the trainer to give up; it says so in the register. False where none runs."""
        pid = self.trainer()
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return False
        return True


def start(settings: Settings, release: str, trainer: Sequence[str] = TRAINER) -> None:
    """The trainer in a session of its own, which a restart of the desk does not end; it detaches itself at once."""
    environment = {**os.environ, "ZHILU_VAR_DIR": str(settings.var_dir.absolute())}
    log = TeachingFiles.of(settings).release(release)
    log.mkdir(parents=True, exist_ok=True)
    with (log / "trainer.log").open("wb") as output:
        subprocess.run(
            [*trainer, release, "--detach"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, check=True, timeout=30,
        )  # fmt: skip


def lessons_of(changes: Sequence[Change]) -> Lessons:
    """What these changes teach, as files of the knowledge base hold it."""
    topics = [each.content["entry"] for each in changes if each.kind is ChangeKind.TOPIC]
    phrasings: dict[str, list[str]] = {}
    for each in changes:
        if each.kind is ChangeKind.PHRASING:
            phrasings.setdefault(each.topic, []).extend(each.content["texts"])
    return Lessons([as_written(entry) for entry in topics], phrasings)


def as_written(entry: Mapping[str, Any]) -> dict[str, Any]:
    """With days for the texts that JSON keeps of them."""
    cited = [
        {name: date.fromisoformat(value) if name in DAYS else value for name, value in each.items()}
        for each in entry["citations"]
    ]
    return {**entry, "citations": cited}
