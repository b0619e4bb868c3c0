"""Trains the dialogue engine, and only when something it learns from has changed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zhilu.runner.errors import CannotRun
from zhilu.runner.guard import guarded
from zhilu.runner.programs import ENGINE_ENVIRONMENT, ENGINE_PYTHON, folder, log_file
from zhilu.runner.supervisor import tail
from zhilu.settings import ROOT, Settings

MODEL_NAME = "zhilu"
INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu/*",
    "data/rules/*",
    "data/stories/*",
    "data/knowledge/**/*",
    "data/narratives/*",
    "data/care/examples.yml",
    "data/words/*",
    "engine/importer.py",
    "engine/narratives.py",
    "engine/danger.py",
    "engine/text.py",
    "engine/train.py",
    "engine/components/*.py",
    "engine/encoder/*.py",
    "engine/requirements.lock",
)
# What a training says of itself, and what we show for it.
STAGES = (
    (re.compile(r"Starting to train component '(?P<what>[^']+)'"), "training {what}"),
    (re.compile(r"Restored component '(?P<what>[^']+)'"), "kept {what} (its inputs are unchanged)"),
    (re.compile(r"Your Rasa model is trained"), "saving the model"),
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One command of the training, run in the engine environment."""

    title: str
    command: tuple[str, ...]


def model_file(settings: Settings) -> Path:
    """Where the trained model is; engine.serve loads it from there."""
    return settings.var_dir.absolute() / "models" / f"{MODEL_NAME}.tar.gz"


def seal_file(settings: Settings) -> Path:
    """Beside the model: the digest of what it was trained with."""
    return model_file(settings).with_name(f"{MODEL_NAME}.sha256")


def sealed_digest(settings: Settings) -> str:
    """What the model was trained with; empty for none."""
    return read(seal_file(settings))


def encoder_cache(settings: Settings) -> Path:
    return settings.var_dir.absolute() / "cache" / "encoder"


def train_if_needed(settings: Settings, say: Say, *, force: bool = False) -> bool:
    """Train when the inputs differ from those of the model there is; True when it trained."""
    model = model_file(settings)
    digest = inputs_digest(ROOT, settings.lessons_dir)
    seal = seal_file(settings)
    if not force and model.exists() and filled(encoder_cache(settings)) and read(seal) == digest:
        return False
    started = time.monotonic()
    model.parent.mkdir(parents=True, exist_ok=True)
    seal.unlink(missing_ok=True)
    run_steps(steps(settings), log_file(settings, "train"), environment(settings), say)
    if not model.exists():
        raise CannotRun("the training left no model", tail(log_file(settings, "train")))
    seal.write_text(digest, encoding="ascii")
    say(f"trained in {time.monotonic() - started:.0f} s")
    return True


def steps(settings: Settings) -> tuple[Step, ...]:
    """Train; the sentence encoder is converted on the way, with the training texts as its sample."""
    models = model_file(settings).parent
    return (Step("training the dialogue engine", (str(ENGINE_PYTHON), "-m", "engine.train", "--out", str(models))),)


def environment(settings: Settings) -> dict[str, str]:
    """Rasa's cache of trained components belongs with the other caches."""
    cache = settings.var_dir.absolute() / "cache" / "rasa"
    return {**ENGINE_ENVIRONMENT, **folder(settings), "RASA_CACHE_DIRECTORY": str(cache), "PYTHONUNBUFFERED": "1"}


def run_steps(todo: Iterable[Step], log: Path, extra: dict[str, str], say: Say) -> None:
    """Run each command, show a line a stage, keep everything in the log; CannotRun when one fails."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    log.write_text("", encoding="utf-8")
    for step in todo:
        say(f"{step.title} …")
        status = run_step(step, log, {**os.environ, **extra}, say)
        if status:
            raise CannotRun(f"{step.title} failed (exit status {status}). Correct what the log {log} names:", tail(log))


def run_step(step: Step, log: Path, env: dict[str, str], say: Say) -> int:
    """Run one command to its end, stopping it when we are stopped; its exit status."""
    with subprocess.Popen(
        guarded(step.command),
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        assert child.stdout is not None
        try:
            with log.open("a", encoding="utf-8") as file:
                for line in child.stdout:
                    file.write(line)
                    for shown in stage(line):
                        say(f"  {shown}")
        except BaseException:
            child.terminate()
            raise
        return child.wait()


def stage(line: str) -> Iterator[str]:
    """What to show for a line of the training's output, if anything."""
    for pattern, text in STAGES:
        if match := pattern.search(line):
            yield text.format(**match.groupdict())


def inputs_digest(root: Path, taught: Path | None = None) -> str:
    """A digest of the names and contents of all training inputs, with what the staff taught at the desk."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in INPUTS for path in root.glob(pattern) if path.is_file()}):
        digest.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    for path in sorted(taught.glob("*.yml")) if taught else ():
        if path.stat().st_size:
            digest.update(f"taught/{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def filled(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def read(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.exists() else ""
