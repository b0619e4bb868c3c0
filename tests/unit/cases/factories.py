"""Registers and filings for tests; every value can be said otherwise."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy import make_url as make_url_of

from cases.database import Register, create_register
from cases.file import Receipt, file_petition
from cases.migrate import upgrade
from petition.draft import Filing
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.parties import Confidentiality, Party, PartyRole
from tests.unit.cases.migrated import lend_register

KEY = "a register key for tests, 32 characters and more"
OFFICE = "XF"
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12 o'clock in China
NARRATIVE = "今年三月到八月在城东工地做钢筋工，公司一直没有发工资"
NAME, ADDRESS, PHONE = "马小云", "河边村三组十二号", "13900000001"
VALUES = {"narrative": NARRATIVE, "request": "请付清拖欠的工资", "respondent": "城东建筑公司", "amount": 35000.0}

SERVER = os.environ.get("ZHILU_TEST_POSTGRES", "")
in_files = pytest.mark.skipif(bool(SERVER), reason="is about the files of SQLite")


def make_url(folder: Path) -> str:
    """A database for this folder: in SQLite, or on the PostgreSQL server that ZHILU_TEST_POSTGRES names."""
    return _make_postgres(folder) if SERVER else f"sqlite:///{folder / 'register.db'}"


def make_register(folder: Path, key: str = KEY) -> Register:
    if SERVER and not _has_database(_name_of(folder)):
        _make_template()
        _make_postgres(folder, _template())
    lend_register(make_url(folder))
    return create_register(make_url(folder), key)


def drop_databases(folder: Path) -> None:
    """Give a server its room back; a file goes with its folder."""
    if SERVER:
        _on_server(f"DROP DATABASE IF EXISTS {_name_of(folder)} WITH (FORCE)")


def _make_postgres(folder: Path, template: str = "template1") -> str:
    name = _name_of(folder)
    if not _has_database(name):
        _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    return make_url_of(SERVER).set(database=name).render_as_string(hide_password=False)


def _make_template() -> None:
    """Migrating takes a second: once, and then copied."""
    if not _has_database(_template()):
        _on_server(f"CREATE DATABASE {_template()}")
        upgrade(make_url_of(SERVER).set(database=_template()).render_as_string(hide_password=False))


def _template() -> str:
    return f"zhilu_template_{os.getpid()}"


def _name_of(folder: Path) -> str:
    return f"zhilu_test_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def _has_database(name: str) -> bool:
    return bool(_on_server("SELECT 1 FROM pg_database WHERE datname = :name", name=name))


def _on_server(statement: str, **values: str) -> object:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            done = connection.execute(text(statement), values)
            return done.scalar() if done.returns_rows else None
    finally:
        engine.dispose()


def make_filing(filing_key: str = "filing-1", **changes: Any) -> Filing:
    filing = Filing(
        filing_key=filing_key,
        surface="kiosk",
        type=PetitionType.CLAIM,
        matter=Matter.LABOUR,
        branch=Branch.OPINION,
        channels=(Channel.LABOUR_INSPECTION, Channel.LABOUR_ARBITRATION),
        values=VALUES,
        confidentiality=Confidentiality.NAMED,
        parties=(Party(PartyRole.PETITIONER, NAME, ADDRESS, PHONE),),
    )
    return replace(filing, **changes)


def file_one(
    register: Register, filing_key: str = "filing-1", *, office: str = OFFICE, now: datetime = NOON
) -> Receipt:
    with register.unit_of_work() as uow:
        return file_petition(uow, make_filing(filing_key), office=office, now=now)
