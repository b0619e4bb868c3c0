"""Which thresholds of data/dialogue.yml `outcomes` cost least; writes bench/calibration.md.

    PYTHONPATH=. engine/.venv/bin/python bench/calibrate.py

Five-fold cross-validation of the engine's own components over every phrasing of data/knowledge and every example of data/nlu. A citizen's
question is answered, clarified with the right topic among those offered, or not understood; a message that asks nothing of the knowledge base
(out_of_scope, complain, greet) should get no answer from it.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDS, SEED = 5, 20261121
NOT_ANSWERABLE = ("out_of_scope", "complain", "greet")
SHARE_ANSWERABLE = 0.8  # of the messages outside a form; the rest asks nothing of the knowledge base
COST = {"right": 0.0, "wrong": 4.0, "clarify": 1.0, "clarify-wrong": 2.0, "unknown": 2.0, "elsewhere": 2.0}
COST_NOT_ANSWERABLE = {"wrong": 4.0, "clarify-wrong": 1.0, "unknown": 0.0, "elsewhere": 0.0}
AS_GOOD_AS = 0.005  # a difference in cost that another seed would turn round
GRID = {
    "answer": (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
    "lead": (1.15, 1.3, 1.5, 2.0, 2.5, 3.0, 4.0),
    "sure": (0.45, 0.5, 0.55, 0.6, 0.7, 0.8),
    "clarify": (0.06, 0.08, 0.1, 0.12, 0.15, 0.2),
    "nearest": (0.2, 0.25, 0.3, 0.35, 0.4, 0.45),
}


@dataclass(frozen=True)
class Thresholds:
    """As knowledge.outcome.Thresholds, which needs a newer Python than the engine has; a test compares the two."""

    answer: float
    lead: float
    sure: float
    clarify: float
    nearest: float
    choices: int = 3


@dataclass(frozen=True)
class Row:
    """A held-out example and what the components made of it; `topic` is empty where nothing is asked of the knowledge base."""

    text: str
    group: str
    topic: str
    intent: str
    ranking: tuple[tuple[str, float], ...]
    nearest: float
    wish: bool
    question: bool


def decide(ranking: Sequence[tuple[str, float]], nearest: float, thresholds: Thresholds) -> str:
    """The outcome of knowledge.outcome.decide."""
    if not ranking or nearest < thresholds.nearest or ranking[0][1] < thresholds.clarify:
        return "unknown"
    first, second = ranking[0][1], ranking[1][1] if len(ranking) > 1 else 0.0
    if first >= thresholds.sure or (first >= thresholds.answer and first >= thresholds.lead * second):
        return "answer"
    return "clarify"


def outcome(row: Row, thresholds: Thresholds) -> str:
    """What the citizen gets, after the rules of data/rules/conversation.yml and actions/registry.py."""
    decision = decide(row.ranking, row.nearest, thresholds)
    if row.intent == "out_of_scope":
        return "clarify" if decision != "unknown" else "unknown"
    if row.intent == "ask":
        return decision
    asks = row.intent == "complain" and not row.wish and row.question and decision == "answer"
    return "answer" if asks else "elsewhere"


def verdict(row: Row, thresholds: Thresholds) -> str:
    """right, wrong, clarify (the right topic is offered), clarify-wrong, unknown, elsewhere."""
    result = outcome(row, thresholds)
    if result == "answer":
        return "right" if row.ranking[0][0] == row.topic else "wrong"
    if result == "clarify":
        return "clarify" if row.topic in [topic for topic, _ in row.ranking[: thresholds.choices]] else "clarify-wrong"
    return result


def count(rows: Iterable[Row], thresholds: Thresholds) -> dict[str, Counter]:
    """Verdicts by group."""
    counted: dict[str, Counter] = {}
    for row in rows:
        counted.setdefault(row.group, Counter())[verdict(row, thresholds)] += 1
    return counted


def cost(counted: dict[str, Counter]) -> float:
    """Mean cost of a message; the groups that ask nothing weigh as much as one another."""
    asked = mean_cost(counted["ask"], COST)
    others = [mean_cost(counted[group], COST_NOT_ANSWERABLE) for group in NOT_ANSWERABLE]
    return SHARE_ANSWERABLE * asked + (1 - SHARE_ANSWERABLE) * sum(others) / len(others)


def mean_cost(verdicts: Counter, costs: dict[str, float]) -> float:
    return sum(costs[name] * number for name, number in verdicts.items()) / sum(verdicts.values())


def choose(rows: list[Row]) -> Thresholds:
    """Among the points of the grid that cost as good as the least, the one that answers most questions rightly; then the strictest."""
    points = [Thresholds(*values) for values in itertools.product(*GRID.values())]
    counted = {each: count(rows, each) for each in points if each.clarify <= each.answer <= each.sure}
    costs = {each: cost(verdicts) for each, verdicts in counted.items()}
    lowest = min(costs.values())
    good = [each for each, value in costs.items() if value <= lowest + AS_GOOD_AS]
    return max(good, key=lambda each: (counted[each]["ask"]["right"], each.nearest, each.clarify, -each.sure))


def cross_validate() -> list[Row]:
    """Every example once, judged by a model that has not seen it."""
    from rasa.shared.nlu.training_data.loading import load_data

    from engine.components.features import SentenceEncoderFeaturizer
    from engine.importer import example, phrasings

    examples = [example(topic, text) for topic, text in phrasings(ROOT / "data" / "knowledge")]
    examples += load_data(str(ROOT / "data" / "nlu")).intent_examples
    order = list(range(len(examples)))
    random.Random(SEED).shuffle(order)
    settings = {"cache_dir": str(ROOT / "var" / "cache" / "encoder"), "cache_size": 2 * len(examples)}
    encoder = SentenceEncoderFeaturizer({**SentenceEncoderFeaturizer.get_default_config(), **settings}, "encoder")
    rows: list[Row] = []
    for fold in range(FOLDS):
        held_out = [examples[index] for index in order[fold::FOLDS]]
        known = [examples[index] for position, index in enumerate(order) if position % FOLDS != fold]
        rows += judge(known, held_out, encoder)
        print(f"fold {fold + 1} of {FOLDS}: {len(rows)} examples", flush=True)
    return rows


def judge(known: list, held_out: list, encoder) -> list[Row]:
    """Train the components of config.yml on the known examples and let them read the others."""
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from engine.components.classifier import NgramVectorClassifier
    from engine.components.features import CharNgramFeaturizer

    data = TrainingData([Message(data=dict(each.data)) for each in known])
    messages = [Message(data={"text": each.get("text")}) for each in held_out]
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))

        def component(kind):
            config = {**kind.get_default_config(), **configured(kind)}
            return kind.create(
                config, storage, Resource(kind.__name__), ExecutionContext(None, node_name=kind.__name__)
            )

        ngrams, classifier = component(CharNgramFeaturizer), component(NgramVectorClassifier)
        ngrams.train(data)
        for featurizer in (encoder, ngrams):
            featurizer.process_training_data(data)
            featurizer.process(messages)
        classifier.train(data)
        classifier.process(messages)
    words = yaml.safe_load((ROOT / "data" / "dialogue.yml").read_text(encoding="utf-8"))["words"]
    return [row(each, message, words) for each, message in zip(held_out, messages, strict=True)]


def configured(kind) -> dict:
    """The settings of a component in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    found = next(each for each in pipeline if each["name"].endswith(kind.__name__))
    return {name: value for name, value in found.items() if name != "name"}


def row(example, message, words: dict[str, str]) -> Row:
    """A row of what was wanted and what was understood."""
    intent, _, topic = example.get_full_intent().partition("/")
    text = example.get("text")
    return Row(
        text=text,
        group=intent,
        topic=topic,
        intent=message.get("intent")["name"],
        ranking=tuple((each["id"], each["score"]) for each in message.get("topics")),
        nearest=message.get("nearest"),
        wish=bool(re.search(words["wish"], text)),
        question=bool(re.search(words["question"], text)),
    )


def confusions(rows: list[Row]) -> list[tuple[tuple[str, str], int]]:
    """(wanted, first) pairs among the questions, most frequent first; the first is an intent where no question was heard."""
    pairs = Counter(
        (row.topic, row.ranking[0][0] if row.intent == "ask" else row.intent)
        for row in rows
        if row.group == "ask" and (row.intent != "ask" or row.ranking[0][0] != row.topic)
    )
    return pairs.most_common(25)


def share(counted: Counter, *names: str) -> str:
    return f"{100 * sum(counted[name] for name in names) / max(1, sum(counted.values())):.1f}"


def line(name: str, thresholds: Thresholds, counted: dict[str, Counter]) -> str:
    """A row of the table of trade-offs."""
    ask, rest = counted["ask"], [counted[group] for group in NOT_ANSWERABLE]
    values = [
        f"{value:g}"
        for value in (thresholds.answer, thresholds.lead, thresholds.sure, thresholds.clarify, thresholds.nearest)
    ]
    asked = [share(ask, each) for each in ("right", "wrong", "clarify", "clarify-wrong", "unknown", "elsewhere")]
    kept = [share(each, "unknown", "elsewhere") for each in rest]
    return "| " + " | ".join([name, *values, *asked, *kept, f"{cost(counted):.3f}"]) + " |"


def report(rows: list[Row], now: Thresholds, best: Thresholds) -> str:
    """bench/calibration.md."""
    variants = [("now", now), ("chosen", best)]
    variants += [
        (f"{name} {value:g}", replace(best, **{name: value}))
        for name, values in GRID.items()
        for value in values
        if value != getattr(best, name)
    ]
    table = [line(name, thresholds, count(rows, thresholds)) for name, thresholds in variants]
    asked = [row for row in rows if row.group == "ask"]
    first = sum(row.intent == "ask" and row.ranking[0][0] == row.topic for row in asked)
    three = sum(row.topic in [topic for topic, _ in row.ranking[:3]] for row in asked)
    pairs = [f"| {wanted} | {heard} | {number} |" for (wanted, heard), number in confusions(rows)]
    answered = [
        f"- {row.group}: {row.text} → {row.ranking[0][0]} ({row.ranking[0][1]:.2f}, nearest {row.nearest:.2f})"
        for row in rows
        if row.group in NOT_ANSWERABLE and outcome(row, best) == "answer"
    ]
    return TEXT.format(
        today=datetime.now(timezone.utc).date().isoformat(),  # noqa: UP017 - the engine has Python 3.10
        folds=FOLDS,
        seed=SEED,
        phrasings=len(asked),
        topics=len({row.topic for row in asked}),
        others=len(rows) - len(asked),
        first=100 * first / len(asked),
        three=100 * three / len(asked),
        share=100 * SHARE_ANSWERABLE,
        tolerance=AS_GOOD_AS,
        answer=best.answer,
        lead=best.lead,
        sure=best.sure,
        clarify=best.clarify,
        nearest=best.nearest,
        table="\n".join(table),
        pairs="\n".join(pairs),
        answered="\n".join(answered) or "None.",
    )


TEXT = """# Calibration of the outcomes

{today}, `PYTHONPATH=. engine/.venv/bin/python bench/calibrate.py`. {folds}-fold cross-validation, seed {seed}: {phrasings} phrasings of {topics}
topics and {others} examples of other intents, each judged by a model that has not seen it. The right topic is first for {first:.1f} % of the
phrasings, among the first three for {three:.1f} %. The shipped model has seen a quarter more examples than each of these.

Cost: wrong answer 4, clarify 1 (2 where the right topic is not offered), unknown or led elsewhere 2; where nothing is asked of the
knowledge base an answer costs 4, a clarify 1. {share:.0f} % of the messages are taken to be questions. Chosen is, among the points that cost
at most {tolerance} more than the cheapest, the one that answers most questions rightly.

```yaml
outcomes:
  answer: {answer}
  lead: {lead}
  sure: {sure}
  clarify: {clarify}
  nearest: {nearest}
```

## Trade-off

Percent. Questions: answered right, answered wrong, clarified with the right topic offered, clarified without it, unknown, led elsewhere (another
intent). Rejected: out_of_scope, complain and greet that get neither an answer nor a choice of topics. Below `chosen` one threshold is moved.

| variant | answer | lead | sure | clarify | nearest | right | wrong | offered | not offered | unknown | elsewhere | oos | complain | greet | cost |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
{table}

## Confusions

The wanted topic, and what stood first (a topic, or an intent where no question was heard).

| wanted | first | times |
|---|---|---|
{pairs}

## Answered although nothing was asked, with the chosen thresholds

{answered}
"""


def main() -> int:
    """Prints where the report stands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "calibration.md")
    options = parser.parse_args()
    rows = cross_validate()
    now = Thresholds(**yaml.safe_load((ROOT / "data" / "dialogue.yml").read_text(encoding="utf-8"))["outcomes"])
    options.out.write_text(report(rows, now, choose(rows)), encoding="utf-8")
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
