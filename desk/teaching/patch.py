"""What was taught as a patch that git can take: phrasings at the end of their list in data/knowledge, new topics in a file of their own."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.taught import Lessons, written

FOLDER = "data/knowledge"
NEW = "taught.yml"  # where new topics go


def patch_of(lessons: Lessons, knowledge: Path) -> str:
    """`git apply` takes it; empty where everything stands there by now."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(knowledge.rglob("*.yml"))}
    changed = {path: with_more(text, lessons.phrasings) for path, text in texts.items()}
    known = {entry["id"] for text in texts.values() for entry in yaml.load(text, Loader=yaml.CSafeLoader) or []}
    new = [whole(each, lessons) for each in lessons.topics if each["id"] not in known]
    if new:
        path = knowledge / NEW
        before = changed.get(path, "")
        changed[path] = before + ("\n" if before else "") + written(new)
    return "".join(
        diff(texts.get(path, ""), text, path.relative_to(knowledge).as_posix(), made=path not in texts)
        for path, text in sorted(changed.items())
        if text != texts.get(path, "")
    )


def whole(entry: Mapping[str, Any], lessons: Lessons) -> dict[str, Any]:
    """A new topic with the phrasings that were added to it later."""
    texts = dict.fromkeys([*entry["phrasings"], *lessons.phrasings.get(entry["id"], ())])
    return {**entry, "phrasings": list(texts)}


def with_more(text: str, phrasings: Mapping[str, Iterable[str]]) -> str:
    """A file of data/knowledge with further phrasings of its entries; everything else stays as it is written."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    rows, added = text.splitlines(keepends=True), []
    for node in root.value if isinstance(root, yaml.SequenceNode) else ():
        fields = {key.value: value for key, value in node.value}
        listed = fields.get("phrasings")
        if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
            continue
        have = {each.value for each in listed.value}
        last = listed.value[-1]
        row = last.end_mark.line if last.end_mark.column else last.end_mark.line - 1
        indent = " " * listed.start_mark.column
        for each in phrasings.get(fields["id"].value, ()):
            if each not in have:
                added.append((row, f"{indent}- {scalar(each)}\n"))
    for row, line in reversed(added):
        rows.insert(row + 1, line)
    return "".join(rows)


def scalar(text: str) -> str:
    """As YAML writes it, in quotes where it must be."""
    return yaml.safe_dump([text], allow_unicode=True, width=10**6).removeprefix("- ").rstrip("\n")


def diff(before: str, after: str, name: str, *, made: bool) -> str:
    """One file of the patch."""
    path = f"{FOLDER}/{name}"
    head = f"diff --git a/{path} b/{path}\n" + ("new file mode 100644\n" if made else "")
    body = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True),
        "/dev/null" if made else f"a/{path}", f"b/{path}",
    )  # fmt: skip
    return head + "".join(body)
