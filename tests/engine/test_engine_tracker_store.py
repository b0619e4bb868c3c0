"""Conversations at rest: sealed, complete, shared between engines, and gone when deleted."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, List

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from engine.tracker_store import EncryptedTrackerStore, WrongKey
from engine.turn import new_turn

DOMAIN = Domain.from_yaml(
    """
intents: [ask, greet]
slots:
  draft: {type: any, mappings: [{type: custom}]}
actions: [action_answer]
"""
)
KEY = "k" * 40


def store_at(folder: Path, secret: str = KEY, **more: Any) -> EncryptedTrackerStore:
    return EncryptedTrackerStore(DOMAIN, host=f"sqlite:///{folder / 'tracker.db'}", secret=secret, **more)


def turn(number: int) -> List[Event]:
    """Six events of a turn, with nested values and more than ASCII."""
    parse = {
        "intent": {"name": "ask", "confidence": 0.9},
        "entities": [],
        "text": f"第{number}句",
        "topics": [{"id": "a", "score": 0.5}],
    }
    return [
        ActionExecuted("action_listen"),
        UserUttered(f"第{number}句", parse["intent"], [], parse, input_channel="kiosk", message_id=f"m{number}"),
        ActionExecuted("action_answer"),
        BotUttered(f"答{number}", {"custom": None}, {"reply": {"kind": "answer", "text": f"答{number}"}}),
        SlotSet("draft", {"amount": number, "名": ["甲", None]}),
        SlotSet("draft", None if number % 2 else "留"),
    ]


def tracker_of(conversation: str, events: List[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(conversation, events, DOMAIN.slots)


def saved(store: SQLTrackerStore, conversation: str, turns: int) -> DialogueStateTracker:
    """The tracker after so many turns, saved after each as the engine does."""
    tracker = tracker_of(conversation, [SessionStarted()])
    for number in range(turns):
        for event in turn(number):
            tracker.update(event, DOMAIN)
        asyncio.run(store.save(tracker))
    return tracker


def read(store: SQLTrackerStore, conversation: str) -> DialogueStateTracker:
    tracker = asyncio.run(store.retrieve(conversation))
    assert tracker is not None
    return tracker


def test_a_long_conversation_reads_back_as_from_the_stock_store(tmp_path: Path) -> None:
    ours, stock = store_at(tmp_path), SQLTrackerStore(DOMAIN, db=str(tmp_path / "stock.db"))
    tracker = saved(ours, "c", 50)
    asyncio.run(stock.save(tracker))
    mine, theirs = read(store_at(tmp_path), "c"), read(stock, "c")
    assert len(mine.events) == 301
    assert [event.as_dict() for event in mine.events] == [event.as_dict() for event in theirs.events]
    assert mine.current_slot_values() == theirs.current_slot_values()
    assert mine.latest_message == theirs.latest_message
    assert mine.latest_action_name == theirs.latest_action_name


def test_the_file_does_not_show_what_was_said(tmp_path: Path) -> None:
    saved(store_at(tmp_path), "c", 3)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"SQLite format 3" in raw
    for private in ("第1句", "答1", "amount"):
        assert private.encode() not in raw
        assert private.encode("unicode-escape") not in raw


def test_another_key_opens_nothing_and_says_so(tmp_path: Path) -> None:
    saved(store_at(tmp_path), "c", 1)
    with pytest.raises(WrongKey, match="register_key"):
        store_at(tmp_path, "x" * 40)


def test_an_event_moved_to_another_conversation_is_refused(tmp_path: Path) -> None:
    saved(store_at(tmp_path), "mine", 1)
    saved(store_at(tmp_path), "yours", 1)
    with sqlite3.connect(tmp_path / "tracker.db") as connection:
        connection.execute(
            "UPDATE events SET sender_id = 'yours' WHERE id = (SELECT min(id) FROM events WHERE sender_id = 'mine')"
        )
    connection.close()
    with pytest.raises(WrongKey):
        read(store_at(tmp_path), "yours")


def test_what_another_engine_wrote_in_between_is_seen(tmp_path: Path) -> None:
    here, there = store_at(tmp_path), store_at(tmp_path)
    saved(here, "c", 1)
    other = read(there, "c")
    for event in turn(7):
        other.update(event, DOMAIN)
    asyncio.run(there.save(other))
    assert read(here, "c").latest_message.text == "第7句"


def test_a_conversation_that_another_engine_deleted_and_began_anew_is_not_served_from_memory(tmp_path: Path) -> None:
    here, there = store_at(tmp_path), store_at(tmp_path)
    saved(here, "c", 1)
    saved(here, "other", 1)
    asyncio.run(there.delete("c"))
    assert asyncio.run(here.retrieve("c")) is None
    asyncio.run(here.save(tracker_of("c", turn(1))))
    asyncio.run(there.delete("c"))
    asyncio.run(there.save(tracker_of("c", turn(2))))
    assert read(here, "c").latest_message.text == "第2句"


def test_the_second_reading_needs_no_row(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    tracker = saved(store, "c", 2)
    assert read(store, "c") is tracker


def test_the_cache_forgets_the_longest_unused(tmp_path: Path) -> None:
    store = store_at(tmp_path, cache_size=2)
    trackers = {name: saved(store, name, 1) for name in "abc"}
    assert read(store, "a") is not trackers["a"]
    assert read(store, "c") is trackers["c"]


def test_a_failed_turn_is_neither_saved_nor_remembered(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    saved(store, "c", 1)
    with new_turn() as failing:
        tracker = read(store, "c")
        for event in turn(5):
            tracker.update(event, DOMAIN)
        failing.fail("action")
        asyncio.run(store.save(tracker))
    for reader in (store, store_at(tmp_path)):
        assert read(reader, "c").latest_message.text == "第0句"


def test_deleting_leaves_nothing_and_touches_no_other(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    saved(store, "c", 2)
    saved(store, "other", 1)
    asyncio.run(store.delete("c"))
    assert asyncio.run(store.retrieve("c")) is None
    assert read(store, "other").latest_message.text == "第0句"
    with sqlite3.connect(tmp_path / "tracker.db") as connection:
        assert connection.execute("SELECT DISTINCT sender_id FROM events").fetchall() == [("other",)]
    connection.close()


def test_conversations_side_by_side_do_not_mix(tmp_path: Path) -> None:
    store = store_at(tmp_path)

    async def talk(name: str) -> None:
        tracker = await store.get_or_create_tracker(name)
        for number in range(4):
            for event in turn(number):
                tracker.update(event, DOMAIN)
            await store.save(tracker)
            await asyncio.sleep(0)

    async def all_talk() -> None:
        await asyncio.gather(*(talk(f"c{number}") for number in range(12)))

    asyncio.run(all_talk())
    for number in range(12):
        tracker = read(store_at(tmp_path), f"c{number}")
        assert tracker.sender_id == f"c{number}"
        assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == [
            f"第{turn}句" for turn in range(4)
        ]


def test_the_files_of_a_server_belong_to_their_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHILU_VAR_DIR", str(tmp_path))
    (tmp_path / "tracker.db").touch(mode=0o644)
    monkeypatch.delenv("ZHILU_TRACKER_URL", raising=False)
    saved(EncryptedTrackerStore(DOMAIN, secret=KEY), "private", 2)
    assert {each.stat().st_mode & 0o777 for each in tmp_path.glob("tracker.db*")} == {0o600}
