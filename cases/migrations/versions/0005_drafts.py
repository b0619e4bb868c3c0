"""Complaints kept for later: drafts, the files they hold, and the day that a conversation was last heard on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("code_index", DIGEST, nullable=False),
        sa.Column("owner_index", DIGEST, nullable=True),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("payload_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("code_index", name="uq_drafts_code_index"),
    )
    for column in ("owner_index", "conversation_id", "expires_at"):
        op.create_index(f"ix_drafts_{column}", "drafts", [column])
    op.add_column("attachments", sa.Column("draft_id", ID, nullable=True))
    op.create_index("ix_attachments_draft_id", "attachments", ["draft_id"])
    op.add_column("conversations", sa.Column("heard_on", sa.Date(), nullable=True))
    op.create_index("ix_conversations_heard_on", "conversations", ["heard_on"])


def downgrade() -> None:
    for table, column in (("conversations", "heard_on"), ("attachments", "draft_id")):
        op.drop_index(f"ix_{table}_{column}", table)
        op.drop_column(table, column)
    op.drop_table("drafts")
