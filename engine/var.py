"""Where a running installation writes."""

from __future__ import annotations

import os
from pathlib import Path


def var_dir() -> Path:
    """ZHILU_VAR_DIR, or `var`."""
    return Path(os.environ.get("ZHILU_VAR_DIR") or "var")
