"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """The worst first; the value is what the administrator reads."""

    FAULT = "✗ 必须处理"
    ADVICE = "! 建议"
    FINE = "✓ 正常"


@dataclass(frozen=True)
class Finding:
    """One sentence, and what to do about it."""

    grade: Grade
    message: str
    todo: str = ""


def fine(message: str) -> Finding:
    return Finding(Grade.FINE, message)


def advice(message: str, todo: str) -> Finding:
    return Finding(Grade.ADVICE, message, todo)


def fault(message: str, todo: str) -> Finding:
    return Finding(Grade.FAULT, message, todo)
