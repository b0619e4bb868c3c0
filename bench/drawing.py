"""Characters as people draw them: the strokes of the data set, distorted by a seeded hand. For bench/handwriting.py and its test."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from random import Random

Point = tuple[float, float]
Stroke = list[Point]
Drawing = list[Stroke]
Distortion = Callable[[Drawing, Random], Drawing]


def resampled(stroke: Sequence[Point], count: int) -> Stroke:
    """`count` points at equal distances along a stroke."""
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(stroke)]
    whole, points, at, passed = sum(lengths), [stroke[0]], 0, 0.0
    for number in range(1, count):
        wanted = whole * number / (count - 1)
        while at < len(lengths) - 1 and passed + lengths[at] < wanted:
            passed += lengths[at]
            at += 1
        share = min(1.0, (wanted - passed) / lengths[at]) if lengths and lengths[at] else 1.0
        a, b = stroke[at], stroke[min(at + 1, len(stroke) - 1)]
        points.append((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
    return points


def length(stroke: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(stroke))


def moved(drawing: Drawing, move: Callable[[float, float], Point]) -> Drawing:
    return [[move(x, y) for x, y in stroke] for stroke in drawing]


def bent(drawing: Drawing, random: Random, much: float) -> Drawing:
    """Parts grow and shrink at the expense of their neighbours, as in a hand that runs out of room."""
    waves = [(random.gauss(0, much), random.uniform(0, 6.28), random.uniform(2, 5)) for _ in range(4)]

    def move(x: float, y: float) -> Point:
        (a, p, f), (b, q, g), (c, r, h), (d, s, k) = waves
        return x + a * math.sin(f * x + p) + c * math.sin(h * y + r), y + b * math.sin(g * y + q) + d * math.sin(
            k * x + s
        )

    return moved(drawing, move)


def wobbling(drawing: Drawing, random: Random, place: float, size: float, turn: float, shake: float) -> Drawing:
    """Each stroke a little off its place, longer or shorter, turned, and drawn by a hand that shakes."""
    return [wobbly(stroke, random, place, size, turn, shake) for stroke in drawing]


def wobbly(stroke: Stroke, random: Random, place: float, size: float, turn: float, shake: float) -> Stroke:
    middle = (sum(x for x, _ in stroke) / len(stroke), sum(y for _, y in stroke) / len(stroke))
    shift, scale, angle = (
        (random.gauss(0, place), random.gauss(0, place)),
        math.exp(random.gauss(0, size)),
        random.gauss(0, turn),
    )
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    points = resampled(stroke, max(3, min(24, round(length(stroke) * 30))))
    return [
        (
            middle[0] + shift[0] + (x - middle[0]) * cos - (y - middle[1]) * sin + random.gauss(0, shake),
            middle[1] + shift[1] + (x - middle[0]) * sin + (y - middle[1]) * cos + random.gauss(0, shake),
        )
        for x, y in points
    ]


def shaped(drawing: Drawing, aspect: float, slant: float, angle: float) -> Drawing:
    cos, sin = math.cos(angle), math.sin(angle)
    return moved(
        drawing, lambda x, y: ((x - slant * y) * aspect * cos - y * sin, (x - slant * y) * aspect * sin + y * cos)
    )


def neat(drawing: Drawing, random: Random) -> Drawing:
    """A careful hand: what every other kind starts from."""
    hand = wobbling(bent(drawing, random, 0.015), random, 0.018, 0.07, 0.06, 0.005)
    return shaped(hand, math.exp(random.gauss(0, 0.08)), random.gauss(0, 0.05), random.gauss(0, 0.04))


def shaky(drawing: Drawing, random: Random) -> Drawing:
    return wobbling(drawing, random, 0.03, 0.12, 0.1, 0.013)


def slanted(drawing: Drawing, random: Random) -> Drawing:
    return shaped(drawing, 1.0, random.uniform(-0.3, 0.3), random.uniform(-0.14, 0.14))


def stretched(drawing: Drawing, random: Random) -> Drawing:
    size = random.uniform(0.3, 2.0)
    aspect = math.exp(random.uniform(-0.5, 0.5))
    return moved(drawing, lambda x, y: (x * size * aspect + 3, y * size - 2))


def uneven(drawing: Drawing, random: Random) -> Drawing:
    return bent(drawing, random, 0.045)


def joined(drawing: Drawing, random: Random) -> Drawing:
    """Two or three strokes written in one, in up to two places, as in a running hand."""
    out = list(drawing)
    for _ in range(1 if len(drawing) < 6 else 2):
        many = min(random.choice((2, 2, 3)), len(out))
        at = random.randrange(len(out) - many + 1)
        out[at : at + many] = [[point for stroke in out[at : at + many] for point in stroke]]
    return out


def disordered(drawing: Drawing, random: Random) -> Drawing:
    out = list(drawing)
    if random.random() < 0.5:
        random.shuffle(out)
        return out
    for _ in range(1 + len(out) // 5):
        a, b = random.randrange(len(out)), random.randrange(len(out))
        out[a], out[b] = out[b], out[a]
    return out


def turned(drawing: Drawing, random: Random) -> Drawing:
    """One stroke drawn from its end."""
    at = random.randrange(len(drawing))
    return [stroke[::-1] if number == at else stroke for number, stroke in enumerate(drawing)]


def missing(drawing: Drawing, random: Random) -> Drawing:
    """A dot or the shortest stroke forgotten; a character of three strokes or fewer is written whole."""
    if len(drawing) < 4:
        return drawing
    shortest = sorted(range(len(drawing)), key=lambda number: length(drawing[number]))[: max(1, len(drawing) // 4)]
    gone = random.choice(shortest)
    return [stroke for number, stroke in enumerate(drawing) if number != gone]


def extra(drawing: Drawing, random: Random) -> Drawing:
    """A finger that came down once more."""
    x, y, angle, size = (
        random.uniform(0.1, 0.9),
        random.uniform(0.1, 0.9),
        random.uniform(0, 6.28),
        random.uniform(0.03, 0.12),
    )
    at = random.randrange(len(drawing) + 1)
    return [*drawing[:at], [(x, y), (x + size * math.cos(angle), y + size * math.sin(angle))], *drawing[at:]]


def unhooked(drawing: Drawing, random: Random) -> Drawing:
    """The short last part of a stroke after a sharp turn is left out."""
    return [without_hook(stroke) for stroke in drawing]


def without_hook(stroke: Stroke) -> Stroke:
    if len(stroke) < 3:
        return stroke
    (a, b, c), whole = stroke[-3:], length(stroke)
    before, after = math.atan2(b[1] - a[1], b[0] - a[0]), math.atan2(c[1] - b[1], c[0] - b[0])
    sharp = abs((after - before + math.pi) % (2 * math.pi) - math.pi) > 1.0
    return stroke[:-1] if sharp and math.dist(b, c) < 0.3 * whole else stroke


def coarse(drawing: Drawing, random: Random) -> Drawing:
    """A slow screen that reports few points."""
    return [resampled(stroke, 2 if length(stroke) < 0.15 else 4) for stroke in drawing]


BEFORE: dict[str, Distortion] = {"hooks lost": unhooked}  # on the template, before the hand
AFTER: dict[str, Distortion] = {
    "shaky": shaky,
    "slanted": slanted,
    "stretched": stretched,
    "uneven": uneven,
    "joined": joined,
    "disordered": disordered,
    "one turned": turned,
    "one missing": missing,
    "one extra": extra,
    "few points": coarse,
}
CARELESS = ("shaky", "slanted", "stretched", "uneven", "joined", "disordered", "one turned", "one missing")
KINDS = ("neat", *BEFORE, *AFTER, "careless")


def draw(template: Sequence[Sequence[tuple[int, int]]], kind: str, seed: str) -> Drawing:
    """One drawing of a kind; "careless" is three of the others at once. The same seed draws the same."""
    random = Random(f"{seed}/{kind}")
    drawing: Drawing = [[(x / 128, y / 128) for x, y in stroke] for stroke in template]
    if kind in BEFORE:
        drawing = BEFORE[kind](drawing, random)
    drawing = neat(drawing, random)
    if kind == "careless":
        for each in random.sample(CARELESS, 3):
            drawing = AFTER[each](drawing, random)
    elif kind in AFTER:
        drawing = AFTER[kind](drawing, random)
    return [[(round(x, 4), round(y, 4)) for x, y in stroke] for stroke in drawing]
