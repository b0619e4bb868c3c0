"""Puts the desk together from the settings; tests call it with a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cases.attachments import AttachmentFiles
from cases.database import Register
from cases.notice_texts import NoticeTexts, load_notice_texts
from cases.policy import StaffRole
from desk.notices.kinds import Kinds, load_kinds
from desk.permissions import load_permissions
from knowledge.catalogue import Catalogue
from knowledge.office import Office, load_office
from zhilu.clients import ClientNames
from zhilu.pdf import PdfMaker
from zhilu.registers import open_register
from zhilu.settings import Settings

Clock = Callable[[], datetime]
kinds_in = cache(load_kinds)  # twelve templates, which nobody changes while the server runs


@dataclass(frozen=True)
class DeskServices:
    """Everything that a page of the desk may use."""

    settings: Settings
    register: Register
    files: AttachmentFiles
    office: Office
    texts: Catalogue
    notice_texts: NoticeTexts
    permissions: Mapping[str, frozenset[StaffRole]]
    clients: ClientNames
    kinds: Kinds
    pdf: PdfMaker
    clock: Clock

    def close(self) -> None:
        """Give every connection back."""
        self.register.close()


def now() -> datetime:
    return datetime.now(UTC)


def bootstrap(settings: Settings, *, clock: Clock = now) -> DeskServices:
    """The services of one desk; the database has been migrated before (`zhilu db migrate`)."""
    office = load_office(settings.office_file)
    return DeskServices(
        settings=settings,
        register=open_register(settings),
        files=AttachmentFiles(settings.var_dir / "attachments"),
        office=office,
        texts=Catalogue.load(Path(settings.desk_dir) / "texts").filled_by(office),
        notice_texts=load_notice_texts(settings.notices_file, {"office": office.name, "phone": office.phone}),
        permissions=load_permissions(settings.desk_dir / "permissions.yml"),
        clients=ClientNames(settings.secret("engine_secret")),
        kinds=kinds_in(settings.desk_dir / "papers"),
        pdf=PdfMaker(settings.soffice, settings.var_dir / "desk-pdf"),
        clock=clock,
    )
