"""Only buttons of ours reach the engine."""

from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.payloads import INTERNAL, PUBLIC, clean_payload, internal_payload


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_button_passes_with_and_without_its_keys(name: str) -> None:
    assert clean_payload(f"/{name}") == f"/{name}"
    for key in PUBLIC[name]:
        assert clean_payload(f'/{name}{{"{key}": "a.b-c_1"}}') == f'/{name}{{"{key}": "a.b-c_1"}}'


@pytest.mark.parametrize(
    "payload",
    [
        "/restart",
        "/session_start",
        "/attach",
        '/attach{"id": "x"}',
        "help",
        "",
        "/",
        "/help/file",
        "//help",
        "/HELP",
        "/help@0.9",
        '/help{"topic": "x"}',
        '/ask{"topic": "x", "more": "y"}',
        '/ask{"topic": "有汉字"}',
        '/ask{"topic": ""}',
        '/ask{"topic": "' + "x" * 65 + '"}',
        '/ask{"topic": ["x"]}',
        '/ask{"topic": null}',
        '/ask{"topic": "x"',
        '/ask["topic"]',
        '/ask{"topic": {"a": "b"}}',
        '/ask{"a":' * 6000,
        "/SetSlots(consent=true)",
        '/file_complaint{"name": "x"}',
    ],
)
def test_anything_else_is_refused(payload: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_payload(payload)
    assert (refused.value.status, refused.value.key) == (422, "input.payload")


def test_a_payload_is_written_anew() -> None:
    assert clean_payload('  /ask  {"topic" :"a", "topic":"b"} ') == '/ask{"topic": "b"}'


def test_internal_payloads_carry_their_own_keys_only() -> None:
    assert not INTERNAL.keys() & PUBLIC.keys()
    assert internal_payload("attach", id="1") == '/attach{"id": "1"}'
    with pytest.raises(ValueError, match="no internal payload"):
        internal_payload("attach", path="1")
    with pytest.raises(ValueError, match="no internal payload"):
        internal_payload("restart")
