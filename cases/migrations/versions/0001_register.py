"""The case register: cases with their texts, parties and history, audit, outbox, conversations, look-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_case()
    create_records()
    create_doors()


def create_case() -> None:
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("filing_index", DIGEST, nullable=False),
        sa.Column("code_hash", sa.String(255), nullable=False),
        sa.Column("office", sa.String(32), nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("matter", sa.String(32), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=True),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("confidentiality", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("filing_index", name="uq_cases_filing_index"),
    )
    op.create_index("ix_cases_stage", "cases", ["stage"])
    op.create_table(
        "case_texts",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_texts"),
        sa.UniqueConstraint("case_id", "slot", name="uq_case_texts_case_id"),
        of_case("case_texts", ondelete="CASCADE"),
    )
    op.create_table(
        "parties",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_index", DIGEST, nullable=True),
        sa.Column("phone_index", DIGEST, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
        of_case("parties", ondelete="CASCADE"),
    )
    for column in ("case_id", "name_index", "phone_index"):
        op.create_index(f"ix_parties_{column}", "parties", [column])


def create_records() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
        of_case("history"),
    )
    op.create_index("ix_history_case_id", "history", ["case_id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        of_case("audit"),
    )
    op.create_index("ix_audit_case_id", "audit", ["case_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        of_case("outbox", ondelete="CASCADE"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"])


def create_doors() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("token_hash", DIGEST, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        of_case("attachments", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_attachments_conversation_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"])
    op.create_index("ix_attachments_conversation_id", "attachments", ["conversation_id"])
    op.create_table(
        "lookup_misses",
        sa.Column("subject", DIGEST, nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_lookup_misses"),
    )
    op.create_index("ix_lookup_misses_expires_at", "lookup_misses", ["expires_at"])
    op.create_table(
        "counters",
        sa.Column("office", sa.String(32), nullable=False),
        sa.Column("day", sa.String(8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office", "day", name="pk_counters"),
    )
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_check"),
    )


def of_case(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id", ondelete=ondelete)


def downgrade() -> None:
    for table in ("key_check", "counters", "lookup_misses", "attachments", "conversations"):
        op.drop_table(table)
    for table in ("outbox", "audit", "history", "parties", "case_texts", "cases"):
        op.drop_table(table)
