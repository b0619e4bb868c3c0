"""Telegram accounts of the staff (绑定): a one-time code joins them, and whoever may no longer work at the desk is let go at once.

Of a Telegram account only its number is kept, as a keyed index and sealed. What goes out of the register here is no more than the number
of a case, its stage and its next last day; of a report (《信访工作条例》第三十条) nothing goes out at all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from sqlalchemy import Select, select

from cases import audit, queue
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.common import in_one_transaction
from cases.audit import Entry
from cases.codes import VALID_FOR, CodeKind
from cases.database import UnitOfWork
from cases.models import Case, StaffAccount, TelegramBinding
from cases.policy import NotPermitted, StaffRole
from cases.queue import Filters, Row
from cases.staff.accounts import Account, account_of
from cases.track import normal_number
from petition.days import china_day
from petition.errors import CaseNotFound
from petition.matters import PetitionType
from petition.stages import Stage

KIND = CodeKind("T", index="telegram-code", lock="telegram code")
PLACE = "telegram_bindings.user"
CODE_MADE, BOUND, UNBOUND, READ = "telegram-code", "telegram-bound", "telegram-unbound", "telegram-read"
MOST_LISTED = 10
Roles = Collection[StaffRole]


@dataclass(frozen=True)
class Issued:
    """What somebody types into Telegram: `T-XXXX-XXXX`, once and until then."""

    code: str = field(repr=False)
    until: datetime


@dataclass(frozen=True)
class Bound:
    """An account of the staff with a Telegram account."""

    account: Account
    at: datetime


@dataclass(frozen=True)
class Recipient:
    """Where something can be sent to somebody."""

    account: Account
    user: int = field(repr=False)


@dataclass(frozen=True)
class Whereabouts:
    """All that is told of a case: never a name, a phone or a word of what it is about."""

    number: str
    stage: Stage
    due: date | None
    days_left: int | None


@dataclass(frozen=True)
class Digest:
    """What waits for one person: how many, and the numbers of the first of the late ones."""

    total: int
    late: int
    soon: int
    rows: tuple[Row, ...]


# --- binding --------------------------------------------------------------------------------------------------------------------------


def issue(uow: UnitOfWork, account: Account, *, now: datetime) -> Issued:
    """A new code; an older one is void, and what is bound stays so until the new code is used."""
    code, until = KIND.new(), now + VALID_FOR

    def step() -> None:
        row = uow.session.scalar(select(TelegramBinding).where(TelegramBinding.account_id == account.id))
        if row is None:
            row = TelegramBinding(account_id=account.id)
            uow.session.add(row)
        row.code_index, row.code_until = KIND.index_of(uow, code), until
        audit.note(uow.session, Entry(now, account.name, CODE_MADE, subject=account.login))

    uow.write(step)
    return Issued(code, until)


def looks_like_code(text: str) -> bool:
    """Whether a message is a code and nothing else."""
    return KIND.is_one(text)


def redeem(uow: UnitOfWork, code: str, user: int, roles: Roles, *, now: datetime) -> Account | None:
    """Whose code it is, bound now; None for a code that is wrong, used or too old, LockedOut after too many of them."""
    bind = partial(_bind, uow, user, roles, now)
    return KIND.redeem(uow, code, bind, client=f"telegram {user}", now=now)


def member(uow: UnitOfWork, user: int, roles: Roles, *, now: datetime) -> Account | None:
    """Who of the staff writes; None for anybody else. An account that is disabled or has none of the roles is let go."""
    found = uow.session.execute(_bound().where(TelegramBinding.user_index == _user(uow, user))).one_or_none()
    account = account_of(found[1]) if found else None
    uow.rollback()
    if account is None or entitled(account, roles):
        return account
    unbind(uow, account.id, audit.SYSTEM, now=now)
    return None


def entitled(account: Account, roles: Roles) -> bool:
    """Whether somebody may use Telegram; not before a password that was reset has been changed."""
    return not account.disabled and not account.must_change and bool(account.roles & frozenset(roles))


def unbind(uow: UnitOfWork, account_id: str, by: str, *, now: datetime) -> bool:
    """From now on the Telegram account is a stranger's, and a code that waits is void; False where there was nothing."""

    def step() -> bool:
        row = uow.session.scalar(select(TelegramBinding).where(TelegramBinding.account_id == account_id))
        if row is None:
            return False
        _note_unbound(uow, row, by, now)
        uow.session.delete(row)
        return True

    return uow.write(step)


def unbind_user(uow: UnitOfWork, user: int, *, now: datetime) -> bool:
    """The same for whoever has this Telegram account: they blocked us, or said so themselves."""
    wanted = _bound().where(TelegramBinding.user_index == _user(uow, user))
    found = uow.session.execute(wanted).one_or_none()
    account = account_of(found[1]) if found else None
    uow.rollback()
    return account is not None and unbind(uow, account.id, account.name, now=now)


def bound_at(uow: UnitOfWork, account_id: str) -> datetime | None:
    """Since when an account is bound."""
    at = uow.session.scalar(select(TelegramBinding.bound_at).where(TelegramBinding.account_id == account_id))
    uow.rollback()
    return at


def all_bound(uow: UnitOfWork) -> tuple[Bound, ...]:
    """Everybody who is bound, by login."""
    found = [(row.bound_at, account_of(account)) for row, account in uow.session.execute(_bound())]
    uow.rollback()
    return tuple(Bound(account, at) for at, account in found if at is not None)


def recipients(uow: UnitOfWork, roles: Roles, *, now: datetime) -> tuple[Recipient, ...]:
    """Whom something can be sent to; whoever is not entitled any more is let go."""
    found = [
        Recipient(account_of(account), int(uow.ciphers.open(row.user_sealed, f"{PLACE}:{row.id}")))
        for row, account in uow.session.execute(_bound())
        if row.user_sealed is not None
    ]
    uow.rollback()
    for each in found:
        if not entitled(each.account, roles):
            unbind(uow, each.account.id, audit.SYSTEM, now=now)
    return tuple(each for each in found if entitled(each.account, roles))


# --- what is told -----------------------------------------------------------------------------------------------------------------------


def whereabouts(uow: UnitOfWork, number: str, actor: Actor, *, now: datetime) -> Whereabouts:
    """Where a case stands; CaseNotFound for an unknown one, a report, and one that is no concern of theirs, all alike."""
    return in_one_transaction(uow, lambda: _whereabouts(uow, normal_number(number), actor, now))


def digest(uow: UnitOfWork, actor: Actor, *, now: datetime) -> Digest:
    """What of their own cases is late or will be soon; reports are not among them."""
    own = Filters(clerk=actor.name, body=actor.body)
    counts = queue.counts(uow, own, now=now)
    late = queue.overdue(uow, own, now=now, rows=MOST_LISTED)
    return Digest(counts.total, counts.late, counts.soon, late.rows)


def _whereabouts(uow: UnitOfWork, number: str, actor: Actor, now: datetime) -> Whereabouts:
    case = uow.session.scalar(select(Case).where(Case.number.in_({number, number.upper()})))
    if case is None:
        raise CaseNotFound()
    main = uow.session.get_one(Case, case.merged_into) if case.merged_into else case
    if PetitionType.REPORT in (case.type, main.type):
        raise CaseNotFound()
    try:
        bodies.require_reader(uow, case, actor)
    except NotPermitted:
        raise CaseNotFound() from None
    audit.note(uow.session, Entry(now, actor.name, READ, case.id))
    days_left = (main.due_on - china_day(now)).days if main.due_on else None
    return Whereabouts(case.number, Stage(main.stage), main.due_on, days_left)


def _bind(uow: UnitOfWork, user: int, roles: Roles, now: datetime, code_index: bytes) -> Account | None:
    open_code = (TelegramBinding.code_index == code_index, TelegramBinding.code_until > now)
    row = uow.session.scalar(select(TelegramBinding).where(*open_code).with_for_update())
    account = uow.session.get_one(StaffAccount, row.account_id) if row else None
    if row is None or account is None or not entitled(account_of(account), roles):
        return None
    index = _user(uow, user)
    other = uow.session.scalar(
        select(TelegramBinding).where(TelegramBinding.user_index == index, TelegramBinding.id != row.id)
    )
    if other is not None:
        _note_unbound(uow, other, account.name, now)
        uow.session.delete(other)
        uow.session.flush()
    row.code_index = row.code_until = None
    row.user_index, row.user_sealed = index, uow.ciphers.seal(str(user), f"{PLACE}:{row.id}")
    row.bound_at = now
    audit.note(uow.session, Entry(now, account.name, BOUND, subject=account.login))
    return account_of(account)


def _note_unbound(uow: UnitOfWork, row: TelegramBinding, by: str, now: datetime) -> None:
    login = uow.session.get_one(StaffAccount, row.account_id).login
    audit.note(uow.session, Entry(now, by, UNBOUND, subject=login))


def _bound() -> Select[TelegramBinding, StaffAccount]:
    return (
        select(TelegramBinding, StaffAccount)
        .join(StaffAccount, StaffAccount.id == TelegramBinding.account_id)
        .where(TelegramBinding.bound_at.is_not(None))
        .order_by(StaffAccount.login)
        .execution_options(populate_existing=True)
    )


def _user(uow: UnitOfWork, user: int) -> bytes:
    return uow.ciphers.index("telegram-user", str(user))
