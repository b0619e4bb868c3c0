"""The files of a reply: a paper is there as .docx, and as PDF where that can be made."""

from __future__ import annotations

from typing import Any

from bot.records import Records
from cases.papers import StoredPaper
from knowledge.reply import Reply
from zhilu.downloads import PDF, WORD
from zhilu.pdf import PdfMaker


class Files:
    """Fetches papers from the register; the PDF is made when it is first asked for."""

    def __init__(self, records: Records, pdf: PdfMaker) -> None:
        self._records = records
        self._pdf = pdf

    def offer(self, reply: Reply) -> Reply:
        """The reply, each Word file with its PDF beside it where we can make one."""
        if not reply.files or not self._pdf.available:
            return reply
        files = [form for file in reply.files for form in (file, *pdf_of(file))]
        return reply.model_copy(update={"files": files})

    async def word(self, conversation: str, file: str) -> StoredPaper | None:
        """None where this conversation has no such file."""
        return await self._records.paper(conversation, file)

    async def pdf(self, paper: StoredPaper) -> bytes:
        """PdfFault where it cannot be made."""
        if paper.pdf is None:
            made = await self._pdf.make(paper.docx)
            await self._records.keep_pdf(paper.id, made)
            return made
        return paper.pdf


def pdf_of(file: dict[str, Any]) -> list[dict[str, Any]]:
    if file["media_type"] != WORD:
        return []
    return [{**file, "id": f"{file['id']}.pdf", "name": f"{file['name'].removesuffix('.docx')}.pdf", "media_type": PDF}]
