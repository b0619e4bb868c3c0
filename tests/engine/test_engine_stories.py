"""The stories of tests/stories, in Rasa's own format: by Rasa's own command, and held with a real action server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import yaml
from conftest import ROOT, SECRETS, Project, free_port, wait_for

STORIES = sorted((ROOT / "tests" / "stories").glob("test_*.yml"))
MODEL = Path(os.environ.get("ZHILU_MODEL") or ROOT / "var" / "models" / "zhilu.tar.gz")
APP = ROOT / ".venv" / "bin" / "python"
LEAST_STORIES = 12


def with_encoder(folder: Path) -> Path:
    """A folder to write to, with the very encoder that the model was trained with."""
    shutil.copytree(MODEL.parent.parent / "cache" / "encoder", folder / "cache" / "encoder")
    return folder


def story_names() -> List[str]:
    return [story["story"] for file in STORIES for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]]


@pytest.fixture(scope="module")
def actions_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real action server of the app's own environment, with an empty register."""
    folder, port = tmp_path_factory.mktemp("actions"), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHILU_")}
    environment.update({f"ZHILU_{name}": value for name, value in SECRETS.items()})
    environment.update(ZHILU_VAR_DIR=str(folder), ZHILU_ACTIONS_PORT=str(port))
    upgrade = "from cases.migrate import upgrade; from zhilu.settings import Settings; upgrade(Settings().register_url)"
    subprocess.run([str(APP), "-c", upgrade], cwd=ROOT, env=environment, check=True)
    log = folder / "actions.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(APP), "-m", "actions.serve"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        wait_for(port, server, log)
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def held(actions_url: str, tmp_path_factory: pytest.TempPathFactory) -> Dict[str, List[Dict[str, Any]]]:
    """Every story as it went with the real servers, turn by turn."""
    here = Project(tmp_path_factory.mktemp("replay"))
    var = with_encoder(tmp_path_factory.mktemp("var"))
    script = str(Path(__file__).with_name("replay.py"))
    done = subprocess.run(
        [sys.executable, script, str(MODEL), actions_url, *map(str, STORIES)],
        cwd=ROOT,
        env={**here.environment(), "ZHILU_VAR_DIR": str(var)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_rasa_test_core_passes_end_to_end(tmp_path: Path) -> None:
    arguments = ("--e2e", "--stories", str(ROOT / "tests" / "stories"), "--model", str(MODEL), "--no-plot")
    command = ("rasa", "test", "core", *arguments, "--fail-on-prediction-errors", "--out", str(tmp_path / "results"))
    done = Project(ROOT).run(*command, ZHILU_VAR_DIR=str(with_encoder(tmp_path / "var")))
    assert done.returncode == 0, done.stdout[-3000:]
    report = json.loads((tmp_path / "results" / "story_report.json").read_text(encoding="utf-8"))
    counted = report["conversation_accuracy"]
    assert counted["correct"] == counted["total"] == len(story_names()) >= LEAST_STORIES
    assert "tensorflow" not in done.stdout.lower()


@pytest.mark.parametrize("name", story_names())
def test_a_story_goes_so_with_the_real_action_server(held: Dict[str, List[Dict[str, Any]]], name: str) -> None:
    for turn in held[name]:
        assert turn["ran"] == turn["named"], turn
        assert turn["replies"], turn
        assert turn["open"] == (turn["loop"] or (turn["followups"] or [None])[-1]), turn
