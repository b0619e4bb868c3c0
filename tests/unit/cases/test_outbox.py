"""The outbox: tried again, given up, revived; never lost, and never sent for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases import outbox
from cases.database import Register, UnitOfWork
from cases.outbox import Backoff, OutboxMessage
from tests.unit.cases.factories import NOON, file_one

BACKOFF = Backoff(tries=3, first=timedelta(minutes=1), longest=timedelta(minutes=10), jitter=0.5)
LONG_AFTER = NOON + timedelta(days=30)


def put(uow: UnitOfWork, key: str = "news-1", channel: str = "sms") -> None:
    uow.write(lambda: outbox.append(uow.session, "news", {"number": "XF-1"}, now=NOON, channel=channel, key=key))


def take(uow: UnitOfWork, minutes: float = 0) -> OutboxMessage:
    (message,) = outbox.claim(uow, now=NOON + timedelta(minutes=minutes), channels=["sms"])
    return message


def test_a_key_is_sent_once_however_often_it_is_appended(uow: UnitOfWork) -> None:
    put(uow)
    put(uow)
    put(uow, "news-" + "2" * 200)
    put(uow, "news-" + "2" * 200)
    assert next(each.key for each in outbox.claim(uow, now=NOON)) == "news-1"
    assert outbox.figures(uow, now=NOON).waiting == 2


def test_a_message_keeps_its_key_at_every_attempt(uow: UnitOfWork) -> None:
    put(uow)
    first = take(uow)
    again = take(uow, minutes=3)
    assert (first.key, again.key, again.attempts) == ("news-1", "news-1", 2)


def test_each_rest_is_twice_as_long_up_to_the_longest_give_or_take_the_jitter() -> None:
    middle = [BACKOFF.wait(attempts, 0.5) / timedelta(minutes=1) for attempts in (1, 2, 3, 4, 5, 60)]
    assert middle == [1, 2, 4, 8, 10, 10]
    assert BACKOFF.wait(1, 0.0) == timedelta(seconds=30)
    assert BACKOFF.wait(1, 1.0) == timedelta(seconds=90)


def test_what_failed_rests_and_after_the_last_try_lies_dead(uow: UnitOfWork) -> None:
    put(uow)
    assert outbox.postpone(uow, take(uow), "http-503", BACKOFF, now=NOON, chance=0.5)
    assert outbox.claim(uow, now=NOON + timedelta(seconds=59)) == []
    later = NOON + timedelta(minutes=1)
    assert outbox.postpone(uow, take(uow, 1), "http-503", BACKOFF, now=later, chance=0.5)
    assert not outbox.postpone(uow, take(uow, 3), "unreachable", BACKOFF, now=later, chance=0.5)
    assert outbox.claim(uow, now=LONG_AFTER) == []
    (letter,) = outbox.dead_letters(uow)
    assert (letter.kind, letter.channel, letter.attempts, letter.error) == ("news", "sms", 3, "unreachable")


def test_a_gateway_that_names_a_time_is_left_alone_until_then(uow: UnitOfWork) -> None:
    put(uow)
    outbox.postpone(uow, take(uow), "http-429", BACKOFF, now=NOON, at_least=timedelta(minutes=5), chance=0.5)
    assert outbox.claim(uow, now=NOON + timedelta(minutes=4)) == []
    assert take(uow, 5).attempts == 2


def test_a_sender_that_lost_its_lease_says_nothing_about_the_next_attempt(uow: UnitOfWork) -> None:
    put(uow)
    slow = take(uow)
    quick = take(uow, 3)
    outbox.bury(uow, slow, "http-400", now=NOON)
    assert outbox.dead_letters(uow) == []
    outbox.acknowledge(uow, quick.id, now=NOON)
    outbox.postpone(uow, slow, "http-503", BACKOFF, now=NOON)
    assert outbox.claim(uow, now=LONG_AFTER) == []


def test_a_revived_letter_is_tried_from_the_beginning_with_the_same_key_and_a_dropped_one_is_gone(
    uow: UnitOfWork,
) -> None:
    for key in ("news-1", "news-2"):
        put(uow, key)
        outbox.bury(uow, take(uow), "http-400", now=NOON)
    newest, oldest = sorted((each.id for each in outbox.dead_letters(uow)), reverse=True)
    assert outbox.revive(uow, [oldest, 999], now=NOON, actor="admin-1") == 1
    message = take(uow)
    assert (message.id, message.key, message.attempts) == (oldest, "news-1", 1)
    assert outbox.revive(uow, [oldest], now=NOON) == 0
    assert outbox.drop(uow, [newest, oldest], now=NOON, actor="admin-1") == 1
    assert outbox.figures(uow, now=NOON) == outbox.Figures(waiting=1, dead=0, oldest=timedelta(0))


def test_facts_are_settled_and_messages_are_not(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    put(uow)
    assert outbox.settle_facts(uow, now=NOON) == 1
    assert outbox.settle_facts(uow, now=NOON) == 0
    assert [each.kind for each in outbox.claim(uow, now=NOON)] == ["news"]


def test_many_facts_are_settled_batch_by_batch(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "FACTS_AT_ONCE", 3)
    for number in range(7):
        put(uow, f"fact-{number}", outbox.NOBODY)
    assert outbox.settle_facts(uow, now=NOON) == 7


def test_a_message_that_ends_its_sender_every_time_is_laid_aside(uow: UnitOfWork) -> None:
    put(uow)
    for attempt in range(BACKOFF.tries):
        take(uow, 3 * attempt)
        assert outbox.bury_hopeless(uow, ["sms"], BACKOFF, now=NOON) == 0
    assert outbox.bury_hopeless(uow, ["sms"], BACKOFF, now=NOON + timedelta(hours=1)) == 1
    assert outbox.dead_letters(uow)[0].error == outbox.NO_OUTCOME


def test_a_channel_nobody_serves_is_waited_for_a_week_and_not_for_ever(uow: UnitOfWork) -> None:
    put(uow, channel="wechat")
    assert outbox.bury_hopeless(uow, ["sms"], BACKOFF, now=NOON + timedelta(days=6)) == 0
    assert outbox.figures(uow, now=NOON + timedelta(days=6)).oldest == timedelta(days=6)
    assert outbox.bury_hopeless(uow, ["sms"], BACKOFF, now=NOON + timedelta(days=7)) == 1
    assert outbox.dead_letters(uow)[0].error == outbox.NO_SENDER
