"""Questions that were not answered, kept for a while for whoever looks after the answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "review_questions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_questions"),
        sa.UniqueConstraint("key", name="uq_review_questions_key"),
    )
    op.create_index("ix_review_questions_asked_on", "review_questions", ["asked_on"])


def downgrade() -> None:
    op.drop_table("review_questions")
