"""Counts the time of each part of a turn, for Server-Timing and bench/."""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor

from engine.turn import part

_installed = False


def _timed_coroutine(owner: type, method: str, name: str) -> None:
    stock = getattr(owner, method)

    async def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
        with part(name):
            return await stock(self, *args, **kwargs)

    setattr(owner, method, timed)


def _timed(owner: type, method: str, name: str) -> None:
    stock = getattr(owner, method)

    def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
        with part(name):
            return stock(self, *args, **kwargs)

    setattr(owner, method, timed)


def install() -> None:
    global _installed
    if _installed:
        return
    _installed = True
    _timed_coroutine(MessageProcessor, "parse_message", "nlu")
    _timed(MessageProcessor, "predict_next_with_tracker_if_should", "policy")
    _timed_coroutine(RemoteAction, "run", "action")
