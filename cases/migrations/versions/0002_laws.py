"""The texts of laws that an office imports: laws, their articles, and what an import changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.String(255)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "laws",
        sa.Column("key", KEY, nullable=False),
        sa.Column("law_id", sa.String(255), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_laws"),
    )
    op.create_index("ix_laws_law_id", "laws", ["law_id"])
    create_articles()


def create_articles() -> None:
    op.create_table(
        "law_articles",
        sa.Column("law_key", KEY, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("suffix", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chapter", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("law_key", "number", "suffix", name="pk_law_articles"),
        of_law("law_articles"),
    )
    op.create_table(
        "law_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("law_key", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_law_changes"),
        of_law("law_changes"),
    )
    op.create_index("ix_law_changes_law_key", "law_changes", ["law_key"])


def of_law(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["law_key"], ["laws.key"], name=f"fk_{table}_law_key", ondelete="CASCADE")


def downgrade() -> None:
    for table in ("law_changes", "law_articles", "laws"):
        op.drop_table(table)
