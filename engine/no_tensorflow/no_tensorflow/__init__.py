"""Stands in for TensorFlow where Rasa imports it although no configured component uses it.

Rasa 3.6 imports every built-in component, and with them TensorFlow, whatever config.yml names. The names below can be imported,
subclassed and used as decorators, which is all that importing Rasa does; whatever would compute something fails at once.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, NoReturn, Optional, Sequence

ROOTS = ("tensorflow", "keras", "tensorflow_hub", "tensorflow_text", "tensorflow_addons")
MESSAGE = (
    "this engine is built without TensorFlow, so a component that computes with it cannot run ({name}). "
    "Use the components of config.yml, or build an environment with the real TensorFlow (see docs/adr/0003-no-tensorflow.md)."
)


class TensorFlowAbsent(RuntimeError):
    """A TensorFlow component was configured in an environment without TensorFlow."""


class _Meta(type):
    """Class attributes of an absent class are absent classes themselves."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _absent(f"{cls.__qualname__}.{name}")

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return Any

    __ror__ = __or__


def _absent(name: str) -> Any:
    return _Meta(name, (Absent,), {})


class Absent(metaclass=_Meta):
    """A class, function or constant of TensorFlow that is not there."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """As a decorator it returns what it decorates; anything else fails."""
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        if cls.__module__ == __name__ and cls.__qualname__.rpartition(".")[2] in DECORATOR_MAKERS:
            return lambda decorated: decorated
        _fail(cls.__qualname__)


DECORATOR_MAKERS = {"function", "register_keras_serializable"}


def _fail(name: str) -> NoReturn:
    raise TensorFlowAbsent(MESSAGE.format(name=name))


class AbsentModule(ModuleType):
    """A module of TensorFlow whose every name is absent."""

    __version__ = "0"
    __path__: Sequence[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _absent(f"{self.__name__}.{name}")


class AbsentFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every sub-module of the stood-in packages."""

    def find_spec(
        self, fullname: str, path: Any = None, target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] in ROOTS:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the names are made when they are asked for."""


def install() -> None:
    """Let the stand-ins be found; called once by no_tensorflow.pth when the interpreter starts."""
    if not any(isinstance(finder, AbsentFinder) for finder in sys.meta_path):
        sys.meta_path.append(AbsentFinder())
