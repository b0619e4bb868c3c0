"""Each departure from stock Rasa, held against stock behaviour."""

from __future__ import annotations

import asyncio
import copy
import subprocess
import sys
from typing import Any, Dict, Iterator, List, Optional

import numpy as np
import pytest
from conftest import ROOT, Project
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.endpoints import EndpointConfig

from engine.components.classifier import NOT_MEASURED
from engine.patches import expectation, faults, response_check, runner, timing
from engine.turn import current, new_turn

TEXTS = [
    "你好",
    "什么是信访",
    "老板拖欠我三个月工资，一共两万元",
    "  ",
    "2026年3月5日",
    "/file",
    '/ask{"topic": "petition.roadmap"}',
    "asdf",
    "😀",
]


@pytest.fixture(scope="module")
def agent(project: Project) -> Iterator[Agent]:
    """The trained model in this process."""
    patch = pytest.MonkeyPatch()
    patch.chdir(project.folder)
    patch.setenv("ZHILU_VAR_DIR", str(project.folder / "var"))
    try:
        yield Agent.load(str(project.model), action_endpoint=EndpointConfig("http://127.0.0.1:9/webhook"))
    finally:
        patch.undo()


def plain(value: Any) -> Any:
    """Messages by what they hold, so that two runs can be compared."""
    if isinstance(value, Message):
        return {name: plain(each) for name, each in value.data.items()}, [
            plain(each.features) for each in value.features
        ]
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if hasattr(value, "toarray"):
        return value.toarray().tolist()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if hasattr(value, "fingerprint"):
        return value.fingerprint()
    return value if isinstance(value, (str, int, float, type(None))) else repr(type(value))


@pytest.mark.parametrize("text", TEXTS)
def test_the_runner_returns_what_dask_returns(agent: Agent, text: str) -> None:
    graph = agent.processor.graph_runner
    outcomes = []
    for run in (DaskGraphRunner.run, runner.run):
        tracker = asyncio.run(agent.tracker_store.get_or_create_tracker("c"))
        inputs = {"__message__": [UserMessage(text)], "__tracker__": tracker}
        outcomes.append(run(graph, inputs=inputs, targets=[agent.processor.model_metadata.nlu_target]))
    # a message has an id of its own
    stock, ours = (
        plain({name: [each.as_dict(True) for each in value] for name, value in out.items()}) for out in outcomes
    )
    for outcome in (stock, ours):
        for messages in outcome.values():
            for message in messages:
                message.pop("message_id", None)
    assert ours == stock
    assert ours


def test_the_runner_predicts_the_action_that_dask_predicts(agent: Agent) -> None:
    async def predict(run: Any, text: str) -> Any:
        tracker = await agent.processor.fetch_tracker_and_update_session("p", None)
        message = UserMessage(text)
        await agent.processor._handle_message_with_tracker(message, tracker)
        target = agent.processor.model_metadata.core_target
        prediction = run(agent.processor.graph_runner, {"__tracker__": tracker}, [target])[target]
        return prediction.max_confidence_index, list(prediction.probabilities), prediction.policy_name

    for text in ("你好", "我要投诉", "/status"):
        assert asyncio.run(predict(runner.run, text)) == asyncio.run(predict(DaskGraphRunner.run, text))


def test_the_runner_refuses_what_dask_refuses(agent: Agent) -> None:
    graph = agent.processor.graph_runner
    name = next(iter(graph._graph_schema.nodes))
    for run in (DaskGraphRunner.run, runner.run):
        with pytest.raises(GraphRunError):
            run(graph, {"__message__": name}, [agent.processor.model_metadata.nlu_target])


def test_a_component_that_fails_fails_alike(agent: Agent) -> None:
    graph = agent.processor.graph_runner
    for run in (DaskGraphRunner.run, runner.run):
        with pytest.raises(GraphComponentException):
            run(graph, {"__message__": [object()], "__tracker__": None}, [agent.processor.model_metadata.nlu_target])


GOOD: List[Any] = [
    {},
    {"events": [], "responses": []},
    {
        "events": [{"event": "slot", "name": "a", "value": {"b": [1]}}],
        "responses": [{"text": "好", "reply": {"kind": "answer"}}],
    },
    {"events": [{"event": "action", "name": "x", "policy": None, "confidence": None}]},
    {"responses": [{}], "more": 1},
    {"events": [{"event": "followup", "name": "action_listen"}, {"event": "restart"}]},
]
BAD: List[Any] = [
    None,
    [],
    "ok",
    {"events": "none"},
    {"events": [{}]},
    {"events": [{"name": "a"}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "user", "text": 7}]},
    {"events": [{"event": "unheard of"}]},
    {"responses": {}},
    {"responses": ["text"]},
]


def verdict(check: Any, answer: Any) -> bool:
    try:
        return bool(check(RemoteAction("action_answer", None), copy.deepcopy(answer)))
    except ValidationError:
        return False


@pytest.mark.parametrize("answer", GOOD + BAD)
def test_the_response_check_accepts_and_refuses_what_stock_does(answer: Any) -> None:
    assert verdict(response_check.check, answer) == verdict(STOCK_CHECK, answer)


def test_the_samples_of_answers_are_of_both_kinds() -> None:
    assert all(verdict(STOCK_CHECK, answer) for answer in GOOD)
    assert sum(not verdict(STOCK_CHECK, answer) for answer in BAD) >= len(BAD) - 1


def test_a_refused_answer_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as refused:
        response_check.check(RemoteAction("a", None), {"responses": ["张三13812345678"]})
    assert "张三" not in str(refused.value)
    assert "responses/0" in str(refused.value)


STOCK_CHECK = RemoteAction._validate_action_result


def test_a_failing_action_raises_what_stock_raises_and_is_noted(agent: Agent) -> None:
    action = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:9/webhook"))
    tracker = asyncio.run(agent.tracker_store.get_or_create_tracker("f"))
    arguments = (None, None, tracker, agent.domain)
    with pytest.raises(RasaException) as stock:
        asyncio.run(faults._stock_run(action, *arguments))
    with new_turn() as turn, pytest.raises(RasaException) as ours:
        asyncio.run(faults.run(action, *arguments))
    assert str(ours.value) == str(stock.value)
    assert turn.faults == ["action action_answer: RasaException"]


def test_the_configured_store_is_used_without_a_stand_in() -> None:
    domain, store = Domain.empty(), InMemoryTrackerStore(Domain.empty())
    assert faults.tracker_store(store, domain) is store
    assert store.domain is domain
    assert isinstance(faults.tracker_store(None, domain), InMemoryTrackerStore)


def test_timing_counts_the_parts_and_changes_no_result(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    stock = asyncio.run(agent.parse_message("什么是信访"))
    monkeypatch.setattr(MessageProcessor, "parse_message", MessageProcessor.parse_message)
    timing._timed_coroutine(MessageProcessor, "parse_message", "nlu")
    with new_turn() as turn:
        timed = asyncio.run(agent.parse_message("什么是信访"))
    assert without_id(timed) == without_id(stock)
    assert list(turn.spent) == ["nlu"]
    assert turn.spent["nlu"] > 0
    assert current() is None


def without_id(parsed: Dict[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in parsed.items() if name != "message_id"}


SPARING = """
import sys
from engine.patches import imports, apply
apply(); apply()
import rasa.core.run, rasa.engine.recipes.default_components
from rasa.core.channels import BUILTIN_CHANNELS
loaded = {name for name in imports.SPARED if type(sys.modules.get(name)).__name__ == "module"}
print(sorted(loaded), sorted(BUILTIN_CHANNELS))
try:
    sys.modules["boto3"].resource("dynamodb")
except imports.NotLoaded as error:
    print(error)
"""


def run_python(code: str, **more: str) -> str:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "ignore", **more}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_spared_packages_are_not_loaded_and_say_so_when_called() -> None:
    spared = run_python(SPARING)
    stock = run_python("from rasa.core.channels import BUILTIN_CHANNELS; print(sorted(BUILTIN_CHANNELS))")
    first, message = spared.strip().splitlines()
    assert first == f"[] {stock.strip()}"
    assert message.startswith("engine.serve does not load boto3.resource")
    assert "ZHILU_ALL_IMPORTS" in message


def test_everything_is_loaded_where_that_is_asked_for() -> None:
    asked = run_python(
        "from engine.patches import imports; imports.install(); import sys, boto3; print(boto3.__file__)",
        ZHILU_ALL_IMPORTS="1",
    )
    assert asked.strip().endswith("boto3/__init__.py")


def parsed_while_asked(agent: Agent, parse: Any, text: str, slot: Optional[str]) -> Dict[str, Any]:
    """What a text is understood as while a form asks for a slot, and whether a vector was computed for it."""
    tracker = asyncio.run(agent.tracker_store.get_or_create_tracker("e"))
    tracker.update(SlotSet("requested_slot", slot))
    with new_turn():
        result = parse(agent.processor, UserMessage(text), tracker)
    return {
        "vector": result["nearest"] != NOT_MEASURED,
        "entities": result["entities"],
        "intent": result["intent"]["name"],
    }


@pytest.mark.parametrize(
    ("text", "slot", "vector"),
    [
        ("13900001111", "phone", False),
        ("同意呀那就记吧", "consent", True),
        ("同意呀行", "consent", False),
        ("13900001111", "narrative", True),
        ("13900001111", None, True),
        ("这个要收钱吗", "phone", True),
        ("电话说错了，是13900001111", "phone", True),
        ("去年五月到八月他们一直拖着没有给我发过一分钱工资", "occurred_on", True),
    ],
)
def test_the_encoder_is_asked_unless_a_plain_answer_is_expected(
    agent: Agent, text: str, slot: Optional[str], vector: bool
) -> None:
    heard = parsed_while_asked(agent, expectation.parse, text, slot)
    assert heard["vector"] is vector
    stock = parsed_while_asked(agent, expectation._stock_parse, text, slot)
    assert stock["vector"] is True
    assert heard["entities"] == stock["entities"]
    if vector:
        assert heard["intent"] == stock["intent"]
