"""Dates as people say them."""

from __future__ import annotations


def chinese_date(iso: str) -> str:
    """2026-05 → 2026年5月, 2026-12-06 → 2026年12月6日."""
    return "".join(f"{int(number)}{unit}" for number, unit in zip(iso.split("-"), "年月日", strict=False))
