"""Conversations that have to be forgotten everywhere: an empty file each, until every part of the house has done so.

A file, not a row: it is there before anything is deleted and survives a register that is away.
"""

from __future__ import annotations

import re
from pathlib import Path

CONVERSATION = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Erasures:
    """A folder of promises."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def promise(self, conversation: str) -> None:
        """From now on the conversation is due to be forgotten, also after a power cut between here and there."""
        if not CONVERSATION.fullmatch(conversation):
            raise ValueError("not the id of a conversation")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / conversation).touch(mode=0o600)

    def keep(self, conversation: str) -> None:
        """The promise is kept."""
        (self._folder / conversation).unlink(missing_ok=True)

    def due(self) -> list[str]:
        """What still has to be forgotten, oldest first."""
        if not self._folder.is_dir():
            return []
        files = [each for each in self._folder.iterdir() if CONVERSATION.fullmatch(each.name)]
        return [each.name for each in sorted(files, key=lambda file: file.stat().st_mtime)]
