"""The door to the register: engine, ciphers and the unit of work. SQLite in WAL mode or PostgreSQL, a URL apart."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from cases.audit import HEAD, begin_chain, chain_audit
from cases.ciphers import Ciphers, WrongKey
from cases.history import HOLIDAYS, guard_history
from cases.house_rules import HouseRules
from cases.integrity import guard_audit
from cases.keyring import stored_keys
from cases.models import AuditHead, KeyCheck
from cases.opening import NO_ROOM, KeyMissing, WrongRegisterKey, away, require_schema, told
from cases.opening import NotMigrated as NotMigrated
from petition.deadlines import HolidayCalendar, Weekdays

BUSY_TIMEOUT_MS = 10_000
THREADS = 40
ATTEMPTS = 3
CHECK_TEXT = "zhilu"
CHECK_PLACE = "key_check.sealed:1"
RegisterFault = SQLAlchemyError  # for rooms that must go on without the register, and do not speak SQL

Outcome = TypeVar("Outcome")


class UnitOfWork:
    """One transaction after another on one session; leaving the block without commit rolls back."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        ciphers: Ciphers,
        holidays: HolidayCalendar | None = None,
        rules: HouseRules | None = None,
    ) -> None:
        self._sessions = sessions
        self.ciphers = ciphers
        self.holidays = holidays or Weekdays()
        self.rules = rules or HouseRules()

    def __enter__(self) -> Self:
        self.session = self._sessions()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def begin_write(self) -> None:
        """Start a transaction that nobody can overtake: what was read before is given up and read again."""
        self.session.rollback()
        self.session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})

    def write(self, step: Callable[[], Outcome]) -> Outcome:
        """Run a step in such a transaction and commit it.

        PostgreSQL lets two processes insert the same row and fails the second one: that one looks again.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return self._write(step)
            except IntegrityError:
                self.rollback()
        return self._write(step)

    def _write(self, step: Callable[[], Outcome]) -> Outcome:
        self.begin_write()
        outcome = step()
        self.commit()
        return outcome

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()


class Register:
    """The case register (信访登记) of one database and one key, with the calendar and the rules of its house."""

    def __init__(
        self, engine: Engine, ciphers: Ciphers, holidays: HolidayCalendar | None = None, rules: HouseRules | None = None
    ) -> None:
        self.engine = engine
        self.ciphers = ciphers
        self.holidays = holidays or Weekdays()
        self.rules = rules or HouseRules()
        self._sessions = sessionmaker(engine, expire_on_commit=False, info={HOLIDAYS: self.holidays})
        guard_history(self._sessions)
        guard_audit(self._sessions)  # before the chain takes the notes away
        chain_audit(self._sessions, ciphers)

    def __repr__(self) -> str:
        return f"<Register {self.engine.url!r}>"

    def unit_of_work(self) -> UnitOfWork:
        """`with register.unit_of_work() as uow:`; the use cases commit, nobody else has to."""
        return UnitOfWork(self._sessions, self.ciphers, self.holidays, self.rules)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def create_register(
    url: str, key: str, *, holidays: HolidayCalendar | None = None, rules: HouseRules | None = None
) -> Register:
    """The register at a migrated database of this key; CannotOpen (cases/opening.py) says in one line why not."""
    if not key:
        raise KeyMissing("the register key is missing: without it nothing in the register can be read")
    with told():
        register = Register(open_engine(url), Ciphers(key), holidays, rules)
        try:
            with register.unit_of_work() as uow:
                _check_start(uow)
        except BaseException:
            register.close()
            raise
    return register


def _check_start(uow: UnitOfWork) -> None:
    require_schema(uow.session.connection())
    engine = uow.session.get_bind().engine
    try:
        uow.ciphers.read_keys_from(lambda: stored_keys(engine))
        known = uow.session.get(KeyCheck, 1) or uow.write(lambda: _leave_key_check(uow))
        uow.ciphers.open(known.sealed, CHECK_PLACE)
    except WrongKey as fault:
        raise WrongRegisterKey(f"the register was written with another key: {fault}") from fault
    if uow.session.get(AuditHead, HEAD) is None:
        uow.write(lambda: begin_chain(uow.session, uow.ciphers, datetime.now(UTC)))


def _leave_key_check(uow: UnitOfWork) -> KeyCheck:
    """The first start leaves a check value; a second one at the same time reads it."""
    if known := uow.session.get(KeyCheck, 1):
        return known
    check = KeyCheck(id=1, sealed=uow.ciphers.seal(CHECK_TEXT, CHECK_PLACE))
    uow.session.add(check)
    return check


def open_engine(url: str) -> Engine:
    """An engine with our pragmas and transactions; the folder and the file of SQLite are made for the owner alone."""
    options: dict[str, Any] = {"pool_size": 10, "max_overflow": THREADS, "hide_parameters": True}
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, **options)
    _make_private(make_url(url).database)
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(database: str | None) -> None:
    if not database or database == ":memory:":
        raise ValueError("the register needs a database file: its threads and processes share it")
    path = Path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise
        raise away(str(fault.strerror)) from fault


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # a receipt that was given out survives a power cut
    connection.execute("PRAGMA secure_delete = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """The switch does not wait for the busy timeout: processes that start together try again."""
    for _ in range(BUSY_TIMEOUT_MS // 50):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise
            time.sleep(0.05)
    raise sqlite3.OperationalError("database is locked: cannot switch to WAL")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
