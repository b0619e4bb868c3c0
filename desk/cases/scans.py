"""A scan that comes with a form: what it is, whether it is infected, what it looks like; then sealed."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from anyio.from_thread import run
from starlette.datastructures import UploadFile

from cases.attachments import ScanState, store_attachment
from desk.bootstrap import DeskServices
from petition.errors import InvalidValue
from zhilu.images import preview_of
from zhilu.media import LARGEST, media_type
from zhilu.scan import scanner_at

_one_at_a_time = Lock()  # a photo of 48 million pixels needs 330 MB for a moment


def keep_all(services: DeskServices, files: Sequence[UploadFile], slot: str) -> list[str]:
    """Their ids, in a thread of the server; InvalidValue for another kind of file, a large one and an infected one."""
    checked = [(file.filename or "", *_checked(services, file, slot)) for file in files]
    return [_keep(services, *each) for each in checked]


def _checked(services: DeskServices, file: UploadFile, slot: str) -> tuple[bytes, str, ScanState]:
    content = file.file.read()
    if len(content) > LARGEST:
        raise InvalidValue(slot=slot, reason="attachment-size")
    kind = media_type(content)
    if kind is None:
        raise InvalidValue(slot=slot, reason="attachment-type")
    scanner = scanner_at(services.settings.clamd)
    state = run(scanner.scan, [content]) if scanner else ScanState.UNCHECKED
    if state is ScanState.INFECTED:
        raise InvalidValue(slot=slot, reason="attachment-infected")
    return content, kind, state


def _keep(services: DeskServices, name: str, content: bytes, kind: str, state: ScanState) -> str:
    with _one_at_a_time:
        preview = preview_of(content, kind)
    with services.register.unit_of_work() as uow:
        return store_attachment(
            uow,
            services.files,
            None,
            content,
            media_type=kind,
            name=name,
            now=services.clock(),
            preview=preview,
            scan=state,
        ).id
