"""A running engine reads its model anew: conversations go on, and a model that cannot be read changes nothing."""

from __future__ import annotations

from typing import Optional

import pytest
from conftest import Project
from standin import ActionServer, Gateway

from engine.importer import KnowledgeImporter


def reload(gateway: Gateway, secret: Optional[str] = None) -> int:
    return gateway._request("POST", "reload", b"{}", secret).status


def test_a_conversation_goes_on_over_a_reload(gateway: Gateway, actions: ActionServer) -> None:
    gateway.say("reloaded", "你好")
    assert reload(gateway) == 204
    assert gateway.say("reloaded", "谢谢").status == 200
    heard = [each["tracker"] for each in actions.asked if each["sender_id"] == "reloaded"][-1]
    assert [event["text"] for event in heard["events"] if event["event"] == "user"] == ["你好", "谢谢"]


@pytest.mark.parametrize("left", [None, b"not a model"])
def test_a_model_that_cannot_be_read_leaves_the_one_before(
    gateway: Gateway, project: Project, left: Optional[bytes]
) -> None:
    aside = project.model.with_name("aside")
    project.model.rename(aside)
    try:
        if left is not None:
            project.model.write_bytes(left)
        assert reload(gateway) == 502
        assert gateway.say("not-reloaded", "你好").status == 200
    finally:
        aside.replace(project.model)


def test_a_reload_needs_the_secret(gateway: Gateway) -> None:
    assert reload(gateway, "wrong") == 401


def test_what_was_taught_is_learned_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "known").mkdir()
    (tmp_path / "known" / "a.yml").write_text("- {id: a.b, phrasings: [一, 二]}\n", encoding="utf-8")
    taught = tmp_path / "taught"
    taught.mkdir()
    (taught / "phrasings.yml").write_text("- {id: a.b, phrasings: [二, 三]}\n", encoding="utf-8")
    (taught / "topics.yml").write_text("", encoding="utf-8")
    monkeypatch.setenv("ZHILU_TAUGHT_DIR", str(taught))
    data = KnowledgeImporter(knowledge=str(tmp_path / "known"), narratives=str(tmp_path / "none")).get_nlu_data()
    assert [each.get("text") for each in data.training_examples] == ["一", "二", "三"]
