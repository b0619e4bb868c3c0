"""The researched texts that the rules are checked against: statutes, topics, complaints, personas (beside the repository)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.rules import load_rules
from petition.numerals import chinese_to_int
from petition.rules import Rules

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared"
NUMERAL = re.compile(r"[零一二两三四五六七八九十百千]+")


def shared(path: str) -> Path:
    found = SHARED / path
    assert found.exists(), f"{found} is missing: the tests read the folder shared/ beside the repository"
    return found


def arabic(text: str) -> str:
    return NUMERAL.sub(lambda match: str(chinese_to_int(match.group())), text)


class Laws:
    """Statutes by file stem: title, status, and articles with Arabic numerals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loaded: dict[str, tuple[dict[str, Any], dict[int, str]]] = {}

    def __getitem__(self, stem: str) -> tuple[dict[str, Any], dict[int, str]]:
        if stem not in self.loaded:
            _, front, body = (self.folder / f"{stem}.md").read_text(encoding="utf-8").split("---\n", 2)
            parts = re.split(r"^第([零一二三四五六七八九十百千]+)条　", body, flags=re.MULTILINE)
            articles = {
                chinese_to_int(number): arabic(text) for number, text in zip(parts[1::2], parts[2::2], strict=True)
            }
            self.loaded[stem] = yaml.safe_load(front), articles
        return self.loaded[stem]


@pytest.fixture(scope="session")
def laws() -> Laws:
    return Laws(shared("laws"))


@pytest.fixture(scope="session")
def topics() -> dict[str, dict[str, Any]]:
    return {topic["id"]: topic for topic in yaml.safe_load(shared("topics.yml").read_text(encoding="utf-8"))}


@pytest.fixture(scope="session")
def complaints() -> list[dict[str, Any]]:
    return [json.loads(line) for line in shared("eval/dev_triage.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def personas() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(shared("eval/dev_personas.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(REPOSITORY / "data" / "triage")
