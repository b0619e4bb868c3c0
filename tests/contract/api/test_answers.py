"""The public page of one answer (tests/contract/api/test_answers.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.entry import Audience
from knowledge.load import load_knowledge
from tests.unit.bot.factories import visiting
from zhilu.settings import Settings

pytestmark = pytest.mark.asyncio


async def test_an_answer_stands_with_its_law_and_the_office(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        page = (await visitor.http.get("/answers/review.recheck-deadline")).text
        office = visitor.services.office
    for text in ("复查申请期限与机关", "30日内", "《信访工作条例》第三十五条", "原文核对于", office.name, office.phone):
        assert text in page
    assert "{office" not in page


async def test_what_is_for_staff_alone_or_is_not_there_is_not_found(tmp_path: Path) -> None:
    inside = [each.id for each in load_knowledge(Settings().knowledge_dir) if Audience.CITIZEN not in each.audience]
    async with visiting(tmp_path) as visitor:
        answers = [await visitor.http.get(f"/answers/{topic}") for topic in (inside[0], "no.such")]
    assert [each.status_code for each in answers] == [404, 404]
