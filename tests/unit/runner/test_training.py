"""Training happens when its inputs changed, shows how far it is, and says what failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zhilu.runner import training
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings


def python(title: str, code: str, *arguments: Path) -> training.Step:
    return training.Step(title, (sys.executable, "-c", code, *map(str, arguments)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path / "var")


@pytest.fixture
def project(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose training only leaves the files that a training leaves."""
    root = tmp_path / "project"
    (root / "data" / "nlu").mkdir(parents=True)
    (root / "data" / "nlu" / "greet.yml").write_text("你好")
    leave = """
import pathlib, sys
for path in map(pathlib.Path, sys.argv[1:]):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
"""
    step = python("training", leave, training.model_file(settings), training.encoder_cache(settings) / "encoder.onnx")
    monkeypatch.setattr(training, "ROOT", root)
    monkeypatch.setattr(training, "steps", lambda _settings: (step,))
    return root


def train(settings: Settings, *, force: bool = False) -> bool:
    return training.train_if_needed(settings, lambda _line: None, force=force)


def test_unchanged_inputs_are_trained_once(project: Path, settings: Settings) -> None:
    assert [train(settings), train(settings)] == [True, False]
    assert train(settings, force=True)


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/rules/file.yml", "engine/text.py", "engine/requirements.lock"]
)
def test_a_new_or_changed_input_is_trained_again(project: Path, settings: Settings, name: str) -> None:
    train(settings)
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("one")
    assert train(settings)
    (project / name).write_text("two")
    assert train(settings)


def test_what_the_engine_does_not_learn_from_is_no_reason_to_train(project: Path, settings: Settings) -> None:
    train(settings)
    for name in ("README.md", "engine/.venv/lib/site.py", "bot/pages.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("changed")
    assert not train(settings)


def test_a_lost_model_or_encoder_is_made_again(project: Path, settings: Settings) -> None:
    train(settings)
    training.model_file(settings).unlink()
    assert train(settings)
    (training.encoder_cache(settings) / "encoder.onnx").unlink()
    assert train(settings)


def test_each_stage_is_shown_and_everything_is_logged(tmp_path: Path) -> None:
    code = """print("2026 INFO Starting to train component 'Topics'."); print("a detail")"""
    said: list[str] = []
    log = tmp_path / "train.log"
    training.run_steps([python("training", code)], log, {}, said.append)
    assert said == ["training …", "  training Topics"]
    assert "a detail" in log.read_text()


def test_a_failed_training_names_the_log_and_shows_its_end(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    with pytest.raises(CannotRun, match="training failed") as caught:
        training.run_steps([python("training", "raise SystemExit('intent ask_fee has no example')")], log, {}, print)
    assert str(log) in str(caught.value)
    assert caught.value.log == ["intent ask_fee has no example"]


def test_a_failed_training_is_tried_again_at_the_next_start(
    project: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(settings)
    (project / "config.yml").write_text("broken")
    with monkeypatch.context() as broken:
        broken.setattr(training, "steps", lambda _settings: (python("training", "raise SystemExit(1)"),))
        with pytest.raises(CannotRun):
            train(settings)
    assert train(settings)
