"""One step of one system, in a process of its own so that its time and memory are its own. Started by measure.py.

    python worker.py count CONFIG NLU OUT          what the training data hold, as JSON in OUT
    python worker.py train CONFIG NLU DIR          DIR/model.tar.gz
    python worker.py ask MODEL TEXTS TOPICS OUT    reads every text once; in OUT a line of JSON for the process, then one for each text

Runs with Rasa 3.6.21 on Python 3.10: the stock one of bench/baseline/.venv, or the engine's with `--engine`, patched as it is served.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

WARM_UP = ["你好", "谢谢", "您贵姓", "今天真冷", "吃饭了没有", "我先看看", "等一下", "听得见吗", "什么事", "再见"]
SETTLED = 50  # messages after which the memory is read again
FALLBACK, ASK = "nlu_fallback", "ask"
ENGINE = "--engine"


def main() -> int:
    arguments = [each for each in sys.argv[1:] if each != ENGINE]
    warnings.simplefilter("ignore")
    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")
    if ENGINE in sys.argv:
        as_ours(arguments[0])
    else:
        as_stock()
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    steps = {"count": count, "train": train, "ask": ask}
    return steps[arguments[0]](*arguments[1:])


def as_stock() -> None:
    """What Rasa's own command line does: the threads of TensorFlow."""
    from rasa.utils.tensorflow.environment import setup_tf_environment

    setup_tf_environment()


def as_ours(step: str) -> None:
    """What engine.train does, or engine.serve before it loads a model."""
    from engine import patches
    from engine.logs import settle_jieba

    settle_jieba()
    if step == "ask":
        patches.apply()


def train(config: str, nlu: str, folder: str) -> int:
    from rasa.model_training import train_nlu

    return 0 if train_nlu(config, nlu, folder, fixed_model_name="model") else 1


def count(config: str, nlu: str, out: str) -> int:
    """As material.digest_of, over what the components will really see."""
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_nlu_importer_from_config(config, None, training_data_paths=[nlu])
    examples = importer.get_nlu_data().intent_examples
    lines = {f"{label(example)}\t{example.get('text')}" for example in examples}
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    write_lines(out, [{"examples": len(lines), "digest": digest}])
    return 0


def label(example: Any) -> str:
    intent = example.get_full_intent()
    return intent.partition("/")[2] or intent


def ask(model: str, texts: str, topics: str, out: str) -> int:
    """Load the model, warm up, and read every text once: no vector of a text is remembered from before."""
    started = time.perf_counter()
    from rasa.core.agent import Agent

    agent = Agent.load(model)
    process = {"load_s": time.perf_counter() - started, "loaded_mb": resident_mb()}
    known = set(json.loads(Path(topics).read_text(encoding="utf-8")))
    loop = asyncio.new_event_loop()
    for text in WARM_UP:
        loop.run_until_complete(agent.parse_message(text))
    rows: list[dict[str, Any]] = []
    for text in json.loads(Path(texts).read_text(encoding="utf-8")):
        started = time.perf_counter()
        parsed = loop.run_until_complete(agent.parse_message(text))
        rows.append({**understood(parsed, known), "ms": (time.perf_counter() - started) * 1000})
        if len(WARM_UP) + len(rows) == SETTLED:
            process["settled_mb"] = resident_mb()
    process["last_mb"] = resident_mb()
    write_lines(out, [process, *rows])
    return 0


def understood(parsed: dict[str, Any], topics: set[str]) -> dict[str, Any]:
    """`intent` as the assistant would act on it; `guess`, the topic or intent that the classifier put first before any threshold;
    `topics` with their scores, best first; `nearest`, the cosine to the nearest known sentence, where there is one."""
    ranking = [each for each in parsed["intent_ranking"] if each["name"] != FALLBACK]
    first = ranking[0]["name"] if ranking else None
    found = topics_of(parsed, ranking, topics)
    return {
        "intent": parsed["intent"]["name"],
        "guess": found[0][0] if first == ASK and found else first,
        "topics": found,
        "nearest": parsed.get("nearest"),
    }


def topics_of(parsed: dict[str, Any], ranking: list[dict[str, Any]], topics: set[str]) -> list[list[Any]]:
    """From the engine's own ranking, from the response selector, or from the intents that are topics."""
    if "topics" in parsed:
        return [[each["id"], each["score"]] for each in parsed["topics"]]
    selector = parsed.get("response_selector") or {}
    chosen = next((part for name, part in selector.items() if name != "all_retrieval_intents"), None)
    if chosen is not None:
        return [[each["intent_response_key"].partition("/")[2], each["confidence"]] for each in chosen["ranking"]]
    return [[each["name"], each["confidence"]] for each in ranking if each["name"] in topics]


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def write_lines(out: str, lines: list[dict[str, Any]]) -> None:
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    Path(out).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
