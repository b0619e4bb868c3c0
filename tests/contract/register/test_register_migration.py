"""The migrations make what the models say, take it away again, and can be called at every start."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from cases.database import open_engine
from cases.migrate import downgrade, upgrade
from cases.models import Base
from tests.unit.cases.factories import file_one, make_register, make_url


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrated_schema_is_the_one_of_the_models(tmp_path: Path) -> None:
    upgrade(make_url(tmp_path))
    engine = open_engine(make_url(tmp_path))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_has_the_keys_of_its_model(tmp_path: Path, table: str) -> None:
    """What the comparison of Alembic does not look at: primary keys and what a deletion takes along."""
    upgrade(make_url(tmp_path))
    engine = open_engine(make_url(tmp_path))
    migrated, model = inspect(engine), Base.metadata.tables[table]
    assert migrated.get_pk_constraint(table)["constrained_columns"] == [column.name for column in model.primary_key]
    assert {
        (key["referred_table"], *key["constrained_columns"], key["options"].get("ondelete"))
        for key in migrated.get_foreign_keys(table)
    } == {(key.column.table.name, key.parent.name, key.ondelete) for key in model.foreign_keys}
    engine.dispose()


def test_a_second_upgrade_keeps_what_was_filed(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    receipt = file_one(register)
    register.close()
    again = make_register(tmp_path)
    assert file_one(again) == receipt
    again.close()


def test_downgrade_leaves_nothing_and_upgrade_comes_back(tmp_path: Path) -> None:
    url = make_url(tmp_path)
    upgrade(url)
    downgrade(url, "base")
    assert tables(url) == {"alembic_version"}
    upgrade(url)
    assert tables(url) == {"alembic_version", *Base.metadata.tables}
