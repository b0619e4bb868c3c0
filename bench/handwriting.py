"""How often the handwriting pad finds the character, and how fast, in Chromium.

    .venv/bin/python -m bench.handwriting [--characters N] [--rare N] [--seed S] [--drawings FILE]

Draws N of the 3,500 characters of level 1 of 通用规范汉字表 in every kind of bench/drawing.py, and some rarer ones, and lets
bot/static/kiosk/hand/match.js find them. The seed is another than the one the matcher was tuned on. FILE holds drawings of another source,
[["字", [[[x, y], …], …]], …], in any unit; they are reported beside ours.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import shutil
import statistics
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.drawing import KINDS, Drawing, draw
from scripts.stroke_data import Character, read_strokes

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bot" / "static" / "vendor" / "hanzi-writer-data-2.0.1" / "strokes.bin"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SEED = "report"  # tuned on "tune"
SLOW = 4  # times slower than this machine
LOAD = """async () => {
  const from = performance.now();
  const { loadMatcher } = await import("/static/kiosk/hand/match.js");
  window.matcher = await loadMatcher();
  return performance.now() - from;
}"""
MATCH = """(drawings) => drawings.map((strokes) => {
  const from = performance.now();
  return [matcher.match(strokes, 8), performance.now() - from];
})"""
Sample = tuple[str, Drawing]


def common_and_rare() -> tuple[list[Character], list[Character]]:
    """The characters of level 1, and the others."""
    found = read_strokes(DATA)
    return [each for each in found if each.tier == 0], [each for each in found if each.tier]


def drawings(characters: Sequence[Character], kind: str, seed: str) -> list[Sample]:
    return [(each.text, draw(each.strokes, kind, f"{seed}/{each.text}")) for each in characters]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def static_files() -> Iterator[str]:
    """The address of bot/static, without the rest of the server."""
    handler = functools.partial(Quiet, directory=str(ROOT / "bot"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def browser_page(url: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        page.goto(f"{url}/static/icon.svg")
        yield page
        browser.close()


def found(page: Page, samples: Sequence[Sample]) -> tuple[list[int], list[float]]:
    """The place of each character among the eight found (9: not among them), and the milliseconds of each match."""
    answers: list[tuple[list[str], float]] = page.evaluate(MATCH, [strokes for _, strokes in samples])
    places = [
        names.index(text) + 1 if text in names else 9 for (text, _), (names, _) in zip(samples, answers, strict=True)
    ]
    return places, [milliseconds for _, milliseconds in answers]


def shares(places: Sequence[int]) -> str:
    return "".join(f"{sum(place <= top for place in places) / len(places):9.1%}" for top in (1, 5, 8))


def accuracy(page: Page, characters: Sequence[Character], seed: str, name: str) -> None:
    print(f"\n{name}: {len(characters)} characters, seed {seed!r}\n{'':14}    top 1    top 5    top 8")
    everything: list[int] = []
    for kind in KINDS:
        places, _ = found(page, drawings(characters, kind, seed))
        everything += places
        print(f"{kind:14}{shares(places)}", flush=True)
    print(f"{'all':14}{shares(everything)}")


def times(page: Page, characters: Sequence[Character], seed: str, slower: int) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    _, milliseconds = found(page, drawings(characters, "careless", f"{seed}/times"))
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    last = statistics.quantiles(milliseconds, n=20)[-1]
    print(f"CPU {slower}× slower: a match {statistics.median(milliseconds):.1f} ms (median), {last:.1f} ms (95 %)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=500)
    parser.add_argument("--rare", type=int, default=200)
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--drawings", type=Path, action="append", default=[])
    chosen = parser.parse_args()
    common, rare = common_and_rare()
    random = Random(chosen.seed)
    sample, rare_sample = random.sample(common, chosen.characters), random.sample(rare, chosen.rare)
    with static_files() as url, browser_page(url) as page:
        print(
            f"{len(common) + len(rare)} characters, {DATA.stat().st_size / 1000:.0f} KB; loaded in {page.evaluate(LOAD):.0f} ms"
        )
        accuracy(page, sample, chosen.seed, "level 1")
        accuracy(page, rare_sample, chosen.seed, "rarer")
        for file in chosen.drawings:
            report_drawings(page, file)
        print()
        for slower in (1, SLOW):
            times(page, sample[:100], chosen.seed, slower)


def report_drawings(page: Page, file: Path) -> None:
    """Drawings from elsewhere, of characters that the data has."""
    known = {each.text for characters in common_and_rare() for each in characters}
    given: list[Any] = json.loads(file.read_text(encoding="utf-8"))
    samples = [(text, strokes) for text, strokes in given if text in known]
    places, _ = found(page, samples)
    missed = [text for (text, _), place in zip(samples, places, strict=True) if place > 5]
    print(f"\n{file.name}: {len(samples)} drawings\n{'':14}{shares(places)}   not in the first five: {''.join(missed)}")


if __name__ == "__main__":
    main()
