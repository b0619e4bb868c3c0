"""One id for all that a request sets off: it stands in every log line of every process, and is the number that goes with a fault.

The public server and the desk make it, the dialogue engine and the action server get it with the message. It says nothing of anybody.
"""

from __future__ import annotations

import logging
import re
import uuid
from contextvars import ContextVar

FORMAT = "%(asctime)s %(levelname)s %(trace)s %(name)s %(message)s"
NONE = "-"
ID = re.compile(r"[0-9a-f]{12}")
QUIET = ("alembic", "httpx")  # the second would log addresses, with the ids of conversations in them
_trace: ContextVar[str] = ContextVar("trace", default=NONE)


def begin(given: object = None) -> str:
    """From now on this id, where another process gave one, else a new one."""
    id = given if isinstance(given, str) and ID.fullmatch(given) else uuid.uuid4().hex[:12]
    _trace.set(id)
    return id


def current() -> str:
    """The id of what is under way; a new one where nothing has begun it."""
    id = _trace.get()
    return begin() if id == NONE else id


class Marked(logging.Filter):
    """Every line says what it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.trace = _trace.get()
        return True


def configure_logging(level: str) -> None:
    """Lines of ours on the standard error, which the supervisor keeps."""
    handler = logging.StreamHandler()
    handler.addFilter(Marked())
    logging.basicConfig(level=level, format=FORMAT, handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
