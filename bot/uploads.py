"""What is done with a file before it is kept: what it is, whether it is infected, and what it looks like."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio
from anyio.to_thread import run_sync

from bot.errors import Refusal
from bot.metrics import Metrics
from cases.attachments import Preview, ScanState
from zhilu.images import preview_of
from zhilu.media import media_type
from zhilu.scan import Clamd


@dataclass(frozen=True)
class Evidence:
    """A file as it was handed in."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    evidence: Evidence
    media_type: str
    scan: ScanState
    preview: Preview | None

    @property
    def told(self) -> str:
        """Which text the citizen gets once it is kept."""
        if self.scan is ScanState.UNSCANNED:
            return "api.attachment.unscanned"
        if self.preview is None and self.media_type.startswith("image/"):
            return "api.attachment.unreadable"
        return "api.attachment.stored"


class Uploads:
    """Checks files; without a scanner nothing is scanned."""

    def __init__(self, scanner: Clamd | None, metrics: Metrics) -> None:
        self._scanner = scanner
        self._metrics = metrics
        self._one_at_a_time = anyio.CapacityLimiter(1)  # a photo of 48 million pixels needs 330 MB for a moment

    async def check(self, evidence: Evidence) -> Checked:
        """Refusal (422) for another kind of file and for an infected one."""
        kind = media_type(evidence.content)
        if kind is None:
            raise Refusal(422, "api.attachment.type")
        scan = await self._scan(evidence.content)
        if scan is ScanState.INFECTED:
            raise Refusal(422, "api.attachment.infected")
        preview = await run_sync(preview_of, evidence.content, kind, limiter=self._one_at_a_time)
        return Checked(evidence, kind, scan, preview)

    async def _scan(self, content: bytes) -> ScanState:
        if self._scanner is None:
            return ScanState.UNCHECKED
        state = await self._scanner.scan([content])
        if state is ScanState.UNSCANNED:
            self._metrics.faults.labels("scan").inc()
        return state
