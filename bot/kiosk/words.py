"""The words of the touch keyboard: made once from open dictionaries and our own lists, kept compact under var/cache.

Two dictionaries that are installed beside us (jieba: words and how often they come; pypinyin: how they are read) meet what citizens
say (the narratives and examples of data/), the words of petitioning (data/kiosk/words.yml) and the places of the office.

    python -m bot.kiosk.words        makes the file at set-up time, so that the first citizen need not wait
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import importlib.util
import json
import logging
import math
import os
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from knowledge.office import Office, load_office
from knowledge.yamls import read_yaml
from zhilu.settings import Settings

logger = logging.getLogger(__name__)
FORMAT = 1  # raise it where the file changes its shape, or the way it is made
MOST_WORDS = 48_000
LONGEST_WORD, LONGEST_PHRASE, LEAST_PHRASE = 8, 6, 3
SAID = 60  # how much a word that our citizens say once counts beside the newspapers that jieba counted
OURS = 20_000  # the least weight of our own words: before every word that sounds the same
PART = 0.02  # how much a character counts for the words that it stands in
FINEST = 4  # steps of a weight for each power of e
CHINESE = re.compile("[\u4e00-\u9fff]+")
SYLLABLE = re.compile("[a-z]*[aeiouv][a-z]*")
CORPUS = ("nlu", "narratives", "knowledge")
Ranked = dict[str, float]
building = threading.Lock()


@dataclass(frozen=True)
class Source:
    """What the words are made of."""

    data: Path
    kiosk: Path
    office: Path
    surnames: Path

    @classmethod
    def of(cls, settings: Settings) -> Source:
        return cls(
            settings.knowledge_dir.parent,
            settings.kiosk_dir,
            settings.office_file,
            settings.knowledge_dir.parent / "extract.yml",
        )

    def corpus(self) -> list[Path]:
        """What citizens say, and what is said to them."""
        return sorted(file for name in CORPUS for file in (self.data / name).rglob("*.yml"))

    def files(self) -> list[Path]:
        own = [self.kiosk / "words.yml", self.kiosk / "phrases.yml", self.office, self.surnames]
        return [file for file in own if file.exists()] + self.corpus()

    def fingerprint(self) -> str:
        """Changes with everything that the words are made of."""
        digest = hashlib.sha256(f"{FORMAT} {version('jieba')} {version('pypinyin')}".encode())
        for file in self.files():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()[:20]


def ensure_words(source: Source, cache_dir: Path) -> Path:
    """The gzipped JSON file for these sources, made if it is not there; several callers wait for one maker."""
    path = cache_dir / f"words-{source.fingerprint()}.json.gz"
    if path.exists():
        return path
    cache_dir.mkdir(parents=True, exist_ok=True)
    with building, (cache_dir / "words.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            write(path, build(source))
            for old in set(cache_dir.glob("words-*.json.gz")) - {path}:
                old.unlink(missing_ok=True)
    return path


def write(path: Path, words: Mapping[str, Any]) -> None:
    """Whole or not at all."""
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    draft.replace(path)
    logger.info("the keyboard's words are made: %d KB", path.stat().st_size // 1024)


def build(source: Source) -> dict[str, Any]:
    """Characters by reading, words by weight, phrases by question, surnames."""
    ours = Ours.load(source)
    counted = dictionary()
    weights = weigh(counted, said(source.corpus(), counted), ours)
    readings = {word: ours.words.get(word) or read(word) for word in weights if len(word) > 1}
    readings = without_slips(readings, counted, ours)
    characters = weigh_characters(weights, readings, ours.characters)
    return {
        "format": FORMAT,
        "characters": {syllable: packed(ranked) for syllable, ranked in sorted(characters.items())},
        "words": by_level(weights, readings, characters),
        "phrases": ours.phrases,
        "surnames": ours.surnames,
    }


@dataclass(frozen=True)
class Ours:
    """Our own lists: words with their reading (empty where the dictionary reads them well), in the order of their weight."""

    words: dict[str, list[str]]
    characters: dict[str, str]
    phrases: dict[str, list[str]]
    surnames: str

    @classmethod
    def load(cls, source: Source) -> Ours:
        given = read_yaml(source.kiosk / "words.yml")
        named = [*names(load_office(source.office)), *given["words"]]
        words = {word: reading.split() for word, reading in map(word_and_reading, named)}
        phrases = read_yaml(source.kiosk / "phrases.yml")
        surnames = read_yaml(source.surnames)["surnames"] if source.surnames.exists() else ""
        return cls(words, given["characters"], phrases, "".join(surnames.split()))


def word_and_reading(entry: str) -> tuple[str, str]:
    """`重审 chong shen` gives a word and how it is read; most are read as the dictionary has it."""
    word, _, reading = entry.partition(" ")
    return word, reading


def names(office: Office) -> Iterator[str]:
    """Names of the place: our own, the bodies that channels lead to, villages and towns with what people call them."""
    spoken = [office.name, *(body.name for body in office.bodies.values())]
    for place in office.places:
        spoken += [place.name, *place.aliases]
    yield from (run for name in spoken for run in CHINESE.findall(name) if run != "示例")


def dictionary() -> dict[str, int]:
    """jieba's words and counts; read as a file, for its code is not needed."""
    package = importlib.util.find_spec("jieba")
    assert package is not None, "jieba is not installed"
    assert package.origin is not None
    lines = (Path(package.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    split = (line.split() for line in lines)
    return {word: int(count) for word, count, *_ in split if len(word) <= LONGEST_WORD and CHINESE.fullmatch(word)}


def said(files: Iterable[Path], counted: Mapping[str, int]) -> Counter[str]:
    """How often our texts hold each word, and each short run of words that comes again and again (我家的, 不发工资)."""
    words: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    total = math.log(sum(counted.values()))
    costs = {word: total - math.log(count or 1) for word, count in counted.items()}
    for file in files:
        for sentence in CHINESE.findall(file.read_text(encoding="utf-8")):
            parts = cut(sentence, costs)
            words.update(parts)
            pairs = ["".join(parts[at : at + size]) for size in (2, 3) for at in range(len(parts) - size + 1)]
            runs.update(run for run in pairs if len(run) <= LONGEST_PHRASE)
    return words + Counter({run: count for run, count in runs.items() if count >= LEAST_PHRASE})


def cut(sentence: str, costs: Mapping[str, float]) -> list[str]:
    """The most likely words of a sentence."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(sentence) + 1):
        starts = range(max(0, end - LONGEST_WORD), end)
        best.append(min((best[at][0] + costs.get(sentence[at:end], 30.0 * (end - at)), at) for at in starts))
    parts: list[str] = []
    end = len(sentence)
    while end:
        parts.append(sentence[best[end][1] : end])
        end = best[end][1]
    return parts[::-1]


def weigh(counted: Mapping[str, int], spoken: Mapping[str, int], ours: Ours) -> dict[str, float]:
    """The weightiest words; every single character stays, and ours are before what sounds the same."""
    weights = {word: float(count) for word, count in counted.items()}
    for word, times in spoken.items():
        weights[word] = weights.get(word, 0.0) + SAID * times
    for place, word in enumerate(ours.words):
        weights[word] = max(weights.get(word, 0.0), OURS * (2 - place / len(ours.words)))
    for phrase in (each for phrases in ours.phrases.values() for each in phrases):
        if CHINESE.fullmatch(phrase) and 1 < len(phrase) <= LONGEST_WORD:
            weights[phrase] = max(weights.get(phrase, 0.0), OURS / 4)
    words = sorted((word for word in weights if len(word) > 1), key=lambda word: (-weights[word], word))
    return {word: weights[word] for word in [*words[:MOST_WORDS], *(each for each in weights if len(each) == 1)]}


def without_slips(readings: Mapping[str, list[str]], counted: Mapping[str, int], ours: Ours) -> dict[str, list[str]]:
    """Our examples hold slips too (信仿): what no dictionary knows and sounds like a word of ours is one."""
    right = {tuple(readings[word]) for word in ours.words if word in readings}
    kept = counted.keys() | ours.words.keys()
    return {word: read for word, read in readings.items() if word in kept or tuple(read) not in right}


def read(word: str) -> list[str]:
    """The syllables of a word, ü written v; empty where the dictionary cannot read it."""
    from pypinyin import Style, lazy_pinyin  # loads 90,000 readings: only where they are needed

    syllables = [each.replace("ü", "v") for each in lazy_pinyin(word, style=Style.NORMAL, v_to_u=False)]
    return syllables if len(syllables) == len(word) and all(map(SYLLABLE.fullmatch, syllables)) else []


def character_readings() -> dict[str, list[str]]:
    """Every character of the plain Unicode block and the rare ones of the later blocks, with all its readings, the usual one first."""
    from pypinyin import Style, pinyin
    from pypinyin.pinyin_dict import pinyin_dict

    found = {}
    for code in pinyin_dict:
        if 0x4E00 <= code <= 0x9FFF or 0x2A700 <= code <= 0x2EBE0 or chr(code) in "〇䶮㛃":
            spoken = pinyin(chr(code), style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
            readings = dict.fromkeys(each.replace("ü", "v") for each in spoken)
            found[chr(code)] = [each for each in readings if SYLLABLE.fullmatch(each)]
    return found


def weigh_characters(
    weights: Mapping[str, float], readings: Mapping[str, list[str]], first: Mapping[str, str]
) -> dict[str, Ranked]:
    """For each syllable its characters, heaviest first: alone, and as parts of words that are read so."""
    parts: Counter[tuple[str, str]] = Counter()
    for word, syllables in readings.items():
        for character, syllable in zip(word, syllables, strict=False):
            parts[character, syllable] += round(weights[word])
    found: dict[str, Ranked] = defaultdict(dict)
    for character, syllables in character_readings().items():
        for place, syllable in enumerate(syllables):
            alone = weights.get(character, 0.0) if place == 0 else 0.0
            found[syllable][character] = alone + PART * parts[character, syllable] + is_common(character)
    for syllable, front in first.items():
        top = max(found[syllable].values())
        found[syllable] |= {each: top * (1.2 - 0.1 * place) for place, each in enumerate(front)}
    return {syllable: dict(sorted(those.items(), key=lambda item: -item[1])) for syllable, those in found.items()}


def is_common(character: str) -> float:
    """A little more for a character of GB 2312, so that old and rare forms come after it."""
    try:
        return 20.0 if character.encode("gb2312") else 0.0
    except UnicodeEncodeError:
        return 0.0


def level(weight: float) -> int:
    return round(FINEST * math.log(max(weight, 1.0)))


def packed(ranked: Ranked) -> list[str]:
    """Characters, and beside each its level as one sign."""
    return ["".join(ranked), "".join(chr(35 + level(weight)) for weight in ranked.values())]


def by_level(
    weights: Mapping[str, float], readings: Mapping[str, list[str]], characters: Mapping[str, Ranked]
) -> dict[str, str]:
    """Words of each level, apart by blanks; a digit after a character names a reading that is not its first."""
    of: dict[str, list[str]] = defaultdict(list)
    for syllable, ranked in characters.items():
        for character in ranked:
            of[character].append(syllable)
    for character, syllables in of.items():
        syllables.sort(key=lambda syllable: (-level(characters[syllable][character]), syllable))
    levels: dict[int, list[str]] = defaultdict(list)
    for word, syllables in readings.items():
        if syllables and all(syllable in of.get(each, ()) for each, syllable in zip(word, syllables, strict=True)):
            places = [of[each].index(syllable) for each, syllable in zip(word, syllables, strict=True)]
            levels[level(weights[word])].append(
                "".join(each + (str(place) if place else "") for each, place in zip(word, places, strict=True))
            )
    return {str(each): " ".join(sorted(words)) for each, words in sorted(levels.items(), reverse=True)}


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    settings = Settings()
    ensure_words(Source.of(settings), settings.keyboard_dir)
