"""The reply catalogue: every key that is used is there, and every key that is there is used."""

from __future__ import annotations

import re
from string import Formatter

import pytest
import yaml

from actions.services import Services
from petition import errors, values
from petition.draft import SLOTS
from tests.unit.actions.factories import DATA, REPOSITORY
from tests.unit.actions.test_registry import all_errors

SOURCES = [
    path
    for room in ("actions", "bot", "desk", "cases", "knowledge", "petition")
    for suffix in ("py", "html", "js")
    for path in sorted((REPOSITORY / room).rglob(f"*.{suffix}"))
]


def code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def used_keys(keys: set[str]) -> set[str]:
    """Keys that stand in the code, whole or as an f-string such as f"ask.{slot}"."""
    text = code()
    whole = {key for key in keys if re.search(rf"""["'`]{re.escape(key)}["'`]""", text)}
    patterns = {
        re.compile(
            "".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", each))
        )
        for each in re.findall(r"""f["']([a-z]+[.][^"'\s]*\{.*?\}[^"'\s]*)["']""", text)
    }
    return whole | {key for key in keys if any(pattern.fullmatch(key) for pattern in patterns)}


def keys_of(services: Services) -> set[str]:
    return set(services.replies)


def test_every_key_is_used(services: Services) -> None:
    keys = keys_of(services)
    assert sorted(keys - used_keys(keys)) == []


def test_every_literal_key_of_the_actions_exists(services: Services) -> None:
    calls = r"""(?:text|say)\(\s*(?:Kind\.\w+,\s*)?["']([a-z][\w.-]*)["']"""
    said = {
        key
        for path in (REPOSITORY / "actions").rglob("*.py")
        for key in re.findall(calls, path.read_text(encoding="utf-8"))
    }
    assert len(said) > 25
    assert said <= keys_of(services)


def expected() -> dict[str, set[str]]:
    """The families of keys, with the names that each must have."""
    slots = set(SLOTS)
    return {
        "ask": slots - {"confirm"},
        "again": slots,
        "short": slots - {"confirm"},
        "reason": {str(each) for each in values.Reason} | {errors.TooManyRepresentatives.code},
        "error": {each.code for each in all_errors()},
        "status.ask": {"case_number", "query_code"},
        "status.again": {"case_number", "query_code"},
    }


@pytest.mark.parametrize("family", list(expected()))
def test_a_family_is_complete(services: Services, family: str) -> None:
    there = {key.removeprefix(f"{family}.") for key in services.replies if key.startswith(f"{family}.")}
    assert there == expected()[family]


def test_every_text_is_plain_chinese_without_a_hole_for_nothing(services: Services) -> None:
    known = {
        "office.name", "office.phone", "office.address", "office.hours", "office.online", "value", "title", "facts",
        "channel", "where", "law", "type", "matter", "demand", "channels", "number", "code", "on", "next", "stage", "due", "days", "until", "act", "to",
        "minutes", "count", "told", "right", "again_on", "main", "body", "text", "police", "ambulance", "fire", "mental-health", "readings", "last", "sum",
    }  # fmt: skip
    data = yaml.safe_load((DATA / "replies.yml").read_text(encoding="utf-8"))
    assert data
    for key in services.replies:
        raw = services.replies._texts[key]
        assert any("\u4e00" <= each <= "\u9fff" for each in raw), key
        assert {name for _, name, _, _ in Formatter().parse(raw) if name} <= known, key
