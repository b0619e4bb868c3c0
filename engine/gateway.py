"""The one way into the engine: JSON over loopback, with a bearer secret.

POST   /webhooks/gateway/messages             {"conversation", "channel", "text" or "payload", "message_id",
"metadata", "deadline_ms"}
       200 {"replies": [Reply, …], "spent_ms": {part: ms}} · 400 what is wrong · 401 · 502 {"error": id} something
       failed, nothing was saved · 504 late
DELETE /webhooks/gateway/conversations/{id}   204: nothing of the conversation is held any more · 502 {"error": id}
POST   /webhooks/gateway/reload               204: the model that lies in its place now is the one that answers · 502 it
cannot be loaded, the one before goes on
POST   /webhooks/gateway/ranking              {"text"}
       200 {"topics": [{"id", "score"}, …], "nearest": cosine} · 400 · 401 · 502 · 504; nothing is said, nothing is kept
GET    /webhooks/gateway/                     200: alive
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import traceback
from collections import OrderedDict
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text, Tuple
from weakref import WeakValueDictionary

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from engine.secret import read_secret
from engine.text import INVISIBLE
from engine.turn import Turn, current, new_turn
from engine.var import model_path

logger = logging.getLogger(__name__)
DEADLINE_MS = 8000
LONGEST_TEXT = 4000
LONGEST_ID = 255
MOST_REMEMBERED = 2000
LEADING = re.compile(r"^[\s/／]+")  # every character that NFKC turns into a slash
RESERVED = re.compile(r"/(?:restart|session_start|back)\b")
# looks like a slash and is none to Rasa: what stays of a text of slashes alone
FULLWIDTH_SLASH = "／"


class BadMessage(ValueError):
    """The request does not have the form described above."""


class GatewayOutput(OutputChannel):
    """Collects the neutral replies of one turn; its name is the citizen's true channel."""

    def __init__(self, channel: Text) -> None:
        self._channel = channel
        self.replies: List[Dict[Text, Any]] = []

    def name(self) -> Text:  # type: ignore[override]
        return self._channel

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Keep an action's Reply whole; a plain Rasa response becomes an answer."""
        reply = message.get("reply")
        if reply:
            self.replies.append(reply)
        elif message.get("text"):
            buttons = [{"title": each["title"], "payload": each["payload"]} for each in message.get("buttons") or []]
            self.replies.append({"kind": "answer", "text": message["text"], "buttons": buttons})


class GatewayInput(InputChannel):
    """Rasa input channel `gateway`."""

    def __init__(self, secret: Text) -> None:
        self._secret = secret
        # Rasa's own lock looks again only once a second; this one keeps the order and wakes the next message at once
        self._queues: "WeakValueDictionary[Text, asyncio.Lock]" = WeakValueDictionary()
        # by conversation, the last message and its answer: whoever lost the answer sends the message again
        self._answered: "OrderedDict[Text, Tuple[Text, List[Dict[Text, Any]]]]" = OrderedDict()

    @classmethod
    def name(cls) -> Text:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "GatewayInput":
        return cls((credentials or {}).get("secret") or read_secret("engine_secret"))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("gateway", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @routes.route("/messages", methods=["POST"])
        async def messages(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return json({"error": "wrong secret"}, 401)
            try:
                message, deadline = read_message(request.json)
            except (BadMessage, InvalidUsage) as error:
                return json({"error": str(error)}, 400)
            trace = (message.metadata or {}).get("trace")
            return await within(self._hear(request.app.ctx.agent, message), deadline, trace)

        @routes.route("/ranking", methods=["POST"])
        async def ranking(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return json({"error": "wrong secret"}, 401)
            try:
                text = read_text(request.json)
            except (BadMessage, InvalidUsage) as error:
                return json({"error": str(error)}, 400)
            return await ranked(request.app.ctx.agent, text)

        @routes.route("/conversations/<conversation>", methods=["DELETE"])
        async def conversations(request: Request, conversation: str) -> HTTPResponse:
            if not self._allowed(request):
                return json({"error": "wrong secret"}, 401)
            return await within(self._forget(request.app.ctx.agent, conversation), DEADLINE_MS / 1000)

        @routes.route("/reload", methods=["POST"])
        async def reload(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return json({"error": "wrong secret"}, 401)
            return await reloaded(request.app.ctx.agent)

        return routes

    def _allowed(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._secret}".encode())

    def _queue(self, conversation: Text) -> asyncio.Lock:
        return self._queues.setdefault(conversation, asyncio.Lock())

    async def _hear(self, agent: Any, message: UserMessage) -> Optional[List[Dict[Text, Any]]]:
        async with self._queue(message.sender_id):
            known, replies = self._answered.get(message.sender_id, ("", []))
            if known == message.message_id:
                return replies
            await agent.handle_message(message)
            replies = message.output_channel.replies  # type: ignore[union-attr]
            turn = current()
            if replies and turn and not turn.faults:
                self._remember(message, replies)
        return replies

    def _remember(self, message: UserMessage, replies: List[Dict[Text, Any]]) -> None:
        self._answered[message.sender_id] = (message.message_id or "", replies)
        self._answered.move_to_end(message.sender_id)
        while len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)

    async def _forget(self, agent: Any, conversation: Text) -> None:
        async with self._queue(conversation), agent.lock_store.lock(conversation):
            self._answered.pop(conversation, None)
            await agent.tracker_store.delete(conversation)


async def reloaded(agent: Any) -> HTTPResponse:
    """Load the model anew while the one before goes on answering; conversations lie elsewhere and go on."""
    try:
        await asyncio.get_running_loop().run_in_executor(None, agent.load_model, model_path())
    except Exception as error:  # whatever is wrong with a file must not end the engine
        logger.error("the model was not reloaded: %s", type(error).__name__)
        return json({"error": type(error).__name__}, 502)
    logger.info("the model was reloaded")
    return empty()


def read_message(body: Any) -> Tuple[UserMessage, float]:
    """The message and its deadline in seconds; only `payload` may steer the engine with a leading slash."""
    if not isinstance(body, dict):
        raise BadMessage("a JSON object is expected")
    conversation, channel = body.get("conversation"), body.get("channel", "web")
    if not is_name(conversation) or not is_name(channel):
        raise BadMessage("conversation or channel is missing, empty or too long")
    message_id, metadata, deadline = body.get("message_id"), body.get("metadata"), body.get("deadline_ms", DEADLINE_MS)
    if not isinstance(message_id, (str, type(None))) or not isinstance(metadata, (dict, type(None))):
        raise BadMessage("message_id is not a text, or metadata is not an object")
    if isinstance(deadline, bool) or not isinstance(deadline, (int, float)) or not 0 < deadline <= 10 * DEADLINE_MS:
        raise BadMessage("deadline_ms is not a number of milliseconds")
    message = UserMessage(
        content_of(body),
        GatewayOutput(channel),
        conversation,
        input_channel=channel,
        message_id=message_id,
        metadata=metadata or {},
    )
    return message, deadline / 1000


def read_text(body: Any) -> Text:
    """A text to rank topics for; a button has nothing to rank."""
    if not isinstance(body, dict) or not isinstance(body.get("text"), str) or "payload" in body:
        raise BadMessage("a JSON object with a text is expected")
    return content_of(body)


async def ranked(agent: Any, text: Text) -> HTTPResponse:
    """The topics that a text is about, by the language part alone: no conversation, no action, no record."""
    with new_turn() as turn:
        try:
            parsed = await asyncio.wait_for(agent.parse_message(text), DEADLINE_MS / 1000)
        except asyncio.TimeoutError:
            return failed(turn, "deadline passed", 504)
        except Exception as error:  # the outer edge of the channel
            logger.error("at:\n%s", "".join(traceback.format_tb(error.__traceback__)))
            return failed(turn, type(error).__name__, 502)
    return json({"topics": parsed.get("topics") or [], "nearest": float(parsed.get("nearest") or 0.0)})


def is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID


def content_of(body: Dict[Text, Any]) -> Text:
    """The button's payload, or the text made harmless."""
    payload, text = body.get("payload"), body.get("text")
    if payload is not None and not isinstance(payload, str) or text is not None and not isinstance(text, str):
        raise BadMessage("text and payload are texts")
    if payload and (not payload.startswith("/") or RESERVED.match(payload)):
        raise BadMessage("payload is not one of a button")
    content = payload or harmless(text or "")
    if not content or len(content) > LONGEST_TEXT:
        raise BadMessage("text or payload is missing or too long")
    return content


def harmless(text: Text) -> Text:
    """Typed text without the leading slashes that Rasa would take for a command, in whatever width they were
    written."""
    visible = INVISIBLE.sub("", text).strip()
    return LEADING.sub("", visible) or (FULLWIDTH_SLASH if visible else "")


async def within(
    work: Awaitable[Optional[List[Dict[Text, Any]]]], deadline: float, trace: object = None
) -> HTTPResponse:
    """The replies of the work, or 204 where it has none to give; a fault or a late turn leaves the conversation as it
    was before."""
    with new_turn(trace) as turn:
        try:
            replies = await asyncio.wait_for(work, deadline)
        except asyncio.TimeoutError:
            return failed(turn, "deadline passed", 504)
        except Exception as error:  # the outer edge of the channel
            logger.error("at:\n%s", "".join(traceback.format_tb(error.__traceback__)))
            return failed(turn, type(error).__name__, 502)
        if replies is None:
            return empty()
        if turn.faults or not replies:
            return failed(turn, "no reply", 502)
        return json({"replies": replies, "spent_ms": {name: round(value, 2) for name, value in turn.spent.items()}})


def failed(turn: Turn, why: Text, status: int) -> HTTPResponse:
    """Log the fault under the id of the turn, without anything a citizen said."""
    turn.fail(why)
    logger.error("fault %s: %s", turn.id, "; ".join(turn.faults))
    return json({"error": turn.id}, status)
