"""Indexes in the order of the desk's list, so that a page far behind costs what the first one does."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.drop_index("ix_cases_due_on", "cases")
    op.drop_index("ix_cases_body_due_on", "cases")
    op.create_index("ix_cases_due_on_id", "cases", ["due_on", "id"])
    op.create_index("ix_cases_body_due_on_id", "cases", ["body", "due_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_cases_body_due_on_id", "cases")
    op.drop_index("ix_cases_due_on_id", "cases")
    op.create_index("ix_cases_body_due_on", "cases", ["body", "due_on"])
    op.create_index("ix_cases_due_on", "cases", ["due_on"])
