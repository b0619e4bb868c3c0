"""What the WeChat account has to remember, and codes that work once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("code_index", DIGEST, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("code_index", name="pk_one_time_codes"),
    )
    op.create_index("ix_one_time_codes_expires_at", "one_time_codes", ["expires_at"])
    op.create_table(
        "wechat_followers",
        sa.Column("id", ID, nullable=False),
        sa.Column("openid_index", DIGEST, nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("followed_at", MOMENT, nullable=True),
        sa.Column("unfollowed_at", MOMENT, nullable=True),
        sa.Column("said_at", MOMENT, nullable=True),
        sa.Column("clicked_at", MOMENT, nullable=True),
        sa.Column("sent_since_said", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_since_clicked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("options_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("options_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_followers"),
        sa.UniqueConstraint("openid_index", name="uq_wechat_followers_openid_index"),
    )
    op.create_index("ix_wechat_followers_conversation_id", "wechat_followers", ["conversation_id"])
    op.create_table(
        "wechat_tokens",
        sa.Column("appid_index", DIGEST, nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("appid_index", name="pk_wechat_tokens"),
    )
    op.create_table(
        "wechat_messages",
        sa.Column("key_index", DIGEST, nullable=False),
        sa.Column("follower_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("came_at", MOMENT, nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["wechat_followers.id"], name="fk_wechat_messages_follower_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_index", name="pk_wechat_messages"),
    )
    op.create_index("ix_wechat_messages_came_at", "wechat_messages", ["came_at"])
    op.create_index("ix_wechat_messages_follower_id", "wechat_messages", ["follower_id"])
    op.create_index("ix_wechat_messages_position", "wechat_messages", ["position"])
    op.create_index("ix_wechat_messages_state", "wechat_messages", ["state"])
    op.create_table(
        "wechat_outgoing",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("follower_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("piece_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(64), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["wechat_followers.id"], name="fk_wechat_outgoing_follower_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_outgoing"),
    )
    op.create_index("ix_wechat_outgoing_follower_id", "wechat_outgoing", ["follower_id"])
    op.create_index("ix_wechat_outgoing_free_at", "wechat_outgoing", ["free_at"])
    op.create_index("ix_wechat_outgoing_sent_at", "wechat_outgoing", ["sent_at"])


def downgrade() -> None:
    op.drop_index("ix_wechat_outgoing_sent_at", table_name="wechat_outgoing")
    op.drop_index("ix_wechat_outgoing_free_at", table_name="wechat_outgoing")
    op.drop_index("ix_wechat_outgoing_follower_id", table_name="wechat_outgoing")
    op.drop_table("wechat_outgoing")
    op.drop_index("ix_wechat_messages_state", table_name="wechat_messages")
    op.drop_index("ix_wechat_messages_position", table_name="wechat_messages")
    op.drop_index("ix_wechat_messages_follower_id", table_name="wechat_messages")
    op.drop_index("ix_wechat_messages_came_at", table_name="wechat_messages")
    op.drop_table("wechat_messages")
    op.drop_table("wechat_tokens")
    op.drop_index("ix_wechat_followers_conversation_id", table_name="wechat_followers")
    op.drop_table("wechat_followers")
    op.drop_index("ix_one_time_codes_expires_at", table_name="one_time_codes")
    op.drop_table("one_time_codes")
