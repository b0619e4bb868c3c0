"""Trains what the staff taught: `python -m zhilu.teach RELEASE [--detach]`, one at a time, at low priority, apart from the running model.

The model lies below var/teaching/releases/RELEASE until somebody publishes it. What it answers to data/eval is compared with the model that runs.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, cast

from actions.answer import decision_on
from actions.dialogue import Dialogue, load_dialogue
from actions.heard import Heard, heard_in, with_words
from actions.services import Services
from cases import teaching_releases
from cases.database import Register
from cases.teaching import Change, ChangeKind
from desk.teaching.compare import Asked, Judged, load_questions, report, verdict
from desk.teaching.files import SEAL, Busy, TeachingFiles, lessons_of
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.outcome import Decision, Outcome
from knowledge.ranking import TopicWords
from knowledge.taught import write_lessons
from zhilu.registers import open_register
from zhilu.runner.guard import guarded
from zhilu.runner.programs import ENGINE_PYTHON
from zhilu.runner.training import Step, environment, inputs_digest, run_step
from zhilu.settings import ROOT, Settings
from zhilu.trace import configure_logging

logger = logging.getLogger(__name__)
NICE = 15
RANK_SECONDS = 900


@dataclass(frozen=True)
class Tools:
    """The two programs of the engine: one trains into a folder, one says what a model makes of questions."""

    train: tuple[str, ...] = (str(ENGINE_PYTHON), "-m", "engine.train", "--out")
    rank: tuple[str, ...] = (str(ENGINE_PYTHON), "-m", "engine.rank")


class Stopped(Exception):
    """Somebody asked for it."""


class TrainingFailed(Exception):
    """`code` names the Chinese text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ears(NamedTuple):
    """What a decision needs of the actions' collaborators."""

    knowledge: KnowledgeBase
    dialogue: Dialogue


class Trainer:
    """One training, from its lessons to the comparison."""

    def __init__(self, settings: Settings, register: Register, release: str, tools: Tools = Tools()) -> None:
        self.settings, self.register, self.release, self.tools = settings, register, release, tools
        self.files = TeachingFiles.of(settings)
        self.folder = self.files.release(release)
        self.lessons = self.folder / "knowledge"

    def run(self) -> None:
        """To its end, good or bad; either stands in the register."""
        try:
            told = self.make()
        except Stopped:
            self.fail("stopped")
        except TrainingFailed as error:
            self.fail(error.code)
        except Exception as error:  # the outer edge of the process
            logger.exception("the training failed")
            self.fail("fault")
            raise SystemExit(1) from error
        else:
            with self.register.unit_of_work() as uow:
                teaching_releases.trained(uow, self.release, "models", told, now=now())

    def fail(self, why: str) -> None:
        with self.register.unit_of_work() as uow:
            teaching_releases.failed(uow, self.release, why, now=now())

    def make(self) -> dict[str, Any]:
        """Train, ask both models, compare."""
        self.files.say(self.release, "preparing")
        with self.register.unit_of_work() as uow:
            teaching_releases.release(uow, self.release)
            changes = teaching_releases.lessons(uow, self.release)
        write_lessons(self.lessons, lessons_of(changes))
        self.train()
        asked = [*load_questions(self.settings.eval_dir), *self.taught_now(changes)]
        before = self.judge(asked, self.files.running_model, self.settings.lessons_dir, "judging-before")
        after = self.judge(asked, self.folder / "models", self.lessons, "judging-after")
        return report(asked, before, after, [each.text for each in self.taught_now(changes)])

    def train(self) -> None:
        """The engine's own training with other lessons, into a folder of its own."""
        models = self.folder / "models"
        models.mkdir(parents=True, exist_ok=True)
        digest = inputs_digest(ROOT, self.lessons)
        done = 0

        def say(_line: str) -> None:
            nonlocal done
            done += 1
            self.files.say(self.release, "training", done)

        self.files.say(self.release, "training")
        step = Step("training", (*self.tools.train, str(models)))
        extra = environment(self.settings) | {"ZHILU_TAUGHT_DIR": str(self.lessons)}
        if run_step(step, self.files.log(self.release), {**os.environ, **extra}, say):
            raise TrainingFailed("training")
        if not any(models.glob("*.tar.gz")):
            raise TrainingFailed("no-model")
        (models / SEAL).write_text(digest, encoding="ascii")

    def taught_now(self, changes: Sequence[Change]) -> list[Asked]:
        """The phrasings that are new with this training."""
        new = [each for each in changes if each.release == self.release]
        asked: dict[str, Asked] = {}
        for each in new:
            texts = each.content["texts"] if each.kind is ChangeKind.PHRASING else each.content["entry"]["phrasings"]
            asked |= {text: Asked(text, frozenset({each.topic})) for text in texts}
        return list(asked.values())

    def judge(self, asked: Sequence[Asked], model: Path, lessons: Path, stage: str) -> list[Judged]:
        """What a citizen would get for each question; where there is no model, nothing is known."""
        self.files.say(self.release, stage)
        if not model.exists():
            return [verdict(Decision(Outcome.UNKNOWN, ()), each.topics) for each in asked]
        knowledge = load_knowledge(self.settings.knowledge_dir, lessons)
        ears, words = Ears(knowledge, load_dialogue(self.settings.dialogue_file)), TopicWords(knowledge)
        said = self.rank(model, [each.text for each in asked])
        weight = ears.dialogue.outcomes.words_weight
        heard = [
            with_words(heard_in({"text": each.text, **row}), words, weight)
            for each, row in zip(asked, said, strict=True)
        ]
        return [verdict(decided(one, ears), each.topics) for each, one in zip(asked, heard, strict=True)]

    def rank(self, model: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
        command = guarded((*self.tools.rank, str(model)))
        env = {**os.environ, **environment(self.settings)}
        with self.files.log(self.release).open("ab") as log:
            done = subprocess.run(
                command, cwd=ROOT, env=env, input="\n".join(texts).encode(), stdout=subprocess.PIPE, stderr=log,
                timeout=RANK_SECONDS,
            )  # fmt: skip
        if done.returncode:
            raise TrainingFailed("judging")
        return [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]


def decided(heard: Heard, ears: Ears) -> Decision | None:
    """As the actions decide (actions/registry.py), stories apart; None where no question was heard."""
    if heard.intent == "complain":
        wish = ears.dialogue.says("wish", heard.text)
        if wish or not ears.dialogue.says("question", heard.text):
            return None
    elif heard.intent not in ("ask", "out_of_scope"):
        return None
    decision = decision_on(heard, cast(Services, ears))
    if heard.intent == "out_of_scope" and decision.outcome is Outcome.ANSWER:
        return Decision(Outcome.CLARIFY, decision.topics[: ears.dialogue.outcomes.choices])
    return decision


def now() -> datetime:
    return datetime.now(UTC)


def detach() -> None:
    """Go on in a session of our own; whoever started us has an answer at once."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)


def stop(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    """0 also where the training came to nothing: the register says why."""
    if "--detach" in sys.argv:
        detach()
    os.nice(NICE)
    signal.signal(signal.SIGTERM, stop)
    settings = Settings()
    configure_logging(settings.log_level)
    try:
        with TeachingFiles.of(settings).held():
            register = open_register(settings)
            try:
                Trainer(settings, register, sys.argv[1]).run()
            finally:
                register.close()
    except Busy:
        logger.error("another training is under way")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
