"""On PostgreSQL the role of the servers files and acts, and can rewrite neither the log nor the history nor the schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from cases import audit
from cases.database import create_register
from cases.grants import NoSuchRole, grant
from cases.migrate import upgrade
from tests.unit.cases import factories
from tests.unit.cases.factories import KEY, file_one, in_files, make_register

on_postgresql = pytest.mark.skipif(not factories.SERVER, reason="SQLite has no roles")
ROLE, PASSWORD = "zhilu_test_servers", "only for tests"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """The URL by which the servers log in."""
    make_register(tmp_path).close()
    owner = factories.make_url(tmp_path)
    engine = create_engine(owner)
    with engine.begin() as connection:
        connection.execute(text(f"DROP ROLE IF EXISTS {ROLE}"))
        connection.execute(text(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'"))
    grant(owner, ROLE)
    yield make_url(owner).set(username=ROLE, password=PASSWORD).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
        connection.execute(text(f"DROP ROLE {ROLE}"))
    engine.dispose()
    factories.drop_databases(tmp_path)


@on_postgresql
def test_the_servers_can_work_with_what_they_are_granted(service: str) -> None:
    upgrade(service)
    register = create_register(service, KEY)
    assert file_one(register).number == "XF-20261121-1"
    with register.unit_of_work() as uow:
        assert audit.verify(uow).whole
    register.close()


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'other'",
        "DELETE FROM audit",
        "TRUNCATE audit CASCADE",
        "UPDATE history SET by = 'other'",
        "DELETE FROM history",
        "DELETE FROM audit_head",
        "ALTER TABLE audit DISABLE TRIGGER USER",
        "DROP TABLE audit_details",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_the_servers_can_rewrite_nothing(service: str, statement: str) -> None:
    engine = create_engine(service)
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@on_postgresql
def test_a_role_that_does_not_exist_is_named(service: str, tmp_path: Path) -> None:
    with pytest.raises(NoSuchRole, match="nobody_here"):
        grant(factories.make_url(tmp_path), 'nobody_here"; DROP TABLE audit; --')


@in_files
def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    make_register(tmp_path).close()
    with pytest.raises(NoSuchRole, match="SQLite"):
        grant(factories.make_url(tmp_path), ROLE)
