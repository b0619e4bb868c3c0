"""The kiosks of the reception halls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kiosk_devices",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("code_index", DIGEST, nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("token_index", DIGEST, nullable=True),
        sa.Column("registered_at", MOMENT, nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_kiosk_devices"),
        sa.UniqueConstraint("code_index", name="uq_kiosk_devices_code_index"),
        sa.UniqueConstraint("token_index", name="uq_kiosk_devices_token_index"),
    )
    op.create_index("ix_kiosk_devices_name", "kiosk_devices", ["name"])


def downgrade() -> None:
    op.drop_index("ix_kiosk_devices_name", table_name="kiosk_devices")
    op.drop_table("kiosk_devices")
