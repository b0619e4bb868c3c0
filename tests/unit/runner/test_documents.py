"""What the documents point to is there: tests that are named as evidence, files that are linked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from zhilu.settings import ROOT

DOCUMENTS = sorted(
    (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md"), ROOT / "bench" / "README.md")
)
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
named = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


@named
def test_a_test_that_is_named_is_there(document: Path) -> None:
    for path, function in TEST.findall(document.read_text(encoding="utf-8")):
        assert (ROOT / path).is_file(), path
        assert not function or function in functions_of(ROOT / path), f"{path}::{function}"


@named
def test_a_file_that_is_linked_is_there(document: Path) -> None:
    for address in LINK.findall(document.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", address):
            assert (document.parent / address.partition("#")[0]).exists(), address


def test_the_security_page_names_its_evidence() -> None:
    assert len(TEST.findall((ROOT / "docs" / "security.md").read_text(encoding="utf-8"))) > 50
