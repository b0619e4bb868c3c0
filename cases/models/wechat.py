"""What the WeChat account has to remember: followers, messages that came, answers that wait, the access token, one-time codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


class Follower(Base):
    """Somebody who follows the account; outside the adapter only the keyed index of the openid is known."""

    __tablename__ = "wechat_followers"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    openid_index: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    openid_sealed: Mapped[bytes]
    conversation_id: Mapped[str | None] = mapped_column(ID, index=True)
    followed_at: Mapped[datetime | None]
    unfollowed_at: Mapped[datetime | None]
    said_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    sent_since_said: Mapped[int] = mapped_column(server_default="0", default=0)
    sent_since_clicked: Mapped[int] = mapped_column(server_default="0", default=0)
    options_sealed: Mapped[bytes | None]
    options_at: Mapped[datetime | None]


class WechatMessage(Base):
    """A message or an event that came, once; the platform sends it up to three times. Its answer waits here until it is handed over."""

    __tablename__ = "wechat_messages"

    key_index: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    follower_id: Mapped[str] = mapped_column(ForeignKey("wechat_followers.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    body_sealed: Mapped[bytes | None]
    answer_sealed: Mapped[bytes | None]
    came_at: Mapped[datetime] = mapped_column(index=True)
    free_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    answered_at: Mapped[datetime | None]


class WechatOutgoing(Base):
    """A piece of an answer that could not go with the passive reply: sent by customer-service message, or with the next reply."""

    __tablename__ = "wechat_outgoing"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    follower_id: Mapped[str] = mapped_column(ForeignKey("wechat_followers.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    piece_sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    free_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    last_error: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None] = mapped_column(index=True)


class WechatToken(Base):
    """The access token of the account, one for all processes; whoever holds the lease fetches the next one."""

    __tablename__ = "wechat_tokens"

    appid_index: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    token_sealed: Mapped[bytes | None]
    expires_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code that works once and for minutes: it carries a draft or a case from one surface to another."""

    __tablename__ = "one_time_codes"

    code_index: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    value_sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
