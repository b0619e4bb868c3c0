"""contract.md, `files` of a reply: papers fetched with the token of their conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bot.engine import Heard, Utterance
from cases.papers import keep_paper
from knowledge.reply import Reply
from tests.contract.api.test_conversations import detail
from tests.unit.bot.factories import Visitor, visiting
from tests.unit.bot.test_pdf import program
from zhilu.downloads import PDF, WORD

pytestmark = pytest.mark.asyncio
CONTENT = b"PK\x03\x04 a letter"


@asynccontextmanager
async def with_paper(folder: Path, script: str = 'cp "$in" "$out/paper.pdf"') -> AsyncIterator[tuple[Visitor, str]]:
    """A visitor in whose conversation a letter was written; the PDF is a copy made by a stand-in."""
    soffice = program(folder, script) if script else ""
    async with visiting(folder / "var", soffice=soffice) as visitor:
        with visitor.services.records._register.unit_of_work() as uow:
            conversation = visitor.opened["conversation"]
            paper = keep_paper(
                uow, conversation, "petition-letter", "信访信", CONTENT, now=visitor.services.records._clock()
            )
        yield visitor, paper


async def fetch(visitor: Visitor, file: str, **headers: str) -> Any:
    return await visitor.http.get(f"{visitor.path}/files/{file}", headers=headers or visitor.token)


async def test_the_word_file_comes_with_its_chinese_name_and_is_stored_nowhere(tmp_path: Path) -> None:
    async with with_paper(tmp_path) as (visitor, paper):
        response = await fetch(visitor, paper)
    assert response.status_code == 200
    assert response.content == CONTENT
    assert response.headers["content-type"] == WORD
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    disposition = response.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="paper.docx"')
    assert unquote(disposition).endswith("filename*=UTF-8''信访信.docx")


async def test_the_pdf_is_made_once(tmp_path: Path) -> None:
    script = f'echo >> {tmp_path}/runs; cp "$in" "$out/paper.pdf"'
    async with with_paper(tmp_path, script) as (visitor, paper):
        for _ in range(2):
            response = await fetch(visitor, f"{paper}.pdf")
            assert (response.status_code, response.content) == (200, CONTENT)
            assert response.headers["content-type"] == PDF
            assert unquote(response.headers["content-disposition"]).endswith("信访信.pdf")
    assert (tmp_path / "runs").read_text() == "\n"


async def test_a_pdf_that_cannot_be_made_is_told_and_the_word_file_is_still_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with with_paper(tmp_path, "exit 1") as (visitor, paper):
        response = await fetch(visitor, f"{paper}.pdf")
        assert response.status_code == 503
        assert "Word" in detail(response)
        assert int(response.headers["retry-after"]) > 0
        assert (await fetch(visitor, paper)).status_code == 200
    assert paper not in caplog.text


async def test_only_the_conversation_itself_gets_it(tmp_path: Path) -> None:
    async with with_paper(tmp_path) as (visitor, paper):
        assert (await fetch(visitor, paper, Authorization="Bearer wrong")).status_code == 401
        assert (await visitor.http.get(f"{visitor.path}/files/{paper}")).status_code == 401
        await visitor.arrive()
        response = await fetch(visitor, paper)
        assert response.status_code == 404
        assert "再点一次" in detail(response)


@pytest.mark.parametrize("file", ["unknown", "unknown.pdf", ".pdf", "%00", "..%5C..", "x" * 300, "纸"])
async def test_a_file_that_is_not_there_is_404(tmp_path: Path, file: str) -> None:
    async with with_paper(tmp_path) as (visitor, _):
        assert (await fetch(visitor, file)).status_code == 404


async def test_after_the_end_nothing_can_be_fetched(tmp_path: Path) -> None:
    async with with_paper(tmp_path) as (visitor, paper):
        assert (await visitor.leave()).status_code == 204
        assert (await fetch(visitor, paper)).status_code == 401


async def test_a_reply_offers_the_pdf_where_one_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word = {"id": "abc", "name": "信访信.docx", "media_type": WORD}
    pdf = {"id": "abc.pdf", "name": "信访信.pdf", "media_type": PDF}

    async def hear(utterance: Utterance) -> Heard:
        return Heard((Reply(kind="answer", text="写好了", files=[word]),), {}, 1.0)

    for script, offered in (("exit 0", [word, pdf]), ("", [word])):
        async with with_paper(tmp_path, script) as (visitor, _):
            monkeypatch.setattr(visitor.engine, "hear", hear)
            response = await visitor.touch('/paper{"id": "petition-letter"}')
            assert response.json()["replies"][0]["files"] == offered
