"""What lies on the disk, read behind the servers' backs: rows of the databases and raw bytes of the files; and one table emptied."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.e2e.stack import Stack

PARTS_OF_A_CASE = ("case_texts", "parties", "history", "audit", "outbox")
OF_THE_PERSON = {"consent", "name", "address", "phone", "confidentiality", "evidence"}
NOT_OURS = (".log", ".gz", ".cache")  # logs have a test of their own; the rest is the model and its dictionary
ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


def rows(database: Path, query: str, *values: str) -> list[Any]:
    """The rows of a query; nothing can be written."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query, values).fetchall()


def forget_misses(stack: Stack) -> None:
    """Nobody has given a wrong number or code yet."""
    with closing(sqlite3.connect(stack.register, timeout=10)) as connection, connection:
        connection.execute("DELETE FROM lookup_misses")


def cases_in(stack: Stack) -> int:
    return int(rows(stack.register, "SELECT count(*) FROM cases")[0][0])


def petition_rows(stack: Stack) -> dict[str, int]:
    """How many rows each table has in which a petition could leave something."""
    tables = ("cases", *PARTS_OF_A_CASE)
    return {table: int(rows(stack.register, f"SELECT count(*) FROM {table}")[0][0]) for table in tables}


def parts_of(stack: Stack, number: str) -> dict[str, int]:
    """How many rows of each kind belong to the case."""
    query = "SELECT count(*) FROM {} WHERE case_id = (SELECT id FROM cases WHERE number = ?)"
    return {table: int(rows(stack.register, query.format(table), number)[0][0]) for table in PARTS_OF_A_CASE}


def whole(draft: Mapping[str, object]) -> dict[str, int]:
    """The rows that a case with this draft consists of."""
    return {"case_texts": len(draft.keys() - OF_THE_PERSON), "parties": 1, "history": 1, "audit": 1, "outbox": 1}


def orphans(stack: Stack) -> int:
    """Rows of a case that there is not."""
    query = "SELECT count(*) FROM {} WHERE case_id IS NOT NULL AND case_id NOT IN (SELECT id FROM cases)"
    return sum(int(rows(stack.register, query.format(table))[0][0]) for table in PARTS_OF_A_CASE)


def mentions(database: Path, text: str) -> Counter[str]:
    """How many rows of which table hold the text in some column."""
    found: Counter[str] = Counter()
    for (table,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        found[table] = sum(text in str(row) for row in rows(database, f'SELECT * FROM "{table}"'))
    return +found


def files_with(folder: Path, text: str) -> list[str]:
    """Files that the servers keep below the folder whose bytes hold the text in some encoding."""
    needles = [text.encode(encoding) for encoding in ENCODINGS] + [json.dumps(text).strip('"').encode()]
    kept = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in NOT_OURS]
    return [path.name for path in kept if any(needle in path.read_bytes() for needle in needles)]
