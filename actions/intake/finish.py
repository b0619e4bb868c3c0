"""Files the complaint, and shows the same receipt again however often it is confirmed."""

from __future__ import annotations

import logging
import uuid

from actions.intake.state import Intake
from actions.papers import paper_buttons
from actions.services import Services
from cases import drafts, evidence
from cases.ciphers import WrongKey
from cases.database import RegisterFault, UnitOfWork
from cases.file import Receipt, file_petition, find_receipt
from knowledge.reply import Kind, Reply
from petition.days import CHINA, china_day, in_words
from petition.deadlines import ROUTE
from petition.draft import Filing
from petition.matters import PetitionType

logger = logging.getLogger(__name__)


def new_filing_key() -> str:
    """Made when the summary is shown, so that a retry files nothing twice."""
    return uuid.uuid4().hex


def file_it(intake: Intake, services: Services, *, surface: str) -> Reply:
    """One transaction of the register; raises NotComplete, or the database's own fault."""
    assert intake.triage is not None
    filing = Filing.from_draft(intake.draft, intake.triage, filing_key=intake.filing_key, surface=surface)
    with services.register.unit_of_work() as uow:
        receipt = file_petition(uow, filing, office=services.office.id, now=services.now())
        if intake.resume_code:
            drafts.filed(uow, intake.resume_code)
        report = intake.triage.type is PetitionType.REPORT
        if report:
            seal_at_once(uow, services, receipt.number)
    reply = receipt_reply(receipt, services)
    if not report:  # what a report says opens for the discipline role alone
        reply.buttons = paper_buttons(intake.triage, services, intake.draft) or None
    return reply


def seal_at_once(uow: UnitOfWork, services: Services, number: str) -> None:
    """The files of a report; what fails is done by the job `seal-evidence`, and the petition is filed all the same."""
    try:
        evidence.seal_evidence(uow, services.files, number=number)
    except (OSError, RegisterFault, WrongKey) as error:
        logger.error("evidence of a report is not sealed yet: %s", type(error).__name__)


def receipt_again(filing_key: str, services: Services) -> Reply | None:
    """The receipt of a filing that is done, or None."""
    with services.register.unit_of_work() as uow:
        receipt = find_receipt(uow, filing_key)
    return receipt_reply(receipt, services) if receipt else None


def receipt_reply(receipt: Receipt, services: Services) -> Reply:
    """Number, query code and what happens next."""
    text = services.replies.text(
        "receipt",
        number=receipt.number,
        code=receipt.query_code,
        on=in_words(china_day(receipt.filed_at)),
        next=ROUTE.told,
    )
    return Reply(
        kind=Kind.RECEIPT,
        text=text,
        speech=services.replies.text("receipt-speech"),
        receipt={
            "number": receipt.number,
            "query_code": receipt.query_code,
            "filed_at": receipt.filed_at.astimezone(CHINA).isoformat(timespec="seconds"),
        },
    )
