"""Log lines that can be kept: without what people say."""

from __future__ import annotations

import logging
import os
import traceback
from typing import Any, Text

from engine.turn import current
from engine.var import var_dir

FORMAT = "%(asctime)s %(levelname)s %(trace)s %(name)s %(message)s"


class Discreet(logging.Formatter):
    """Stack traces keep their places and lose their messages, which may quote a citizen."""

    def formatException(self, ei: Any) -> Text:  # noqa: N802 - the name is logging's
        kind, _, trace = ei
        return "".join([*traceback.format_tb(trace), getattr(kind, "__name__", "")])


class Marked(logging.Filter):
    """Every line says which turn it belongs to, with the id that the other processes use as well (zhilu/trace.py)."""

    def filter(self, record: logging.LogRecord) -> bool:
        turn = current()
        record.trace = turn.id if turn else "-"
        return True


def configure_logging() -> None:
    """Our own lines at ZHILU_LOG_LEVEL (default INFO), everybody else's from WARNING."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(FORMAT))
    handler.addFilter(Marked())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("engine").setLevel(os.environ.get("ZHILU_LOG_LEVEL", "INFO"))


def settle_jieba() -> None:
    """Jieba logs to a handler of its own and keeps its dictionary in the shared /tmp: neither is right for a server."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    folder = var_dir() / "cache" / "jieba"
    folder.mkdir(parents=True, exist_ok=True)
    jieba.dt.tmp_dir = str(folder)
