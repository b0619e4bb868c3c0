"""The reply catalogue: filled with values and with the office's facts, and complete for the code that uses it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from knowledge.office import FACTS
from knowledge.replies import Replies, load_replies
from knowledge.reply import Button, Kind
from petition.draft import SLOTS
from petition.errors import PetitionError
from petition.parties import Confidentiality
from petition.values import Reason
from tests.unit.knowledge.factories import REPOSITORY, office

PACKAGES = ("actions", "bot")


def made(**texts: Any) -> Replies:
    return Replies(texts, office())


def shipped() -> Replies:
    return load_replies(REPOSITORY / "data" / "replies.yml", office())


def test_nested_names_become_dotted_keys(tmp_path: Path) -> None:
    path = tmp_path / "replies.yml"
    path.write_text("greeting: 您好\nask:\n  name: |\n    贵姓？\n  people: 5\n", encoding="utf-8")
    replies = load_replies(path, office())
    assert list(replies) == ["greeting", "ask.name", "ask.people"]
    assert replies.text("ask.name") == "贵姓？"
    assert "ask" not in replies


def test_values_and_the_office() -> None:
    assert made(late="{days}天了，请打{office.phone}").text("late", days=3) == "3天了，请打0000-12345678"


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert made(name="您是{name}").text("name", name="{office.phone}") == "您是{office.phone}"


@pytest.mark.parametrize("key", ["missing", "late"])
def test_a_missing_key_or_value_is_a_fault(key: str) -> None:
    with pytest.raises(KeyError):
        made(late="{days}天").text(key)


def test_a_reply_with_the_text_of_a_key() -> None:
    reply = made(done="好{what}").say(Kind.CHOICE, "done", [Button(title="是", payload="/affirm")], what="了")
    assert reply.as_dict() == {"kind": "choice", "text": "好了", "buttons": [{"title": "是", "payload": "/affirm"}]}


# the catalogue that is shipped


def calls() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """(place, call, key) wherever the code takes a text of the catalogue."""
    for path in sorted(path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (key := key_of(node)) is not None:
                yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", node, key


def key_of(call: ast.Call) -> ast.expr | None:
    """The key in `.text(key)`, `.say(Kind.X, key)` and `Refusal(status, key)`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    position = {"text": 0, "say": 1, "Refusal": 1}.get(name)
    return call.args[position] if position is not None and len(call.args) > position else None


def branches(key: ast.expr) -> Iterator[ast.expr]:
    """Both keys of `a if … else b`."""
    if isinstance(key, ast.IfExp):
        yield from branches(key.body)
        yield from branches(key.orelse)
    else:
        yield key


def pattern(key: ast.expr) -> str | None:
    """A regular expression of the keys that a literal or an f-string can be; None for a variable."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return re.escape(key.value)
    if isinstance(key, ast.JoinedStr):
        return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in key.values)
    return None


def test_every_key_in_the_code_has_a_text() -> None:
    used = [(place, wanted) for place, _, key in calls() for each in branches(key) if (wanted := pattern(each))]
    assert len(used) > 20
    assert [each for each in used if not any(re.fullmatch(each[1], key) for key in texts_for(each[0]))] == []


def wanted_values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name and not name.startswith("office.")}


def test_a_text_asks_for_no_value_that_the_code_does_not_give() -> None:
    missing = []
    for place, call, key in calls():
        given = {each.arg for each in call.keywords}
        if isinstance(key, ast.Constant) and None not in given:
            lacking = wanted_values(texts_for(place)[key.value]) - given
            missing += [(place, key.value, lacking)] if lacking else []
    assert missing == []


def texts_for(place: str) -> dict[str, str]:
    """What a piece of code can say: the WeChat door has texts of its own beside those of all."""
    own = ("data/wechat/replies.yml",) if place.startswith("bot/channels/wechat/") else ()
    return {key: text for file in ("data/replies.yml", *own) for key, text in shipped_texts(file)}


@cache
def shipped_texts(file: str) -> tuple[tuple[str, str], ...]:
    """The texts as they stand in the file, before anything is filled in."""
    return tuple(_leaves(yaml.safe_load((REPOSITORY / file).read_text(encoding="utf-8"))))


def _leaves(tree: object) -> Iterator[tuple[str, str]]:
    stack: list[tuple[str, object]] = [("", tree)]
    while stack:
        prefix, value = stack.pop()
        if isinstance(value, dict):
            stack += [(f"{prefix}.{name}" if prefix else str(name), each) for name, each in value.items()]
        else:
            yield prefix, str(value)


def test_every_text_names_only_facts_that_an_office_has() -> None:
    facts = {f"office.{name}" for name in FACTS}
    named = {name for _, text in shipped_texts("data/replies.yml") for _, name, _, _ in Formatter().parse(text) if name}
    assert {each for each in named if each.startswith("office")} <= facts


def errors(kind: type[PetitionError] = PetitionError) -> Iterator[type[PetitionError]]:
    for each in kind.__subclasses__():
        yield each
        yield from errors(each)


@pytest.mark.parametrize("code", sorted({each.code for each in errors()}))
def test_every_domain_error_has_a_text(code: str) -> None:
    assert f"error.{code}" in shipped()


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_text(reason: Reason) -> None:
    assert f"reason.{reason}" in shipped()


@pytest.mark.parametrize("slot", sorted(set(SLOTS) - {"confirm"}))
@pytest.mark.parametrize("way", ["ask", "again", "short"])
def test_every_slot_can_be_asked_three_ways(slot: str, way: str) -> None:
    assert f"{way}.{slot}" in shipped()


@pytest.mark.parametrize("choice", list(Confidentiality))
def test_every_way_of_signing_has_a_button(choice: Confidentiality) -> None:
    assert f"button.{choice}" in shipped()
