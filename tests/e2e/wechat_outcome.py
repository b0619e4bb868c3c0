"""What came of a load on the WeChat account: the figures, and who saw something else than somebody who did the same alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from zhilu.wechat_sim.messages import Message
from zhilu.wechat_sim.platform import Delivery, Try

SUCCESS = (3.9, 4.3)  # seconds after which a slow turn is told `success`
NOT_COMPARED = re.compile(r"https?://\S+|[\s0-9A-Za-z\-]")  # links, numbers and codes are each citizen's own
MORE = "回复“”看后面的。"
NEEDED = ("45015", "45047", "42001", "-1")

Step = Callable[[str], Message]


@dataclass
class Sent:
    """A message with all its requests; `copies` came beside its own deliveries, which are more than one where none arrived before."""

    message: Message
    deliveries: list[Delivery] = field(default_factory=list)
    copies: list[Try] = field(default_factory=list)

    @property
    def is_alone(self) -> bool:
        """One request and no other, so nothing else can have carried its answer."""
        return len(self.deliveries) == 1 and len(self.deliveries[0].tries) == 1 and not self.copies

    @property
    def last(self) -> Try:
        return self.deliveries[-1].tries[-1]

    @property
    def is_told_success(self) -> bool:
        return self.deliveries[-1].arrived and not self.deliveries[-1].is_passive


@dataclass
class Someone:
    """One simulated citizen; `left` is what they have not sent yet."""

    openid: str
    steps: Sequence[Step]
    ordered: bool
    left: list[Step] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.steps)

    @property
    def part_left(self) -> float:
        return len(self.left) / len(self.steps)


@dataclass
class Takeover:
    """What whoever asked all through a replacement of the public server has met."""

    seconds: float
    asked: int
    refused: int
    longest: float


@dataclass
class Counts:
    """What the load did on its way."""

    swapped: int = 0
    cut: int = 0
    held: int = 0
    away: float = 0.0
    nobody_free: float = 0.0
    lags: list[float] = field(default_factory=list)
    offered_for: float = 0.0
    takeover: Takeover | None = None
    cpu: dict[str, float] = field(default_factory=dict)


@dataclass
class Outcome:
    """`wrong` says, one line each, who saw something else than they should have."""

    messages: int
    seconds: float
    sent: list[Sent]
    counts: Counts
    troubles: Counter[str]
    ways: Counter[str]
    filed: int
    receipts: int
    filers: int
    wrong: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Messages a second, over the time in which they were sent."""
        return self.messages / self.counts.offered_for

    @property
    def answered_at_once(self) -> list[float]:
        """Seconds, in order."""
        return sorted(each.last.seconds for each in self.sent if each.deliveries[-1].is_passive)

    @property
    def told_success(self) -> list[float]:
        """Of messages that had one request only."""
        return sorted(each.last.seconds for each in self.sent if each.is_told_success and each.is_alone)

    @property
    def told_success_beside_others(self) -> list[float]:
        """Of messages of which another request may have carried the answer before."""
        return sorted(each.last.seconds for each in self.sent if each.is_told_success and not each.is_alone)

    @property
    def copies(self) -> list[Try]:
        return [copy for each in self.sent for copy in each.copies]

    @property
    def undelivered(self) -> list[Delivery]:
        """Given up after three tries."""
        return [delivery for each in self.sent for delivery in each.deliveries if not delivery.arrived]

    def untold(self) -> list[str]:
        """`success` at another time than it should be."""
        first, last = SUCCESS
        alone = [each for each in self.told_success if not first <= each <= last]
        beside = [each for each in self.told_success_beside_others if each > last]
        return [f"`success` after {each:.2f} s" for each in (*alone, *beside)]

    def missing(self) -> list[str]:
        """What should have gone wrong and did not."""
        happened = {
            **{code: self.troubles[code] for code in NEEDED},
            "a repetition": len(self.copies),
            "a lost connection": self.counts.cut,
            "messages in another order": self.counts.swapped,
            "a slow turn": self.counts.held,
            "`success`": len(self.told_success),
            "a replacement of the server": int(self.counts.takeover is not None),
            "a stop of the server": int(self.counts.away > 0),
        }
        return [f"there was no {what}" for what, count in happened.items() if not count]

    def figures(self) -> str:
        """For people."""
        at_once, success, beside = self.answered_at_once, self.told_success, self.told_success_beside_others
        early = sum(each < SUCCESS[0] for each in beside)
        counts, tries = self.counts, sum(len(delivery.tries) for each in self.sent for delivery in each.deliveries)
        lags = sorted(counts.lags)
        lines = [
            f"{self.messages} messages in {counts.offered_for:.1f} s: {self.rate:.2f} a second; sent {ms(at(lags, 0.5))} (p50), "
            f"{ms(at(lags, 0.95))} (p95) after their time; for {counts.nobody_free:.1f} s nobody was free to write",
            f"{tries} requests of the messages themselves, {len(self.copies)} copies besides, {counts.cut} cut, "
            f"{counts.swapped} in another order; {len(self.undelivered)} messages not delivered in three tries and sent again",
            f"answered at once: {len(at_once)}, p50 {ms(at(at_once, 0.5))}, p95 {ms(at(at_once, 0.95))}, longest {ms(at(at_once, 1))}",
            f"told `success`: {len(success)} that had one request, {at(success, 0):.2f} to {at(success, 1):.2f} s",
            f"told `success` beside other requests of the same message: {len(beside)}, {at(beside, 0):.2f} to {at(beside, 1):.2f} s, "
            f"{early} of them early: another one had carried the answer",
            f"{counts.held} calls of the engine held up",
            "refusals of the API: "
            + (", ".join(f"{code} × {n}" for code, n in sorted(self.troubles.items())) or "none"),
            "bubbles: " + ", ".join(f"{way} {count}" for way, count in sorted(self.ways.items())),
            f"filed: {self.filed} cases, {self.receipts} receipts, {self.filers} citizens",
        ]
        if takeover := counts.takeover:
            lines.append(
                f"the public server was replaced within {takeover.seconds:.1f} s: {takeover.asked} requests meanwhile, "
                f"{takeover.refused} refused, the longest {ms(takeover.longest)}"
            )
        if counts.cpu:
            spent = ", ".join(f"{name} {ms(used / self.messages)}" for name, used in counts.cpu.items())
            lines.append(f"processor time a message: {spent}, {ms(sum(counts.cpu.values()) / self.messages)} in all")
        if counts.away:
            lines.append(f"the public server was stopped and started, away for {counts.away:.1f} s")
        lines += [
            " ".join(f"{each.status} after {each.seconds:.1f} s" for each in one.tries) for one in self.undelivered
        ]
        return "\n".join((*lines, f"wrong: {len(self.wrong)}", *self.wrong[:10]))


def compared(someone: Someone, seen: Sequence[str], model: Sequence[str]) -> list[str]:
    """Everything once, nothing else, and in order where order matters."""
    whole, expected = "".join(seen), "".join(model)
    if someone.ordered and whole != expected:
        return [f"{someone.openid} saw {difference(expected, whole)}"]
    counts = [(each, whole.count(each), expected.count(each)) for each in dict.fromkeys(model)]
    wrong = [f"{someone.openid}: {count} × {each[:40]}" for each, count, right in counts if count != right]
    if not wrong and len(whole) != len(expected):
        wrong.append(f"{someone.openid}: {len(whole)} characters, not {len(expected)}")
    return wrong


def comparable(text: str) -> str:
    """Without what differs from citizen to citizen, and without the hint that there is more."""
    return NOT_COMPARED.sub("", text).replace(MORE, "")


def difference(expected: str, seen: str) -> str:
    """Where two texts part."""
    same = next((at for at, (one, other) in enumerate(zip(expected, seen, strict=False)) if one != other), None)
    place = min(len(expected), len(seen)) if same is None else same
    return f"…{seen[max(0, place - 20) : place + 60]!r} in place of …{expected[max(0, place - 20) : place + 60]!r}"


def at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))] if ordered else 0.0


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
