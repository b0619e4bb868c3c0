"""The cache folder: converted files with their checksums, written whole or not at all, by one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .conversion import Conversion, Prepared
from .gate import Agreement
from .variant import Variant
from .weights import file_digest

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Store:
    """One conversion in the cache folder: `name`.json with the checksums, beside it the files it speaks of."""

    folder: Path
    name: str

    def read(self) -> Prepared | None:
        """None if nothing was stored, or if a file is not what was written."""
        try:
            prepared = self._prepared(json.loads(self._path("json").read_bytes()))
            damaged = [path.name for ending, path in prepared.files.items() if self._is_damaged(prepared, ending)]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("the cached encoder %s cannot be read: %s", self.name, error)
            return None
        if damaged:
            logger.warning("the cached encoder is damaged: %s", ", ".join(damaged))
            return None
        return prepared

    def write(self, conversion: Conversion) -> None:
        """The checksums come last: until they are there, nothing is stored."""
        for ending, data in conversion.files.items():
            self._replace(ending, data)
        manifest = {
            "variant": conversion.variant.value,
            "agreement": asdict(conversion.agreement) if conversion.agreement else None,
            "sha256": {ending: hashlib.sha256(data).hexdigest() for ending, data in conversion.files.items()},
        }
        self._replace("json", json.dumps(manifest, indent=1).encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds other processes off for as long as the conversion lasts."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._path("lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def _prepared(self, manifest: dict[str, Any]) -> Prepared:
        agreement = Agreement(**manifest["agreement"]) if manifest["agreement"] else None
        digests = manifest["sha256"]
        return Prepared(Variant(manifest["variant"]), agreement, {name: self._path(name) for name in digests}, digests)

    def _is_damaged(self, prepared: Prepared, ending: str) -> bool:
        return file_digest(prepared.files[ending]) != prepared.digests[ending]

    def _path(self, ending: str) -> Path:
        return self.folder / f"{self.name}.{ending}"

    def _replace(self, ending: str, data: bytes) -> None:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{self.name}.", dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, self._path(ending))
        except BaseException:
            os.unlink(temporary)
            raise
