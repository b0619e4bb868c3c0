"""/teaching/releases: training what was approved, comparing, publishing and taking back."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import PlainTextResponse, Response

from cases import teaching
from cases import teaching_releases as releases
from cases.teaching import ChangeState, TeachingFault
from cases.teaching_releases import ReleaseState
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page, to_page
from desk.teaching import files as teaching_files
from desk.teaching.base import knowledge_of
from desk.teaching.compare import Verdict
from desk.teaching.files import TeachingFiles, lessons_of
from desk.teaching.patch import patch_of
from desk.teaching.publish import Publisher, throw_away

router = APIRouter(prefix="/teaching")
Reader = Annotated[Signed, Depends(allowed("teaching.read"))]
Approver = Annotated[Signed, Depends(allowed("teaching.approve"))]
STARTING = timedelta(seconds=60)  # so long a trainer may take until it holds its lock
STAGES = ("waiting", "preparing", "training", "judging-before", "judging-after")
SHARE = {"waiting": 0, "preparing": 2, "training": 5, "judging-before": 85, "judging-after": 92}  # of a hundred
TRAINING_STEPS = 7  # lines that a training says of itself (zhilu/runner/training.py)


@router.get("/releases")
def show(request: Request, services: ServicesOf, signed: Reader, done: str = "", trouble: str = "") -> Response:
    """Every training, and what waits for one."""
    return show_all(
        request, services, done if f"teaching.done.{done}" in services.texts else "",
        trouble if f"teaching.fault.{trouble}" in services.texts else "",
    )  # fmt: skip


def show_all(
    request: Request, services: DeskServices, done: str = "", trouble: str = "", status: int = 200
) -> Response:
    notice_deaths(services)
    with services.register.unit_of_work() as uow:
        waiting = [each for each in teaching.changes(uow, ChangeState.APPROVED) if each.release is None]
        found, current = releases.releases(uow), releases.current(uow)
    facts = {
        "waiting": waiting, "releases": found, "current": current, "base": knowledge_of(services.settings),
        "done": done, "trouble": trouble,
        "busy": any(each.state in (ReleaseState.TRAINING, ReleaseState.READY) for each in found),
    }  # fmt: skip
    return page(request, "teaching/releases", facts, status)


@router.post("/releases")
def begin(request: Request, services: ServicesOf, signed: Approver) -> Response:
    """Train what was approved, in the background."""
    notice_deaths(services)
    try:
        with services.register.unit_of_work() as uow:
            release = releases.begin(uow, by=signed.name, now=services.clock())
    except TeachingFault as fault:
        return show_all(request, services, trouble=fault.code, status=409)
    try:
        teaching_files.start(services.settings, release.id)
    except (OSError, subprocess.SubprocessError):
        with services.register.unit_of_work() as uow:
            releases.failed(uow, release.id, "not-started", by=signed.name, now=services.clock())
        return show_all(request, services, trouble="not-started", status=500)
    return to_page(request, f"/teaching/releases/{release.id}")


@router.get("/releases/{id}")
def release(request: Request, services: ServicesOf, signed: Reader, id: str) -> Response:
    """How far it is, or how it compares."""
    return show_one(request, services, id)


@router.get("/releases/{id}/progress")
def progress(request: Request, services: ServicesOf, signed: Reader, id: str) -> Response:
    """The same for a page that asks again and again."""
    return show_one(request, services, id)


def show_one(request: Request, services: DeskServices, id: str, trouble: str = "", status: int = 200) -> Response:
    notice_deaths(services)
    files = TeachingFiles.of(services.settings)
    try:
        with services.register.unit_of_work() as uow:
            found, current = releases.release(uow, id), releases.current(uow)
            changes = releases.of_release(uow, id)
    except TeachingFault:
        return page(request, "problem", {"words": services.texts("problem.not-found")}, 404)
    said = files.progress(id)
    facts: dict[str, Any] = {
        "release": found, "changes": changes, "base": knowledge_of(services.settings), "verdicts": list(Verdict),
        "current": current is not None and current.id == id, "trouble": trouble, "stages": STAGES, "stage": said["stage"],
        "percent": percent(said["stage"], int(said["done"])),
        "can_go_back": (files.release(id) / "before").is_dir(),
    }  # fmt: skip
    return page(request, "teaching/release", facts, status)


def percent(stage: str, done: int) -> int:
    """Of the whole, as far as can be told."""
    share = SHARE.get(stage, 0)
    return share + min(78, round(78 * done / TRAINING_STEPS)) if stage == "training" else share


@router.post("/releases/{id}/stop")
def stop(request: Request, services: ServicesOf, signed: Approver, id: str) -> Response:
    """Ask the trainer to give up."""
    try:
        with services.register.unit_of_work() as uow:
            if releases.release(uow, id).state is not ReleaseState.TRAINING:
                raise TeachingFault("too-late")
    except TeachingFault as fault:
        return came_to_nothing(request, services, id, fault)
    TeachingFiles.of(services.settings).stop()
    return to_page(request, f"/teaching/releases/{id}")


@router.post("/releases/{id}/discard")
def discard(request: Request, services: ServicesOf, signed: Approver, id: str) -> Response:
    """The trained model is not wanted."""
    try:
        with services.register.unit_of_work() as uow:
            releases.discard(uow, id, by=signed.name, now=services.clock())
    except TeachingFault as fault:
        return came_to_nothing(request, services, id, fault)
    throw_away(TeachingFiles.of(services.settings), id)
    return to_page(request, "/teaching/releases?done=discarded")


@router.post("/releases/{id}/publish")
def publish(
    request: Request, services: ServicesOf, signed: Approver, id: str, seen: Annotated[str, Form(max_length=8)] = ""
) -> Response:
    """The new model answers from now on; where answers got worse, somebody has looked at them."""
    try:
        with services.register.unit_of_work() as uow:
            if releases.release(uow, id).report.get("worse") and not seen:
                raise TeachingFault("not-seen")
        _, came = publisher(services).publish(id, by=signed.name, now=services.clock())
    except TeachingFault as fault:
        return came_to_nothing(request, services, id, fault)
    return to_page(request, f"/teaching/releases?done=published-{came}")


@router.post("/releases/{id}/take-back")
def take_back(request: Request, services: ServicesOf, signed: Approver, id: str) -> Response:
    """The model before answers again."""
    try:
        _, came = publisher(services).take_back(id, by=signed.name, now=services.clock())
    except TeachingFault as fault:
        return came_to_nothing(request, services, id, fault)
    return to_page(request, f"/teaching/releases?done=taken-back-{came}")


@router.get("/patch")
def patch(services: ServicesOf, signed: Reader) -> Response:
    """Everything that is published and does not stand in data/knowledge yet, for git."""
    with services.register.unit_of_work() as uow:
        lessons = lessons_of(releases.lessons(uow))
    text = patch_of(lessons, services.settings.knowledge_dir)
    headers = {"Content-Disposition": 'attachment; filename="taught.patch"'}
    return PlainTextResponse(text, headers=headers)


def came_to_nothing(request: Request, services: DeskServices, id: str, fault: TeachingFault) -> Response:
    return show_one(request, services, id, "" if fault.code == "unknown" else fault.code, 409)


def publisher(services: DeskServices) -> Publisher:
    return Publisher(services.settings, services.register)


def notice_deaths(services: DeskServices) -> None:
    """A training whose process is gone, after a power cut, is over."""
    with services.register.unit_of_work() as uow:
        for each in releases.releases(uow):
            late = services.clock() - each.begun_at > STARTING
            if each.state is ReleaseState.TRAINING and late and not TeachingFiles.of(services.settings).trainer():
                end_dead(services, each.id)


def end_dead(services: DeskServices, id: str) -> None:
    """It may have ended well in this very moment."""
    try:
        with services.register.unit_of_work() as uow:
            releases.failed(uow, id, "died", now=services.clock())
    except TeachingFault:
        return
