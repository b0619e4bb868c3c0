"""The audit chain, versions of keys, an outbox that gives up, marks of exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_tables()
    _add_columns()


def _create_tables() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("chained", DIGEST, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "data_keys",
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key_id", name="pk_data_keys"),
        sa.UniqueConstraint("purpose", "version", name="uq_data_keys_purpose"),
    )
    op.create_table(
        "export_marks",
        sa.Column("id", ID, nullable=False),
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("exported_at", MOMENT, nullable=False),
        sa.Column("external_number", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_export_marks_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_export_marks"),
        sa.UniqueConstraint("system", "case_id", name="uq_export_marks_system"),
    )
    op.create_index("ix_export_marks_case_id", "export_marks", ["case_id"])
    op.create_index("ix_export_marks_external_number", "export_marks", ["external_number"])
    op.create_table(
        "imported_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_imported_changes_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_imported_changes"),
        sa.UniqueConstraint("system", "key", name="uq_imported_changes_system"),
    )
    op.create_index("ix_imported_changes_case_id", "imported_changes", ["case_id"])
    op.create_table(
        "audit_details",
        sa.Column("audit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name="fk_audit_details_audit_id"),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_details"),
    )


def _add_columns() -> None:
    op.add_column("audit", sa.Column("subject", sa.String(128), nullable=True))
    op.add_column("audit", sa.Column("details_digest", DIGEST, nullable=True))
    op.add_column("audit", sa.Column("chained", DIGEST, nullable=True))
    op.add_column("outbox", sa.Column("channel", sa.String(32), server_default="none", nullable=False))
    op.add_column("outbox", sa.Column("dedup_key", sa.String(128), nullable=True))
    op.add_column("outbox", sa.Column("last_error", sa.String(200), nullable=True))
    op.add_column("outbox", sa.Column("dead_at", MOMENT, nullable=True))
    op.create_index("ix_outbox_dead_at", "outbox", ["dead_at"])
    op.create_index("ix_outbox_dedup_key", "outbox", ["dedup_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_outbox_dedup_key", table_name="outbox")
    op.drop_index("ix_outbox_dead_at", table_name="outbox")
    op.drop_column("outbox", "dead_at")
    op.drop_column("outbox", "last_error")
    op.drop_column("outbox", "dedup_key")
    op.drop_column("outbox", "channel")
    op.drop_column("audit", "chained")
    op.drop_column("audit", "details_digest")
    op.drop_column("audit", "subject")
    op.drop_table("audit_details")
    op.drop_index("ix_imported_changes_case_id", table_name="imported_changes")
    op.drop_table("imported_changes")
    op.drop_index("ix_export_marks_external_number", table_name="export_marks")
    op.drop_index("ix_export_marks_case_id", table_name="export_marks")
    op.drop_table("export_marks")
    op.drop_table("data_keys")
    op.drop_table("audit_head")
