"""Reports sealed for the discipline role alone; what tells that a thing is here already; what a clerk needs who takes over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)
NAME = sa.String(32)


def upgrade() -> None:
    for table in ("case_texts", "parties"):
        op.add_column(table, sa.Column("sealed_for", NAME, nullable=False, server_default="data"))
    op.add_column("parties", sa.Column("address_index", DIGEST, nullable=True))
    op.create_index("ix_parties_address_index", "parties", ["address_index"])
    for column in ("respondent_index", "place_index"):
        op.add_column("cases", sa.Column(column, DIGEST, nullable=True))
    op.add_column("cases", sa.Column("sketch", sa.LargeBinary(), nullable=True))
    op.create_index("ix_cases_respondent_index", "cases", ["respondent_index"])
    _create_links()
    _create_handover_tables()


def _create_links() -> None:
    op.create_table(
        "case_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_links"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_links_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name="fk_case_links_other_id", ondelete="CASCADE"),
        sa.UniqueConstraint("case_id", "other_id", "kind", name="uq_case_links_case_id"),
    )
    op.create_index("ix_case_links_other_id", "case_links", ["other_id"])
    op.create_table(
        "supplements",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("filing_index", DIGEST, nullable=False),
        sa.Column("sealed_for", NAME, nullable=False),
        sa.Column("values_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_supplements"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_supplements_case_id", ondelete="CASCADE"),
        sa.UniqueConstraint("filing_index", name="uq_supplements_filing_index"),
    )
    op.create_index("ix_supplements_case_id", "supplements", ["case_id"])


def _create_handover_tables() -> None:
    op.create_table(
        "handover_drafts",
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("sealed_for", NAME, nullable=False),
        sa.Column("draft_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_handover_drafts"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_handover_drafts_conversation_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "handover_messages",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("handover_id", ID, nullable=False),
        sa.Column("place", ID, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handover_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_handover_messages_conversation_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_handover_messages_conversation_id", "handover_messages", ["conversation_id"])


def downgrade() -> None:
    for table in ("handover_messages", "handover_drafts", "supplements", "case_links"):
        op.drop_table(table)
    op.drop_index("ix_cases_respondent_index", "cases")
    for column in ("sketch", "place_index", "respondent_index"):
        op.drop_column("cases", column)
    op.drop_index("ix_parties_address_index", "parties")
    op.drop_column("parties", "address_index")
    for table in ("parties", "case_texts"):
        op.drop_column(table, "sealed_for")
