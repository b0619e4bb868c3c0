"""Evidence: the hash of the picture that is shown in its place, and what a malware scanner said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("attachments", sa.Column("display_sha256", sa.LargeBinary(32), nullable=True))
    op.add_column("attachments", sa.Column("scan_state", sa.String(16), nullable=False, server_default="unchecked"))
    op.create_index("ix_attachments_scan_state", "attachments", ["scan_state"])


def downgrade() -> None:
    op.drop_index("ix_attachments_scan_state", "attachments")
    op.drop_column("attachments", "scan_state")
    op.drop_column("attachments", "display_sha256")
