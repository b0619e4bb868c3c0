"""Static files, packed: scripts, styles and drawings go out gzipped to whoever takes that. Nothing in them is secret or anybody's."""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PACKED = frozenset({".js", ".css", ".svg"})
MOST_FILES = 256


class PackedFiles(StaticFiles):
    """The files of a folder."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """With an ETag of its own, so that nobody takes the one form for the other."""
        plain = super().file_response(full_path, stat_result, scope, status_code)
        if Path(full_path).suffix not in PACKED:
            return plain
        plain.headers["Vary"] = "Accept-Encoding"
        wanted = Headers(scope=scope)
        if status_code != 200 or scope["method"] != "GET" or "gzip" not in wanted.get("accept-encoding", ""):
            return plain
        mark = f'W/{plain.headers["etag"].removesuffix(chr(34))}-gzip"' if "etag" in plain.headers else ""
        headers = {"Vary": "Accept-Encoding", "Content-Encoding": "gzip", "ETag": mark}
        if mark and wanted.get("if-none-match") == mark:
            return Response(status_code=304, headers={"Vary": "Accept-Encoding", "ETag": mark})
        body = packed(str(full_path), stat_result.st_mtime_ns)
        return Response(body, headers=headers, media_type=plain.media_type)


@lru_cache(MOST_FILES)
def packed(path: str, changed: int) -> bytes:
    """Packed once for each state of the file."""
    return gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0)
