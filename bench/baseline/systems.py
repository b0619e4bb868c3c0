"""The systems that are compared: their environments, their configurations, and a step of one in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.baseline.material import Form, Material, nlu_file, read_yaml, write_yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = HERE / "work"
DATA = WORK / "data"
STOCK_PYTHON = HERE / ".venv/bin/python"
ENGINE_PYTHON = ROOT / "engine/.venv/bin/python"
TRAINING_THREADS, READING_THREADS = 2, 1
ENCODER, NEAREST = "SentenceEncoderFeaturizer", "bench.baseline.nearest.NearestPhrasing"


class StepFailed(RuntimeError):
    """A process of a system ended badly; its output says why."""


@dataclass(frozen=True)
class System:
    """One line of the comparison; a stock one has its configuration beside this file and its own form of the material."""

    name: str
    title: str
    form: Form | None = None
    encoder: bool = False

    @property
    def python(self) -> Path:
        return STOCK_PYTHON if self.form else ENGINE_PYTHON

    @property
    def folder(self) -> Path:
        return WORK / self.name


SYSTEMS = (
    System("diet", "stock: DIET + ResponseSelector", Form.RETRIEVAL),
    System("diet-intents", "stock: DIET, topics as intents", Form.INTENTS),
    System("logreg", "stock: count vectors + logistic regression", Form.INTENTS),
    System("ours", "ours: sentence vectors + n-grams", encoder=True),
    System("ours-ngrams", "ours without the encoder"),
    System("nearest", "nearest phrasing by sentence vector", encoder=True),
)


@dataclass(frozen=True)
class Spent:
    """What a process cost."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def environment(threads: int) -> dict[str, str]:
    """The same threads for every library that has any."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    tensorflow = ("TF_INTRA_OP_PARALLELISM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS")
    return {
        **os.environ,
        **dict.fromkeys((*names, *tensorflow), str(threads)),
        "PYTHONPATH": str(ROOT),
        "ZHILU_VAR_DIR": str(WORK / "var"),
    }


def run(command: Sequence[str | Path], folder: Path, log: Path, threads: int) -> Spent:
    """Run a process to its end, all that it prints in `log`; StepFailed where it fails."""
    started = time.perf_counter()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(each) for each in command], cwd=folder, env=environment(threads), stdout=stream, stderr=stream
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise StepFailed(f"{' '.join(map(str, command))} ended with {process.returncode}; see {log}")
    return Spent(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def step(system: System, name: str, *arguments: Path, threads: int = TRAINING_THREADS) -> Spent:
    """A step of worker.py in the system's folder and environment."""
    command: list[str | Path] = [system.python, HERE / "worker.py", name, *arguments]
    if not system.form:
        command.append("--engine")
    return run(command, system.folder, system.folder / f"{name}.log", threads)


def prepare(system: System, material: Material, epochs: int | None) -> tuple[Path, Path]:
    """The system's folder with its configuration and its training data."""
    shutil.rmtree(system.folder, ignore_errors=True)
    system.folder.mkdir(parents=True)
    config = system.folder / "config.yml"
    if system.form:
        write_yaml(config, with_epochs(read_yaml(HERE / f"{system.name}.yml"), epochs))
        write_yaml(system.folder / "nlu.yml", nlu_file(material, system.form))
        return config, system.folder / "nlu.yml"
    write_yaml(config, our_config(system.name, read_yaml(ROOT / "config.yml")))
    (system.folder / "data").symlink_to(DATA)
    return config, system.folder / "data" / "nlu"


def with_epochs(config: dict[str, Any], epochs: int | None) -> dict[str, Any]:
    """The configuration with other epochs than the documented ones, for a trial."""
    given = {} if epochs is None else {"epochs": epochs}
    return {**config, "pipeline": [{**part, **given} if "epochs" in part else part for part in config["pipeline"]]}


def our_config(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """The shipped config.yml; without the encoder; or with nothing but it."""
    parts = config["pipeline"]
    if name == "ours-ngrams":
        parts = [part for part in parts if not part["name"].endswith(ENCODER)]
    if name == "nearest":
        parts = [part for part in parts if part["name"].endswith((ENCODER, "Tokenizer"))] + [{"name": NEAREST}]
    return {**config, "pipeline": parts}
