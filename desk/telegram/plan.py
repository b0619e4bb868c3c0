"""How the bot behaves: data/desk/telegram.yml."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from knowledge.yamls import read_yaml


class Plan(BaseModel):
    """Limits a minute, what is taken for somebody's story, and the hour of the daily digest in China (None: none)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest_hour: int | None = Field(ge=0, le=23)
    messages_a_minute: int = Field(ge=1)
    inline_a_minute: int = Field(ge=1)
    strangers_a_minute: int = Field(ge=1)
    all_strangers_a_minute: int = Field(ge=1)
    longest_question: int = Field(ge=10, le=200)
    sentences: int = Field(ge=1)
    about_somebody: tuple[str, ...]
    due_words: frozenset[str]


def load_plan(path: Path) -> Plan:
    """ValueError says what is wrong with the file."""
    return Plan.model_validate(read_yaml(path))
