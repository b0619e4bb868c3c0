"""The access token of the WeChat account, one for all processes; whoever holds the lease fetches the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.models import WechatToken

PLACE = "wechat_tokens.token"


@dataclass(frozen=True)
class KeptToken:
    """A token and the moment from which the platform refuses it."""

    token: str = field(repr=False)
    expires_at: datetime


def kept_token(uow: UnitOfWork, appid: str) -> KeptToken | None:
    """The token that was fetched last, also an expired one."""
    row = uow.session.get(WechatToken, _index(uow, appid))
    found = _kept(uow.ciphers, row) if row else None
    uow.rollback()
    return found


def lease(uow: UnitOfWork, appid: str, *, refused: str, now: datetime, until: datetime) -> bool:
    """Whether the caller fetches the next token, until then; a token that the platform refused is given to nobody any more."""
    row = uow.session.get(WechatToken, _index(uow, appid))
    if row and _is_leased(row, now):
        uow.rollback()
        return False
    return uow.write(lambda: _lease(uow, appid, refused, now, until))


def keep(uow: UnitOfWork, appid: str, token: str, *, expires_at: datetime, rests_until: datetime | None = None) -> None:
    """A new token for everybody; nobody fetches another one before `rests_until`."""
    uow.write(lambda: _keep(uow, appid, token, expires_at, rests_until))


def release(uow: UnitOfWork, appid: str) -> None:
    """The fetch failed: the next one may try."""
    uow.write(lambda: _release(uow, appid))


def _lease(uow: UnitOfWork, appid: str, refused: str, now: datetime, until: datetime) -> bool:
    row = _row(uow, appid)
    if _is_leased(row, now):
        return False
    known = _kept(uow.ciphers, row)
    if known and known.token == refused:
        row.expires_at = now
    elif refused and known and known.expires_at > now:
        return False  # another process has fetched meanwhile
    row.leased_until = until
    return True


def _keep(uow: UnitOfWork, appid: str, token: str, expires_at: datetime, rests_until: datetime | None) -> None:
    row = _row(uow, appid)
    row.token_sealed = uow.ciphers.seal(token, _place(row.appid_index))
    row.expires_at = expires_at
    row.leased_until = rests_until


def _release(uow: UnitOfWork, appid: str) -> None:
    _row(uow, appid).leased_until = None


def _row(uow: UnitOfWork, appid: str) -> WechatToken:
    """The row of the account, locked for this transaction."""
    index = _index(uow, appid)
    row = uow.session.get(WechatToken, index, with_for_update=True, populate_existing=True)
    if row is None:
        row = WechatToken(appid_index=index)
        uow.session.add(row)
        uow.session.flush()
    return row


def _kept(ciphers: Ciphers, row: WechatToken) -> KeptToken | None:
    if row.token_sealed is None or row.expires_at is None:
        return None
    return KeptToken(ciphers.open(row.token_sealed, _place(row.appid_index)), row.expires_at)


def _is_leased(row: WechatToken, now: datetime) -> bool:
    return row.leased_until is not None and row.leased_until > now


def _index(uow: UnitOfWork, appid: str) -> bytes:
    return uow.ciphers.index("wechat-appid", appid)


def _place(index: bytes) -> str:
    return f"{PLACE}:{index.hex()}"
