"""Spares the server what Rasa imports and this engine never runs: a quarter of its start and of its memory.

Rasa's server imports every channel, tracker store and component it knows, and with them Slack, Telegram, AWS, MongoDB,
a plotting library, a
console and scikit-learn. Names of these packages can be imported, subclassed and used as decorators here; whatever
calls one fails, and says so.
ZHILU_ALL_IMPORTS=1 loads the real packages, for a configuration that needs one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from types import ModuleType
from typing import Any, NoReturn, Optional, Sequence

SPARED = (
    "aiogram",
    "boto3",
    "botocore",
    "fbmessenger",
    "matplotlib",
    "mattermostwrapper",
    "prompt_toolkit",
    "pymongo",
    "questionary",
    "rocketchat_API",
    "sklearn",
    "sklearn_crfsuite",
    "slack_sdk",
    "socketio",
    "twilio",
    "webexteamssdk",
)
MESSAGE = "engine.serve does not load {name}; set ZHILU_ALL_IMPORTS=1 where a configuration needs it"


class NotLoaded(RuntimeError):
    """Something of a spared package was called."""


class _Meta(type):
    """Attributes of a spared class are spared classes; calling one fails."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return spared(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        _fail(cls.__qualname__)


class Spared(Exception, metaclass=_Meta):
    """A class, function or exception of a spared package: an exception class, so that it may stand after `except`."""


def spared(name: str) -> Any:
    return _Meta(name, (Spared,), {})


def _fail(name: str) -> NoReturn:
    raise NotLoaded(MESSAGE.format(name=name))


class SparedModule(ModuleType):
    """A module of a spared package."""

    __version__ = "0"
    __path__: Sequence[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return spared(f"{self.__name__}.{name}")


class SparingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the spared packages before the real ones are."""

    def find_spec(
        self, fullname: str, path: Any = None, target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] in SPARED:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return SparedModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the names are made when they are asked for."""


def install() -> None:
    """Before anything of Rasa is imported; later calls change nothing."""
    wanted = os.environ.get("ZHILU_ALL_IMPORTS", "") not in ("", "0")
    if not wanted and not any(isinstance(finder, SparingFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, SparingFinder())
