"""Packs the strokes of an unpacked `hanzi-writer-data` for the handwriting pad; standard library only.

    .venv/bin/python scripts/stroke_data.py PACKAGE UNIHAN_OTHER_MAPPINGS FOLDER

PACKAGE is the unpacked npm package (`npm pack hanzi-writer-data@2.0.1`), UNIHAN_OTHER_MAPPINGS the file of the Unicode character database with
the property kTGH, the number of a character in 通用规范汉字表 (Debian: unicode-data, Unihan_OtherMappings.txt.bz2). Writes FOLDER/strokes.bin,
LICENSE and SHA256. `read_strokes` reads the file back, as bot/static/kiosk/hand/strokes.js does.

The file is one zlib stream: "ZHS1"; the number of tiers and the size of each (u16, little-endian); then six columns, each with its length (u32):
steps between code points within a tier (varint), strokes of each character, points of each stroke, first points (x, y), steps in x, steps in y
(signed bytes). The unit is 1/128 of the square in which a character stands, x to the right, y downwards.
"""

from __future__ import annotations

import bz2
import hashlib
import itertools
import json
import math
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"ZHS1"
GRID = 128
TOP, SIDE = 900, 1024  # the square of the data set: y upwards from -124 to 900
TOLERANCE = 1.3  # a middle line may leave the drawn one by so many units
LEVELS = (3500, 6500, 8105)  # 通用规范汉字表: the last number of level 1, 2 and 3

Point = tuple[int, int]
Strokes = tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Character:
    """A character, its strokes, and how common it is: 0 to 2 the levels of 通用规范汉字表, 3 outside it."""

    text: str
    tier: int
    strokes: Strokes


def levels(mappings: Path) -> dict[str, int]:
    """The level (0 to 2) of every character of 通用规范汉字表, from the property kTGH."""
    raw = mappings.read_bytes()
    lines = (bz2.decompress(raw) if mappings.suffix == ".bz2" else raw).decode().splitlines()
    rows = (line.split("\t") for line in lines if "\tkTGH\t" in line)
    return {chr(int(code[2:], 16)): level_of(int(value.split(":")[1].split()[0])) for code, _, value in rows}


def level_of(number: int) -> int:
    return sum(number > last for last in LEVELS)


def distance(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a line that ends."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = 0.0 if not length else ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * down)


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker: only the points that matter."""
    if len(points) < 3:
        return points
    far, most = max(
        ((i, distance(points[i], points[0], points[-1])) for i in range(1, len(points) - 1)), key=lambda x: x[1]
    )
    if most <= tolerance:
        return [points[0], points[-1]]
    return simplify(points[: far + 1], tolerance)[:-1] + simplify(points[far:], tolerance)


def stroke(median: list[list[float]]) -> tuple[Point, ...]:
    scale = GRID / SIDE
    points = [(round(x * scale), round((TOP - y) * scale)) for x, y in median]
    inside = [(min(GRID - 1, max(0, x)), min(GRID - 1, max(0, y))) for x, y in points]
    return tuple(simplify(inside, TOLERANCE))


def characters(package: Path, mappings: Path) -> Iterator[Character]:
    level = levels(mappings)
    for path in sorted(package.glob("?.json")):
        medians = json.loads(path.read_bytes())["medians"]
        yield Character(path.stem, level.get(path.stem, len(LEVELS)), tuple(stroke(median) for median in medians))


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def code_steps(sorted_characters: Iterable[Character]) -> Iterator[int]:
    tier, last = -1, 0
    for each in sorted_characters:
        if each.tier != tier:
            tier, last = each.tier, 0
        yield ord(each.text) - last
        last = ord(each.text)


def pack(unsorted: Iterable[Character]) -> bytes:
    found = sorted(unsorted, key=lambda each: (each.tier, each.text))
    strokes = [points for each in found for points in each.strokes]
    steps = [(b[0] - a[0], b[1] - a[1]) for points in strokes for a, b in itertools.pairwise(points)]
    columns = (
        b"".join(varint(step) for step in code_steps(found)),
        bytes(len(each.strokes) for each in found),
        bytes(len(points) for points in strokes),
        bytes(value for points in strokes for value in points[0]),
        struct.pack(f"{len(steps)}b", *(x for x, _ in steps)),
        struct.pack(f"{len(steps)}b", *(y for _, y in steps)),
    )
    sizes = [sum(each.tier == tier for each in found) for tier in range(len(LEVELS) + 1)]
    head = MAGIC + struct.pack(f"<B{len(sizes)}H", len(sizes), *sizes)
    return zlib.compress(head + b"".join(struct.pack("<I", len(column)) + column for column in columns), 9)


def columns_of(data: bytes, at: int) -> Iterator[bytes]:
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        yield data[at + 4 : at + 4 + length]
        at += 4 + length


def read_strokes(path: Path) -> list[Character]:
    """Every character of a packed file, the most common tier first."""
    data = zlib.decompress(path.read_bytes())
    if data[:4] != MAGIC:
        raise ValueError(f"{path} holds no packed strokes")
    sizes = struct.unpack_from(f"<{data[4]}H", data, 5)
    codes, counts, lengths, firsts, across, down = columns_of(data, 5 + 2 * data[4])
    shape = iter(lengths)
    start = iter(zip(firsts[::2], firsts[1::2], strict=True))
    step = iter(zip(struct.unpack(f"{len(across)}b", across), struct.unpack(f"{len(down)}b", down), strict=True))
    found = []
    code_step, count = varints(codes), iter(counts)
    for tier, size in enumerate(sizes):
        code = 0
        for _ in range(size):
            code += next(code_step)
            strokes = tuple(line(next(start), next(shape), step) for _ in range(next(count)))
            found.append(Character(chr(code), tier, strokes))
    return found


def line(start: Point, length: int, step: Iterator[Point]) -> tuple[Point, ...]:
    points = [start]
    for _ in range(length - 1):
        across, down = next(step)
        points.append((points[-1][0] + across, points[-1][1] + down))
    return tuple(points)


def main() -> None:
    package, mappings, folder = (Path(argument) for argument in sys.argv[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "strokes.bin").write_bytes(pack(characters(package, mappings)))
    (folder / "LICENSE").write_bytes((package / "ARPHICPL.TXT").read_bytes())
    digests = (
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in ("strokes.bin", "LICENSE")
    )
    (folder / "SHA256").write_text("".join(digests))


if __name__ == "__main__":
    main()
