"""A trained model in place of the running one, and back: files are renamed, then the programs are asked to read them anew."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import httpx

from cases import teaching_releases as releases
from cases.database import Register
from cases.teaching import TeachingFault
from cases.teaching_releases import Release
from desk.teaching.files import MODEL, SEAL, TeachingFiles
from zhilu.runner.training import inputs_digest
from zhilu.settings import ROOT, Settings

KEPT = 3  # publications that can be taken back, one after the other
RELOAD_SECONDS = 90.0


class Came(StrEnum):
    """What came of asking the programs."""

    DONE = "done"
    LATER = "later"  # they do not run: their next start reads the files
    REFUSED = "refused"  # they could not read the files, and go on with what they had


@dataclass(frozen=True)
class Publisher:
    """Publishes and takes back; `transport` stands in for the programs in tests."""

    settings: Settings
    register: Register
    transport: httpx.BaseTransport | None = None

    @property
    def files(self) -> TeachingFiles:
        return TeachingFiles.of(self.settings)

    def publish(self, id: str, *, by: str, now: datetime) -> tuple[Release, Came]:
        """The model of this training answers from now on; TeachingFault. Refused by a program, everything is as before."""
        self.require_fresh(id)
        with self.register.unit_of_work() as uow:
            release = releases.publish(uow, id, lambda: install(self.files, id), by=by, now=now)
            came = self.reload()
            if came is Came.REFUSED:
                release = releases.take_back(uow, id, lambda: restore(self.files, id), by=by, now=now)
                self.reload()
        prune(self.files, self.published())
        return release, came

    def take_back(self, id: str, *, by: str, now: datetime) -> tuple[Release, Came]:
        """The model and the lessons before this publication; TeachingFault."""
        if not (self.files.release(id) / "before").is_dir():
            raise TeachingFault("too-long-ago")
        with self.register.unit_of_work() as uow:
            release = releases.take_back(uow, id, lambda: restore(self.files, id), by=by, now=now)
        return release, self.reload()

    def require_fresh(self, id: str) -> None:
        """What it was trained with is what lies there now; a new version of the product would make it an old model."""
        made = self.files.release(id)
        seal = made / "models" / SEAL
        if not seal.exists() or seal.read_text(encoding="ascii") != inputs_digest(ROOT, made / "knowledge"):
            raise TeachingFault("stale")

    def published(self) -> list[str]:
        """The latest first."""
        with self.register.unit_of_work() as uow:
            return [each.id for each in releases.releases(uow) if each.state is releases.ReleaseState.PUBLISHED]

    def reload(self) -> Came:
        """The entries first, then the model: a topic that has no entry is never answered."""
        actions = (f"{self.settings.actions_url}/reload", self.settings.secret("actions_secret"))
        engine = (f"{self.settings.engine_url}/webhooks/gateway/reload", self.settings.secret("engine_secret"))
        came = [self.ask(*each) for each in (actions, engine)]
        return next((each for each in (Came.REFUSED, Came.LATER) if each in came), Came.DONE)

    def ask(self, url: str, secret: str) -> Came:
        headers = {"Authorization": f"Bearer {secret}"}
        try:
            with httpx.Client(transport=self.transport, trust_env=False, timeout=RELOAD_SECONDS) as client:
                return Came.DONE if client.post(url, headers=headers).is_success else Came.REFUSED
        except httpx.ConnectError:
            return Came.LATER
        except httpx.HTTPError:
            return Came.REFUSED


def install(files: TeachingFiles, id: str) -> None:
    """What runs now is kept in `before`; OSError leaves it running."""
    release = files.release(id)
    before = release / "before"
    shutil.rmtree(before, ignore_errors=True)
    before.mkdir(parents=True)
    for name in (MODEL, SEAL):
        if (files.models / name).exists():
            os.link(files.models / name, before / name)
    if files.lessons.is_dir():
        shutil.copytree(files.lessons, before / "knowledge")
    put(files, release / "models", release / "knowledge")


def restore(files: TeachingFiles, id: str) -> None:
    """What ran before this publication."""
    before = files.release(id) / "before"
    put(files, before, before / "knowledge")


def put(files: TeachingFiles, models: Path, lessons: Path) -> None:
    """These files in place of those that are read; each file is whole at every moment."""
    files.models.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, SEAL):
        draft = files.models / f".{name}.new"
        draft.unlink(missing_ok=True)
        if (models / name).exists():
            os.link(models / name, draft)
            draft.replace(files.models / name)
        else:
            (files.models / name).unlink(missing_ok=True)
    fresh, old = files.lessons.with_name(".new"), files.lessons.with_name(".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    if lessons.is_dir():
        shutil.copytree(lessons, fresh)
    else:
        fresh.mkdir()
    if files.lessons.exists():
        files.lessons.rename(old)
    fresh.rename(files.lessons)
    shutil.rmtree(old, ignore_errors=True)


def prune(files: TeachingFiles, published: list[str]) -> None:
    """The files of the latest publications are kept; a model takes some 50 MB."""
    for id in published[KEPT:]:
        for folder in ("before", "models"):
            shutil.rmtree(files.release(id) / folder, ignore_errors=True)


def throw_away(files: TeachingFiles, id: str) -> None:
    """A model that is not wanted."""
    shutil.rmtree(files.release(id) / "models", ignore_errors=True)
