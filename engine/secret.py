"""The secrets that the engine shares with the rest: from the environment, else from the files that `make up` writes."""

from __future__ import annotations

import os

from engine.var import var_dir


class SecretMissing(RuntimeError):
    """A secret is neither in the environment nor in a file."""


def read_secret(name: str) -> str:
    """`engine_secret` → ZHILU_ENGINE_SECRET, or var/secrets/engine_secret."""
    variable = f"ZHILU_{name.upper()}"
    path = var_dir() / "secrets" / name
    if os.environ.get(variable):
        return os.environ[variable]
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    raise SecretMissing(f"no secret: set {variable}, or run `make up` once, which writes {path}")
