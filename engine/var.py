"""Where a running installation writes."""

from __future__ import annotations

import os
from pathlib import Path


def var_dir() -> Path:
    """ZHILU_VAR_DIR, or `var`."""
    return Path(os.environ.get("ZHILU_VAR_DIR") or "var")


def taught_dir() -> Path:
    """What the staff taught at the desk, beside data/knowledge: ZHILU_TAUGHT_DIR, or below var_dir()."""
    return Path(os.environ.get("ZHILU_TAUGHT_DIR") or var_dir() / "teaching" / "knowledge")


def model_path() -> Path:
    """ZHILU_MODEL, a model or a folder whose newest counts; default var/models."""
    return Path(os.environ.get("ZHILU_MODEL") or var_dir() / "models")
