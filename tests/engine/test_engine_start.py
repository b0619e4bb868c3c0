"""Starting and training: what cannot work says so in one line, at once."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path
from typing import List

import pytest
from conftest import Project, copy_project, free_port


def copied(project: Project, folder: Path) -> Project:
    """The trained project, for a test that spoils something."""
    shutil.copytree(project.folder, folder, ignore=shutil.ignore_patterns("tracker.db*", "engine.log", ".rasa"))
    return Project(folder)


def refusal(project: Project, **environment: str) -> str:
    """The one line with which an engine gives up."""
    done = project.run("engine.serve", ZHILU_ENGINE_PORT=str(free_port()), **environment)
    assert done.returncode == 1, done.stdout[-2000:]
    lines = [line for line in done.stdout.splitlines() if "CRITICAL" in line]
    assert len(lines) == 1
    assert "Traceback" not in done.stdout
    return lines[0].partition("the engine cannot start: ")[2]


def test_without_a_model(project: Project, tmp_path: Path) -> None:
    assert "make train" in refusal(project, ZHILU_MODEL=str(tmp_path / "none"))


def test_without_a_secret(project: Project) -> None:
    assert "ZHILU_ACTIONS_SECRET" in refusal(project, ZHILU_ACTIONS_SECRET="")


def test_with_a_model_of_another_encoder(project: Project, tmp_path: Path) -> None:
    with tarfile.open(project.model) as model:
        model.extractall(tmp_path / "model")
    next((tmp_path / "model").rglob("encoder.json")).write_text('{"key": "another-0"}', encoding="ascii")
    with tarfile.open(tmp_path / "spoilt.tar.gz", "w:gz") as model:
        for path in (tmp_path / "model").iterdir():
            model.add(path, path.name)
    line = refusal(project, ZHILU_MODEL=str(tmp_path / "spoilt.tar.gz"))
    assert "another-0" in line
    assert "train again" in line


def test_with_another_register_key(project: Project, tmp_path: Path) -> None:
    from rasa.shared.core.domain import Domain

    from engine.tracker_store import EncryptedTrackerStore

    url = f"sqlite:///{tmp_path / 'tracker.db'}"
    store = EncryptedTrackerStore(Domain.empty(), host=url, secret="another" * 6)
    with store.session_scope() as session:
        session.add(store.SQLEvent(sender_id="c", type_name="user", timestamp=1.0, data=store._cipher.seal("c", "{}")))
        session.commit()
    assert "register_key" in refusal(project, ZHILU_TRACKER_URL=url)


def test_without_the_tracker_store_of_the_endpoints(project: Project, tmp_path: Path) -> None:
    spoilt = copied(project, tmp_path / "project")
    endpoints = spoilt.folder / "endpoints.yml"
    endpoints.write_text(
        endpoints.read_text(encoding="utf-8").replace("EncryptedTrackerStore", "NoSuchStore"), encoding="utf-8"
    )
    assert "tracker store" in refusal(spoilt)


@pytest.mark.parametrize("component", ["DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy"])
def test_a_component_that_needs_tensorflow_is_refused_before_anything_is_read(component: str, tmp_path: Path) -> None:
    from engine.importer import KnowledgeImporter, NeedsTensorFlow

    part = "policies" if component.endswith("Policy") else "pipeline"
    config = tmp_path / "config.yml"
    config.write_text(
        f"recipe: default.v1\n{part}:\n  - name: WhitespaceTokenizer\n  - name: {component}\n", encoding="ascii"
    )
    with pytest.raises(NeedsTensorFlow, match=f"names {component}, which needs TensorFlow"):
        KnowledgeImporter(str(config))


def test_our_own_configuration_needs_none(project: Project) -> None:
    from engine.importer import KnowledgeImporter

    data = KnowledgeImporter(str(project.folder / "config.yml")).get_nlu_data()
    labels: List[str] = [each.get_full_intent() for each in data.intent_examples]
    assert labels
    assert {label.partition("/")[0] for label in labels} == {"ask", "complain"}  # phrasings of topics, and narratives


def test_training_with_diet_stops_at_once_with_one_message(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    config = project.folder / "config.yml"
    text = config.read_text(encoding="utf-8").replace(
        "engine.components.classifier.NgramVectorClassifier", "DIETClassifier"
    )
    config.write_text(text, encoding="utf-8")
    done = project.run("engine.train")
    assert done.returncode == 1
    assert "Starting to train" not in done.stdout
    assert "Traceback" not in done.stdout
    assert "DIETClassifier, which needs TensorFlow" in done.stdout.splitlines()[-1]
