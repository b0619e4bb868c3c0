"""A migrated register in a moment: migrating takes half a second, so it is done once in a process and copied."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from cases.migrate import upgrade


def lend_register(url: str) -> None:
    """The newest schema at a database that is not there yet; any other is migrated as it is."""
    address = make_url(url)
    path = Path(address.database or "")
    if address.get_backend_name() != "sqlite" or path.exists():
        upgrade(url)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(_template(), path)
    path.chmod(0o600)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="zhilu-template-"))
    whole, copy = folder / "whole.db", folder / "template.db"
    upgrade(f"sqlite:///{whole}")
    with sqlite3.connect(whole) as source:  # one file, without what still stands in the log beside it
        source.execute("VACUUM INTO ?", (str(copy),))
    source.close()
    return copy
