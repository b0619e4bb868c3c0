"""The desk: accounts and sessions of the staff, saved lists, issued notices, teaching, Telegram."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("body", sa.String(128), nullable=True),
        sa.Column("password", sa.String(200), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(200), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff_accounts"),
        sa.UniqueConstraint("login", name="uq_staff_accounts_login"),
        sa.UniqueConstraint("subject", name="uq_staff_accounts_subject"),
    )
    _of_an_account()
    _papers()
    _teaching()


def _of_an_account() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("token_index", DIGEST, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _of("staff_sessions"),
        sa.PrimaryKeyConstraint("token_index", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_account_id", "staff_sessions", ["account_id"])
    op.create_index("ix_staff_sessions_expires_at", "staff_sessions", ["expires_at"])
    op.create_table(
        "staff_views",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _of("staff_views"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_views"),
        sa.UniqueConstraint("account_id", "name", name="uq_staff_views_account_id"),
    )
    op.create_table(
        "telegram_bindings",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("user_index", DIGEST, nullable=True),
        sa.Column("user_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_index", DIGEST, nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("bound_at", MOMENT, nullable=True),
        _of("telegram_bindings"),
        sa.PrimaryKeyConstraint("id", name="pk_telegram_bindings"),
        sa.UniqueConstraint("account_id", name="uq_telegram_bindings_account_id"),
        sa.UniqueConstraint("code_index", name="uq_telegram_bindings_code_index"),
        sa.UniqueConstraint("user_index", name="uq_telegram_bindings_user_index"),
    )


def _papers() -> None:
    op.create_table(
        "issued_papers",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("fields_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("word_sha256", DIGEST, nullable=False),
        sa.Column("pdf_sha256", DIGEST, nullable=True),
        sa.Column("issued_by", sa.String(64), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("replaced_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_issued_papers_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_issued_papers"),
        sa.UniqueConstraint("number", name="uq_issued_papers_number"),
    )
    op.create_index("ix_issued_papers_case_id", "issued_papers", ["case_id"])
    op.create_index("ix_issued_papers_issued_at", "issued_papers", ["issued_at"])


def _teaching() -> None:
    op.create_table(
        "teaching_releases",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("model", sa.String(200), nullable=True),
        sa.Column("before", sa.String(200), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("begun_by", sa.String(64), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("published_by", sa.String(64), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_teaching_releases"),
    )
    op.create_index("ix_teaching_releases_begun_at", "teaching_releases", ["begun_at"])
    op.create_index("ix_teaching_releases_state", "teaching_releases", ["state"])
    op.create_table(
        "teaching_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("release_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["teaching_releases.id"], name="fk_teaching_changes_release_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teaching_changes"),
    )
    op.create_index("ix_teaching_changes_created_at", "teaching_changes", ["created_at"])
    op.create_index("ix_teaching_changes_release_id", "teaching_changes", ["release_id"])
    op.create_index("ix_teaching_changes_state", "teaching_changes", ["state"])


def _of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["staff_accounts.id"], name=f"fk_{table}_account_id", ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in (
        "teaching_changes", "teaching_releases", "issued_papers", "telegram_bindings", "staff_views", "staff_sessions", "staff_accounts",
    ):  # fmt: skip
        op.drop_table(table)
