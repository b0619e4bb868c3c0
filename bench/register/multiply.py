"""Copies of synthetic cases made inside PostgreSQL: tables and indexes of full size in minutes, without sealing every word anew.

A copy has its own number, ids and filing key; its history goes with it. Its words, persons and log rows are not copied: nothing that is
measured reads them. The audit log does not know the copies, so such a database is for measuring and nothing else.
"""

from __future__ import annotations

from sqlalchemy import Engine, create_engine, text

ORIGINAL = "c.number NOT LIKE '%.%'"


def multiply(url: str, times: int) -> None:
    """Every case `times` times."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    for copy in range(1, times):
        with engine.connect() as connection:
            for statement in (_cases(engine, copy), _history(engine, copy)):
                connection.execute(text(statement))
    engine.dispose()


def _cases(engine: Engine, copy: int) -> str:
    number = f"c.number || '.{copy}'"
    own = {"id": _id("c.id", copy), "number": number, "filing_index": f"sha256(({number})::bytea)"}
    names = _columns(engine, "cases")
    taken = ", ".join(own.get(name, f'c."{name}"') for name in names)
    return f"INSERT INTO cases ({_quoted(names)}) SELECT {taken} FROM cases c WHERE {ORIGINAL}"


def _history(engine: Engine, copy: int) -> str:
    names = [name for name in _columns(engine, "history") if name not in ("id", "case_id")]
    taken = ", ".join(f'h."{name}"' for name in names)
    return (
        f"INSERT INTO history (case_id, {_quoted(names)}) SELECT {_id('h.case_id', copy)}, {taken} "
        f"FROM history h JOIN cases c ON c.id = h.case_id WHERE {ORIGINAL} ORDER BY h.id"
    )


def _id(column: str, copy: int) -> str:
    """The same id with something in front that no id begins with."""
    return f"overlay({column} placing 'x' || lpad(to_hex({copy}), 3, '0') from 1)"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _columns(engine: Engine, table: str) -> list[str]:
    wanted = "SELECT column_name FROM information_schema.columns WHERE table_name = :table ORDER BY ordinal_position"
    with engine.connect() as connection:
        return list(connection.scalars(text(wanted), {"table": table}))
