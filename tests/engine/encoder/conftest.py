"""One conversion for the whole session, made by two processes that start at the same moment."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.encoder import Encoder, load_encoder
from engine.encoder.samples import SENTENCES
from engine.encoder.weights import Weights, weights_path

ROOT = Path(__file__).resolve().parents[3]

# none of these stands in the built-in sample, so the conversion has not seen them
UNSEEN = tuple(
    f"{who}{what}{ask}"
    for who in ("我爸", "我们村", "楼上那户人家", "厂里一百多个工人")
    for what in ("去年冬天的取暖补贴没拿到", "被强行搬走了", "和物业吵过三回", "交了钱不给办证", "户口迁不进来")
    for ask in ("，该找谁？", "，请问怎么反映", "，多久能有答复!", "，12345打过了没用", "")
)


@dataclass(frozen=True)
class Prepared:
    cache: Path
    reports: list[str]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    cache = tmp_path_factory.mktemp("encoder") / "cache"
    command = [sys.executable, "-m", "engine.encoder", "prepare", "--cache", str(cache)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    reports = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], reports
    return Prepared(cache, reports)


@pytest.fixture(scope="session")
def encoder(prepared: Prepared) -> Encoder:
    return load_encoder(prepared.cache)


@pytest.fixture(scope="session")
def unseen_texts() -> list[str]:
    return list(UNSEEN)


@pytest.fixture(scope="session")
def weights() -> Weights:
    return Weights(weights_path().read_bytes())


@pytest.fixture(scope="session")
def varied_texts() -> list[str]:
    """Our sentences, and strange mixtures of their characters with rarer ones."""
    rare = "𠮷㐂ﬁ①℃½…—“”　 \t\n·￥Ａｚ９😀é가ยж\u200b\u0301﷽㍿Ⅷ〇龘"
    alphabet = "".join(SENTENCES) + rare * 20
    source = random.Random(20261121)
    mixed = ["".join(source.choices(alphabet, k=source.randint(1, 60))) for _ in range(400)]
    return [*SENTENCES, *UNSEEN, "", " ", "   两端  有空格   ", "</s><s>", *mixed]
