"""A kiosk whose voice and ear are programs of a few lines, so that no engine has to be installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from zhilu.settings import ROOT

SPEAKS = (
    "import sys, wave; n = len(sys.stdin.read()); f = wave.open(sys.stdout.buffer, 'wb'); "
    "f.setnchannels(1); f.setsampwidth(2); f.setframerate(8000); f.writeframes(bytes(160 * n))"
)
HEARS = (
    "import sys, wave; f = wave.open(sys.stdin.buffer); n = f.getnframes() / f.getframerate(); "
    "print('老板拖欠工资' if 0 < n <= 60 else '')"
)


def kiosk_dir(folder: Path, **changes: Any) -> Path:
    """A copy of data/kiosk whose voice.yml says something else."""
    made = folder / "kiosk"
    shutil.copytree(ROOT / "data" / "kiosk" / "texts", made / "texts")
    for file in (ROOT / "data" / "kiosk").glob("*.yml"):
        (made / file.name).write_bytes(file.read_bytes())
    voice = yaml.safe_load((made / "voice.yml").read_text(encoding="utf-8"))
    (made / "voice.yml").write_text(yaml.safe_dump({**voice, **changes}, allow_unicode=True), encoding="utf-8")
    return made


def program(code: str) -> list[str]:
    return [sys.executable, "-c", code]


SPEAKING: dict[str, Any] = {"engine": "command", "command": {"program": program(SPEAKS)}}
HEARING: dict[str, Any] = {"recogniser": {"engine": "command", "program": program(HEARS)}}
