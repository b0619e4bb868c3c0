"""Every text that the code asks the catalogue for is there, and can be filled in."""

from __future__ import annotations

import re

import pytest

from bot.conversations import START
from bot.errors import Refusal, refusal_of
from knowledge.office import load_office
from knowledge.replies import load_replies
from petition.errors import CaseNotFound, InvalidValue, LockedOut, NotAllowed, UnknownConversation
from zhilu.settings import ROOT, Settings

KEY = re.compile(r'"((?:api|input|fault)\.[a-z.-]+)"')
USED = sorted(
    {key for file in (ROOT / "bot").rglob("*.py") for key in KEY.findall(file.read_text(encoding="utf-8"))}
    | {key for key, _ in START}
    | {f"error.{error.code}" for error in (UnknownConversation, CaseNotFound, LockedOut)}
)


@pytest.mark.parametrize("key", USED)
def test_text_is_there(key: str) -> None:
    settings = Settings()
    replies = load_replies(settings.replies_file, load_office(settings.office_file))
    text = replies.text(key, minutes=15, text="现在催还早。")
    assert text
    assert "{" not in text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownConversation(), 401),
        (CaseNotFound(), 404),
        (LockedOut(retry_after=61), 429),
        (InvalidValue(slot="evidence", reason="attachment-count"), 422),
    ],
)
def test_domain_errors_become_refusals(error: Exception, status: int) -> None:
    refusal = refusal_of(error)  # type: ignore[arg-type]
    assert isinstance(refusal, Refusal)
    assert refusal.status == status


def test_a_lock_is_told_in_whole_minutes() -> None:
    assert refusal_of(LockedOut(retry_after=61)).values == {"minutes": 2}


def test_an_error_that_does_not_belong_here_is_a_fault() -> None:
    with pytest.raises(NotAllowed):
        refusal_of(NotAllowed())
