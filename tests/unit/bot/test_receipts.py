"""What a QR code leads to, and what it does not carry."""

from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.payloads import clean_payload
from bot.receipts import case_url, resume_url, with_qr
from knowledge.reply import Kind, Reply

BASE = "https://xf.example.cn/"


def test_a_receipt_leads_to_its_case_and_carries_no_secret() -> None:
    assert case_url(BASE, "QH-20261121-3") == "https://xf.example.cn/?case=QH-20261121-3"


def test_a_kept_draft_leads_to_the_page_with_its_code_where_no_server_sees_it() -> None:
    assert resume_url(BASE, "D-7K3M-9QXD") == "https://xf.example.cn/#resume=D-7K3M-9QXD"


def test_the_picture_comes_beside_what_the_reply_says() -> None:
    kept = {"code": "D-7K3M-9QXD", "until": "2026-12-21"}
    shown = with_qr(Reply(kind=Kind.NOTICE, text="好", resume=kept), BASE)
    assert shown.resume
    assert {**shown.resume, "qr": ""} == {**kept, "qr": ""}
    assert shown.resume["qr"].startswith("data:image/svg+xml")
    plain = Reply(kind=Kind.NOTICE, text="好")
    assert with_qr(plain, BASE).as_dict() == {"kind": "notice", "text": "好"}


def test_the_button_of_who_has_no_code_may_be_touched() -> None:
    assert clean_payload('/resume{"id": "none"}') == '/resume{"id": "none"}'
    with pytest.raises(Refusal):
        clean_payload('/resume{"code": "D-7K3M-9QXD"}')
