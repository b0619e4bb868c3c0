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

KEY = "a register key for tests, 32 characters and more"
OFFICE = "XF"
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12 o'clock in China
NARRATIVE = "今年三月到八月在城东工地做钢筋工，公司一直没有发工资"
NAME, ADDRESS, PHONE = "马小云", "河边村三组十二号", "13900000001"
VALUES = {"narrative": NARRATIVE, "request": "请付清拖欠的工资", "respondent": "城东建筑公司", "amount": 35000.0}

in_files = pytest.mark.skipif("ZHILU_TEST_POSTGRES" in os.environ, reason="is about the files of SQLite")


def make_url(folder: Path) -> str:
    """A database for this folder: in SQLite, or on the PostgreSQL server that ZHILU_TEST_POSTGRES names."""
    server = os.environ.get("ZHILU_TEST_POSTGRES")
    return _make_postgres(server, folder) if server else f"sqlite:///{folder / 'register.db'}"


def _make_postgres(server: str, folder: Path) -> str:
    name = f"zhilu_test_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
            connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url_of(server).set(database=name).render_as_string(hide_password=False)


def make_register(folder: Path, key: str = KEY) -> Register:
    upgrade(make_url(folder))
    return create_register(make_url(folder), key)


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
