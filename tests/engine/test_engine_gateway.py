"""A real engine behind its gateway, with a stand-in for the action server."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from typing import Any, Dict, List

import pytest
from conftest import SECRETS, Project
from standin import ActionServer, Gateway


def asked_about(actions: ActionServer, conversation: str) -> List[Dict[str, Any]]:
    return [each["tracker"] for each in actions.asked if each["sender_id"] == conversation]


def texts_heard(tracker: Dict[str, Any]) -> List[str]:
    return [event["text"] for event in tracker["events"] if event["event"] == "user"]


def test_an_actions_reply_arrives_whole(gateway: Gateway) -> None:
    answer = gateway.say("whole", "你好")
    assert answer.status == 200
    assert answer.body["replies"] == [
        {"kind": "answer", "text": "action_greet：你好", "asks": "name", "draft": {"amount": 3, "名": ["甲"]}}
    ]
    assert {"nlu", "action", "store"} <= answer.body["spent_ms"].keys()


def test_what_was_understood_travels_to_the_action(gateway: Gateway, actions: ActionServer) -> None:
    gateway.say("understood", "电话13800001111，老板欠我工资两万元", message_id="m-1", metadata={"client": "hash"})
    message = asked_about(actions, "understood")[-1]["latest_message"]
    assert message["stated"]["amount"] == 20000
    assert message["readings"]["whole"] == {} or isinstance(message["readings"]["whole"], dict)
    assert message["topics"]
    assert set(message["topics"][0]) == {"id", "score"}
    assert -1 <= message["nearest"] <= 1
    assert next(iter(message["matters"])) == "labour"
    assert next(iter(message["types"])) == "claim"
    assert message["message_id"] == "m-1"
    assert message["metadata"]["client"] == "hash"


def test_the_history_keeps_what_was_understood(gateway: Gateway, actions: ActionServer) -> None:
    for text in ("什么是信访", "谢谢"):
        gateway.say("history", text)
    first = next(event for event in asked_about(actions, "history")[-1]["events"] if event["event"] == "user")
    assert first["parse_data"]["intent"]["name"] == "ask"
    assert first["parse_data"]["topics"]


def test_neither_a_short_message_nor_a_button_has_a_matter(gateway: Gateway, actions: ActionServer) -> None:
    gateway.say("no-matter", "你好")
    gateway.post({"conversation": "no-matter", "channel": "kiosk", "payload": '/ask{"topic": "petition.roadmap"}'})
    heard = [each["latest_message"] for each in asked_about(actions, "no-matter")]
    assert len(heard) == 2
    assert not any(message.get("matters") or message.get("types") for message in heard)


def test_the_action_server_gets_its_secret_and_the_true_channel(gateway: Gateway, actions: ActionServer) -> None:
    gateway.post({"conversation": "secret", "channel": "wechat", "text": "你好"})
    assert actions.headers[-1]["Authorization"] == f"Bearer {SECRETS['ACTIONS_SECRET']}"
    assert asked_about(actions, "secret")[-1]["latest_input_channel"] == "wechat"


@pytest.mark.parametrize("secret", ["", "wrong", "e" * 39, "密码"])
def test_a_wrong_secret_opens_nothing(gateway: Gateway, secret: str) -> None:
    assert gateway.post({"conversation": "c", "text": "你好"}, secret=secret.encode().decode("latin-1")).status == 401
    assert gateway.forget("c", secret=secret.encode().decode("latin-1")).status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        {},
        {"conversation": "", "text": "你好"},
        {"conversation": 7, "text": "你好"},
        {"conversation": "c" * 256, "text": "你好"},
        {"conversation": "c"},
        {"conversation": "c", "text": "  "},
        {"conversation": "c", "text": ["你好"]},
        {"conversation": "c", "text": "长" * 4001},
        {"conversation": "c", "text": "你好", "channel": None},
        {"conversation": "c", "text": "你好", "deadline_ms": "soon"},
        {"conversation": "c", "text": "你好", "deadline_ms": -1},
        {"conversation": "c", "text": "你好", "metadata": []},
        {"conversation": "c", "payload": "file"},
        {"conversation": "c", "payload": "/restart"},
        {"conversation": "c", "payload": "/session_start"},
        {"conversation": "c", "payload": 3},
    ],
)
def test_a_malformed_request_is_refused(gateway: Gateway, body: Any) -> None:
    answer = gateway.post(body)
    assert answer.status == 400
    assert answer.body["error"]


@pytest.mark.parametrize(
    "text",
    ["/restart", "／restart", " /session_start", "//restart", "/\u2028/restart", "\u200b/restart", "/affirm{}", "/"],
)
def test_a_typed_slash_commands_nothing(gateway: Gateway, actions: ActionServer, text: str) -> None:
    conversation = f"slash-{text.encode().hex()}"
    gateway.say(conversation, "你好")
    assert gateway.say(conversation, text).status == 200
    tracker = asked_about(actions, conversation)[-1]
    assert texts_heard(tracker)[0] == "你好"
    assert len(texts_heard(tracker)) == 2
    assert not texts_heard(tracker)[1].startswith("/")


def test_a_buttons_payload_names_intent_and_parameters(gateway: Gateway, actions: ActionServer) -> None:
    answer = gateway.post(
        {"conversation": "payload", "channel": "kiosk", "payload": '/ask{"topic": "petition.roadmap"}'}
    )
    assert answer.status == 200
    message = asked_about(actions, "payload")[-1]["latest_message"]
    assert message["intent"]["name"] == "ask"
    assert [(each["entity"], each["value"]) for each in message["entities"]] == [("topic", "petition.roadmap")]


@pytest.mark.parametrize("text", ["请问出错了怎么办", "请问不合格式怎么办"])
def test_a_failing_action_is_reported_and_leaves_no_trace(
    gateway: Gateway, actions: ActionServer, healed: List[Any], project: Project, text: str
) -> None:
    conversation = f"failing-{text.encode().hex()}"
    gateway.say(conversation, "你好")
    failed = gateway.say(conversation, text, metadata={"trace": "0123456789ab"})
    assert failed.status == 502
    assert failed.body["error"] == "0123456789ab"
    assert re.search(r" 0123456789ab engine\S* fault 0123456789ab: ", project.log.read_text(encoding="utf-8"))
    forged = gateway.say(conversation, text, metadata={"trace": "a line\nof somebody"})
    assert re.fullmatch(r"[0-9a-f]{12}", forged.body["error"])
    actions.healthy.set()
    retried = gateway.say(conversation, text)
    assert retried.status == 200
    assert retried.body["replies"][0]["text"].endswith(text)
    assert texts_heard(asked_about(actions, conversation)[-1]) == ["你好", text]


def test_a_late_turn_is_given_up_and_leaves_no_trace(
    gateway: Gateway, actions: ActionServer, healed: List[Any]
) -> None:
    gateway.say("late", "你好")
    assert gateway.say("late", "办理很慢怎么办", deadline_ms=300).status == 504
    actions.healthy.set()
    assert gateway.say("late", "谢谢").status == 200
    assert texts_heard(asked_about(actions, "late")[-1]) == ["你好", "谢谢"]


def test_a_failing_database_is_reported_and_forgets_nothing(
    gateway: Gateway, actions: ActionServer, project: Project
) -> None:
    gateway.say("database", "你好")
    rename(project, "events", "hidden")
    try:
        assert gateway.say("database", "什么是信访").status == 502
        assert gateway.forget("database").status == 502
    finally:
        rename(project, "hidden", "events")
    assert gateway.say("database", "谢谢").status == 200
    assert texts_heard(asked_about(actions, "database")[-1]) == ["你好", "谢谢"]


def rename(project: Project, table: str, to: str) -> None:
    with sqlite3.connect(project.database, timeout=10) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {to}")
    connection.close()


def test_messages_of_one_conversation_keep_their_order(
    gateway: Gateway, actions: ActionServer, healed: List[Any]
) -> None:
    texts = ["办理很慢怎么办", "你好", "谢谢"]
    answers = {}
    threads = [
        threading.Thread(target=lambda text=text: answers.update({text: gateway.say("order", text)})) for text in texts
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    assert [answers[text].status for text in texts] == [200, 200, 200]
    assert texts_heard(asked_about(actions, "order")[-1]) == texts


def test_a_message_that_is_sent_again_is_answered_as_before_and_heard_once(
    gateway: Gateway, actions: ActionServer
) -> None:
    first = gateway.say("again", "你好", message_id="m-1").body["replies"]
    assert gateway.say("again", "你好", message_id="m-1").body["replies"] == first
    assert len(asked_about(actions, "again")) == 1
    gateway.say("again", "你好", message_id="m-2")
    gateway.say("again", "你好")
    assert len(asked_about(actions, "again")) == 3
    gateway.forget("again")
    gateway.say("again", "你好", message_id="m-2")
    assert len(asked_about(actions, "again")) == 4


def test_a_deleted_conversation_is_gone(gateway: Gateway, actions: ActionServer, project: Project) -> None:
    gateway.say("deleted", "我叫张晓明")
    assert gateway.forget("deleted") == (204, {})
    with sqlite3.connect(project.database) as connection:
        assert connection.execute("SELECT count(*) FROM events WHERE sender_id = 'deleted'").fetchone() == (0,)
    connection.close()
    gateway.say("deleted", "你好")
    assert texts_heard(asked_about(actions, "deleted")[-1]) == ["你好"]


def test_neither_the_database_nor_the_log_holds_what_people_say(
    gateway: Gateway, actions: ActionServer, healed: List[Any], project: Project
) -> None:
    said = ["我叫欧阳翠花，电话13912345678", "欧阳翠花13912345678说出错", "欧阳翠花13912345678不合格式"]
    statuses = [gateway.say("private", text).status for text in said]
    assert statuses == [200, 502, 502]
    files = [project.log, *project.database.parent.glob("tracker.db*")]
    assert len(files) >= 2
    for path in files:
        raw = path.read_bytes()
        for private in ("欧阳翠花", "13912345678"):
            assert private.encode() not in raw, path
            assert private.encode("unicode-escape") not in raw, path
    assert re.search(r"fault [0-9a-f]{12}: action ", project.log.read_text(encoding="utf-8"))


def test_a_ranking_is_given_without_a_conversation(gateway: Gateway, actions: ActionServer) -> None:
    before = len(actions.asked)
    answer = gateway.rank({"text": "什么是信访"})
    assert answer.status == 200
    assert set(answer.body["topics"][0]) == {"id", "score"}
    assert -1 <= answer.body["nearest"] <= 1
    assert len(actions.asked) == before


@pytest.mark.parametrize("body", [{}, [], {"text": ""}, {"text": 3}, {"text": "a", "payload": "/ask"}])
def test_a_ranking_needs_a_text(gateway: Gateway, body: Any) -> None:
    assert gateway.rank(body).status == 400


def test_a_ranking_needs_the_secret(gateway: Gateway) -> None:
    assert gateway.rank({"text": "复查"}, secret="wrong").status == 401
