"""Conversations, outbox, health and what objects show of themselves."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from cases import health, outbox
from cases.conversations import authenticate, close_conversation, open_conversation
from cases.database import NotMigrated, Register, UnitOfWork, create_register
from cases.models import Attachment, Case, ConversationRow, Party
from petition.errors import UnknownConversation
from tests.unit.cases.factories import KEY, NAME, NARRATIVE, NOON, PHONE, file_one, in_files, make_url


def test_an_open_conversation_knows_its_token(uow: UnitOfWork) -> None:
    conversation, token = open_conversation(uow, "kiosk", NOON)
    assert authenticate(uow, conversation, token) == "kiosk"


def test_ids_and_tokens_are_never_the_same(uow: UnitOfWork) -> None:
    opened = [open_conversation(uow, "web", NOON) for _ in range(5)]
    assert len({secret for pair in opened for secret in pair}) == 10


def test_a_wrong_token_and_an_unknown_conversation_are_refused_alike(uow: UnitOfWork) -> None:
    conversation, token = open_conversation(uow, "kiosk", NOON)
    for pair in ((conversation, "wrong"), (conversation, ""), ("unknown", token), ("", ""), ("\0", "\ud800")):
        with pytest.raises(UnknownConversation):
            authenticate(uow, *pair)


def test_the_token_is_not_kept(uow: UnitOfWork) -> None:
    _, token = open_conversation(uow, "kiosk", NOON)
    assert token.encode() not in uow.session.scalars(select(ConversationRow.token_hash)).one()


def test_a_closed_conversation_is_gone_with_what_was_not_filed(uow: UnitOfWork) -> None:
    conversation, token = open_conversation(uow, "kiosk", NOON)
    uow.session.add(
        Attachment(conversation_id=conversation, sha256=bytes(32), media_type="image/png", size=1, stored_at=NOON)
    )
    uow.commit()
    close_conversation(uow, conversation)
    close_conversation(uow, conversation)
    assert uow.session.scalars(select(Attachment)).all() == []
    with pytest.raises(UnknownConversation):
        authenticate(uow, conversation, token)


def test_a_message_is_held_by_one_sender_until_its_lease_ends(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    (message,) = outbox.claim(uow, now=NOON)
    assert outbox.claim(uow, now=NOON + timedelta(minutes=1)) == []
    (again,) = outbox.claim(uow, now=NOON + timedelta(minutes=2))
    assert (again.id, message.attempts, again.attempts) == (message.id, 1, 2)


def test_an_acknowledged_message_never_comes_back(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    (message,) = outbox.claim(uow, now=NOON)
    outbox.acknowledge(uow, message.id, now=NOON)
    assert outbox.claim(uow, now=NOON + timedelta(days=1)) == []


def test_a_healthy_register_is_ready(register: Register) -> None:
    assert health.check(register).ready


def test_a_register_of_another_schema_is_not_ready(register: Register) -> None:
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    assert health.check(register) == health.Health(answers=True, migrated=False)


@in_files
def test_a_register_whose_file_is_spoilt_is_reported_and_not_raised(register: Register, tmp_path: Path) -> None:
    register.close()
    (tmp_path / "register.db").write_bytes(b"not a database" * 1000)
    assert health.check(register) == health.Health(answers=False, migrated=False)


def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotMigrated, match="zhilu db migrate"):
        create_register(make_url(tmp_path), KEY)


def test_a_register_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="database file"):
        create_register("sqlite://", KEY)


def test_a_case_with_history_cannot_be_deleted_from_below(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    with pytest.raises(IntegrityError):
        uow.session.execute(delete(Case))


def test_nothing_shows_personal_data_or_secrets_of_itself(
    register: Register, uow: UnitOfWork, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.INFO, logger="sqlalchemy"):
        receipt = file_one(register)
    logged = caplog.text
    assert "INSERT INTO parties" in logged
    case = uow.session.scalars(select(Case)).one()
    party = uow.session.scalars(select(Party)).one()
    shown = [logged, *map(repr, (receipt, case, *case.texts, party, register, register.ciphers, uow))]
    for secret in (NAME, PHONE, NARRATIVE, KEY, receipt.query_code, case.code_hash):
        assert not [text for text in shown if secret in text]


def test_a_refused_row_does_not_print_its_values(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    copy = Party(case_id="no such case", role=PHONE, position=0)
    uow.session.add(copy)
    with pytest.raises(IntegrityError) as caught:
        uow.commit()
    assert PHONE not in str(caught.value)
