"""One small model for the whole session: the real configuration on a part of the data, trained by the real `rasa
train`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.update(RASA_TELEMETRY_ENABLED="false", SQLALCHEMY_SILENCE_UBER_WARNING="1")

from standin import ActionServer, Gateway  # noqa: E402

SECRETS = {
    name: letter * 40 for name, letter in (("ENGINE_SECRET", "e"), ("ACTIONS_SECRET", "a"), ("REGISTER_KEY", "r"))
}
TOPICS_FROM = ("basics.yml",)
MATTERS_FROM = ("labour.yml", "discipline.yml", "transport.yml")


def pytest_configure(config: pytest.Config) -> None:
    """Rasa and what it pins warn of their own age at every import."""
    for kind in ("DeprecationWarning", "PendingDeprecationWarning", "UserWarning", "FutureWarning", "ResourceWarning"):
        config.addinivalue_line("filterwarnings", f"ignore::{kind}")


@dataclass(frozen=True)
class Project:
    """A folder with the files that Rasa reads, and its own var."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "var" / "models" / "zhilu.tar.gz"

    @property
    def log(self) -> Path:
        return self.folder / "engine.log"

    @property
    def database(self) -> Path:
        return self.folder / "var" / "tracker.db"

    def environment(self, **more: str) -> Dict[str, str]:
        secrets = {f"ZHILU_{name}": value for name, value in SECRETS.items()}
        own = {
            "PYTHONPATH": str(ROOT),
            "ZHILU_VAR_DIR": str(self.folder / "var"),
            "OMP_NUM_THREADS": "1",
            "PYTHONWARNINGS": "ignore",
        }
        return {**os.environ, **own, **secrets, **more}

    def run(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """A module in this folder, to its end, without a keyboard."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.folder,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )


def copy_project(folder: Path) -> Project:
    """The repository's own files; of knowledge and narratives only a part, so that training takes seconds."""
    for name in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("nlu", "rules", "words", "office"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    for name in ("knowledge", "narratives"):
        (folder / "data" / name).mkdir()
    for name in TOPICS_FROM:
        shutil.copy(ROOT / "data" / "knowledge" / "petition" / name, folder / "data" / "knowledge" / name)
    for name in MATTERS_FROM:
        shutil.copy(ROOT / "data" / "narratives" / name, folder / "data" / "narratives" / name)
    converted = ROOT / "var" / "cache" / "encoder"
    if converted.exists():
        shutil.copytree(converted, folder / "var" / "cache" / "encoder")
    return Project(folder)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A trained project; tests that write into it take a copy."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    trained = project.run("rasa", "train", "--fixed-model-name", "zhilu", "--out", "var/models")
    assert trained.returncode == 0, trained.stdout[-3000:]
    assert project.model.exists()
    return project


@pytest.fixture(scope="session")
def actions() -> Iterator[ActionServer]:
    server = ActionServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def gateway(project: Project, actions: ActionServer) -> Iterator[Gateway]:
    """A real engine on a free port."""
    port = free_port()
    environment = project.environment(ZHILU_ENGINE_PORT=str(port), ZHILU_ACTIONS_PORT=str(actions.port))
    with project.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.serve"],
            cwd=project.folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(port, process, project.log)
        yield Gateway(port, SECRETS["ENGINE_SECRET"])
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])


@pytest.fixture
def healed(actions: ActionServer) -> Iterator[List[dict]]:
    """The action server misbehaves where the text says so, until the test ends."""
    actions.healthy.clear()
    yield actions.asked
    actions.healthy.set()
