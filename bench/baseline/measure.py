"""Measures a stock Rasa assistant and ours on the same questions in one run; writes results/baseline.{json,md,svg}.

    .venv/bin/python -m bench.baseline.measure                                   everything, DIET with 100 epochs: an hour or more
    .venv/bin/python -m bench.baseline.measure --systems logreg,ours --out DIR   some of it
    .venv/bin/python -m bench.baseline.measure --epochs 2 --phrasings 4 --limit 50 --out DIR   a trial of the machinery

Every system is trained on the same snapshot of data/ and reads the same texts; each step is a process of its own (worker.py).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from bench.baseline.judge import Heard, Judge, NearestOnly, Ours, Stock, foreign_scores, question_scores
from bench.baseline.material import Material, read_material, snapshot
from bench.baseline.report import write_reports
from bench.baseline.systems import (
    DATA,
    ENGINE_PYTHON,
    HERE,
    READING_THREADS,
    ROOT,
    SYSTEMS,
    TRAINING_THREADS,
    WORK,
    StepFailed,
    System,
    prepare,
    run,
    step,
)
from knowledge.load import load_knowledge
from knowledge.outcome import Thresholds
from knowledge.ranking import TopicWords

SETS = {"dev": ROOT.parent / "shared/eval", "held": ROOT / "bench/heldout"}
FILES = ("counted.json", "texts.json", "topics.json", "answers.jsonl")


@dataclass(frozen=True)
class Questions:
    """The sets by name: what should be answered, and what is not our job."""

    asked: Mapping[str, Sequence[Mapping[str, Any]]]
    foreign: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def texts(self) -> list[str]:
        return [line["text"] for lines in (*self.asked.values(), *self.foreign.values()) for line in lines]


def read_questions(limit: int | None) -> Questions:
    """Every set that is there, at most `limit` lines of each."""
    files = {
        (name, kind): folder / f"{name}_{kind}.jsonl" for name, folder in SETS.items() for kind in ("questions", "oos")
    }
    lines = {key: read_lines(path)[:limit] for key, path in files.items() if path.exists()}
    asked, foreign = (
        {name: found for (name, kind), found in lines.items() if kind == wanted} for wanted in ("questions", "oos")
    )
    return Questions(asked, foreign)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def set_up_encoder(material: Material) -> dict[str, float]:
    """What `make env` does once: converts the encoder's weights, here into an empty cache."""
    cache = WORK / "var" / "cache" / "encoder"
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    sample = WORK / "sample.txt"
    sample.write_text("\n".join(each.text for each in material.examples), encoding="utf-8")
    command: list[str | Path] = [ENGINE_PYTHON, "-m", "engine.encoder", "prepare", "--cache", cache, "--sample", sample]
    spent = run(command, ROOT, WORK / "encoder.log", TRAINING_THREADS)
    return {**asdict(spent), "mb": sum(path.stat().st_size for path in cache.iterdir()) / 1e6}


def measure(
    system: System, material: Material, questions: Questions, judge: Judge, epochs: int | None
) -> dict[str, Any]:
    """Train it, load it, ask it everything."""
    config, nlu = prepare(system, material, epochs)
    counted, texts, topics, answers = (system.folder / name for name in FILES)
    step(system, "count", config, nlu, counted)
    (seen,) = read_lines(counted)
    if seen["digest"] != material.digest:
        raise StepFailed(f"{system.name} would learn other examples than the rest: {seen['examples']} distinct ones")
    trained = step(system, "train", config, nlu, system.folder)
    texts.write_text(json.dumps(questions.texts, ensure_ascii=False), encoding="utf-8")
    topics.write_text(json.dumps(list(material.answers)), encoding="utf-8")
    model = system.folder / "model.tar.gz"
    step(system, "ask", model, texts, topics, answers, threads=READING_THREADS)
    process, *lines = read_lines(answers)
    heard = [Heard.from_line(line) for line in lines]
    if isinstance(judge, Ours):
        words = TopicWords(load_knowledge(DATA / "knowledge"))
        weight = judge.thresholds.words_weight
        heard = [each.with_words(text, words, weight) for each, text in zip(heard, questions.texts, strict=True)]
    return {
        "title": system.title,
        "encoder": system.encoder,
        "train": asdict(trained),
        "model_mb": model.stat().st_size / 1e6,
        **process,
        **scores(questions, heard, judge),
    }


def scores(questions: Questions, heard: Sequence[Heard], judge: Judge) -> dict[str, Any]:
    """By set, and the latency over all of them."""
    times = sorted(each.milliseconds for each in heard)
    rest = iter(heard)
    asked = {name: question_scores(lines, take(rest, lines), judge) for name, lines in questions.asked.items()}
    foreign = {name: foreign_scores(lines, take(rest, lines), judge) for name, lines in questions.foreign.items()}
    latency = {"p50_ms": times[len(times) // 2], "p95_ms": times[int(len(times) * 0.95)]}
    return {**latency, "questions": asked, "oos": foreign}


def take(rest: Iterator[Heard], lines: Sequence[object]) -> list[Heard]:
    return list(islice(rest, len(lines)))


def judge_of(system: System, thresholds: Thresholds) -> Judge:
    if system.form:
        return Stock()
    return NearestOnly(thresholds) if system.name == "nearest" else Ours(thresholds)


def main() -> int:
    """0, or 1 where an environment is missing or a system failed."""
    options = parse()
    chosen = [each for each in SYSTEMS if each.name in options.systems]
    missing = {str(each.python) for each in chosen if not each.python.exists()}
    if missing:
        print(f"no environment: {', '.join(sorted(missing))} (make env bench-baseline)", file=sys.stderr)
        return 1
    WORK.mkdir(exist_ok=True)
    snapshot(ROOT / "data", DATA, options.phrasings)
    material, questions = read_material(DATA), read_questions(options.limit)
    thresholds = Thresholds(**yaml.safe_load((DATA / "dialogue.yml").read_text(encoding="utf-8"))["outcomes"])
    results = describe(material, questions, options)
    if options.keep:
        results |= kept(results, options.out / "baseline.json")
    try:
        if "encoder" not in results and any(each.encoder for each in chosen):
            results["encoder"] = set_up_encoder(material)
        for system in chosen:
            if system.name not in results["systems"]:
                print(f"{system.name} …", flush=True)
                found = measure(system, material, questions, judge_of(system, thresholds), options.epochs)
                results["systems"] = in_order({**results["systems"], system.name: found})
                write_reports(results, options.out)  # after each: the next may take an hour
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print((options.out / "baseline.md").read_text(encoding="utf-8"))
    return 0


def in_order(systems: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: systems[each.name] for each in SYSTEMS if each.name in systems}


def kept(results: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """What an earlier run that ended early has found, if it was about the same."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    same = all(before.get(name) == results[name] for name in ("digest", "texts", "epochs"))
    return {name: before[name] for name in ("systems", "encoder") if same and name in before}


def describe(material: Material, questions: Questions, options: argparse.Namespace) -> dict[str, Any]:
    """What was measured, when and on what."""
    topics = sum(each.label in material.answers for each in material.examples)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": " ".join(["python -m bench.baseline.measure", *sys.argv[1:]]),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "epochs": options.epochs or 100,
        "phrasings": topics,
        "topics": len(material.answers),
        "other_examples": len(material.examples) - topics,
        "texts": len(questions.texts),
        "digest": material.digest,
        "systems": {},
    }


def parse() -> argparse.Namespace:
    names = [each.name for each in SYSTEMS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", type=lambda text: text.split(","), default=names, help=f"of {','.join(names)}")
    parser.add_argument("--epochs", type=int, help="of DIET and ResponseSelector; the documented 100 if not given")
    parser.add_argument("--phrasings", type=int, help="at most so many training examples a topic, intent or list")
    parser.add_argument("--limit", type=int, help="at most so many questions of each set")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument(
        "--keep", action="store_true", help="go on with a run that ended early: same data, same questions"
    )
    options = parser.parse_args()
    unknown = set(options.systems) - set(names)
    if unknown:
        parser.error(f"unknown systems: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())
