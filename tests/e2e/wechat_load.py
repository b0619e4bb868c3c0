"""Many simulated citizens at once, with everything that goes wrong between the platform and us; what each of them saw is compared
with what somebody saw who did the same alone and undisturbed."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.e2e.database import cases_in, rows
from tests.e2e.wechat_stack import WechatStack
from zhilu.wechat_sim import messages
from zhilu.wechat_sim.api import SimulatedApi
from zhilu.wechat_sim.chats import Chats, Way
from zhilu.wechat_sim.messages import Message, make_openid
from zhilu.wechat_sim.platform import Delivery, SimulatedPlatform, Try
from zhilu.wechat_sim.troubles import BUSY, OUT_OF_WINDOW, OVER_COUNT, SEND, Trouble

WAGES = "我在恒盛箱包厂做缝纫工，从2026年5月起厂里没发过工资，五个月一共欠我两万一千块，老板老说没钱"
QUESTIONS = ("信访多久有结果？", "匿名反映行不行？", "对答复不服怎么办？", "信访要交钱吗？", "我可以撤回吗？")
GOODBYE = "谢谢"
FIRST = 99_999
NOT_COMPARED = re.compile(r"https?://\S+|[\s0-9A-Za-z\-]")  # links, numbers and codes are each citizen's own
MORE = "回复“”看后面的。"
RECEIPT = re.compile(r"编号：(\S+?)。查询码：(\S+?)。")
DRAINED_WITHIN = 90.0
WAITS = "SELECT (SELECT count(*) FROM wechat_outgoing) + (SELECT count(*) FROM wechat_messages WHERE state <> 'done')"

Step = Callable[[str], Message]


def said(words: str) -> Step:
    return lambda openid: messages.text(openid, words)


def filing(number: int) -> list[Step]:
    """A whole complaint; nearly every answer depends on the one before it."""
    return [
        messages.follow,
        lambda openid: messages.click(openid, "file"),
        said("1"),
        said(WAGES),
        said("让厂里把工资一次给清"),
        lambda openid: messages.location(openid, 34.75, 113.65, "清河区工业园"),
        said("周桂兰"),
        said(f"城关街道北门街{10_000 + number}号"),
        said(f"138{number:08}"),
        said("没有找过别的部门"),
        said("1"),
        said("第一个"),
    ]


def asking(number: int) -> list[Step]:
    """Questions that stand alone, so their order may change on the way."""
    return [messages.follow, *map(said, QUESTIONS), lambda openid: messages.click(openid, "road")]  # with a picture


@dataclass(frozen=True)
class Disturbance:
    """How likely each trouble is for a message, or a call of the API."""

    repeated: float = 0.10
    cut: float = 0.05  # the connection of the first try is lost before it is answered
    swapped: float = 0.5  # of questions that stand alone
    slow: float = 0.03
    slow_seconds: float = 6.0
    refused: float = 0.15
    token_seconds: float = 5.0
    restart: bool = True


@dataclass
class Someone:
    """One simulated citizen."""

    openid: str
    steps: Sequence[Step]
    ordered: bool
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of it; `wrong` says, one line each, who saw something else than they should have."""

    messages: int
    seconds: float
    answered_at_once: list[float]
    told_success: list[float]
    tries: int
    copies: int
    held: int
    away: float
    troubles: Counter[str]
    ways: Counter[str]
    undelivered: list[tuple[Try, ...]]
    filed: int
    receipts: int
    filers: int
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> str:
        """For people."""
        at_once, success = sorted(self.answered_at_once), sorted(self.told_success)
        lines = [
            f"{self.messages} messages in {self.seconds:.0f} s, {self.messages / self.seconds:.1f} a second",
            f"{self.tries} requests: {self.copies} copies besides, {len(self.undelivered)} not delivered in three tries and sent three times more",
            f"answered at once: {len(at_once)}, p50 {1000 * at(at_once, 0.5):.0f} ms, p95 {1000 * at(at_once, 0.95):.0f} ms",
            f"told `success`: {len(success)}, from {at(success, 0):.2f} to {at(success, 1):.2f} s; {self.held} turns held up",
            f"the public server was away for {self.away:.1f} s in the middle",
            "refusals of the API: "
            + (", ".join(f"{code} × {count}" for code, count in self.troubles.items()) or "none"),
            "bubbles: " + ", ".join(f"{way} {count}" for way, count in self.ways.items()),
            f"filed: {self.filed} cases, {self.receipts} receipts, {self.filers} citizens",
            *(" ".join(f"{each.status} after {each.seconds:.1f} s" for each in tries) for tries in self.undelivered),
            f"wrong: {len(self.wrong)}",
        ]
        return "\n".join((*lines, *self.wrong[:10]))


def at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))] if ordered else 0.0


class Load:
    """`filers` complaints and `askers` who ask, at about `rate` messages a second."""

    def __init__(
        self,
        stack: WechatStack,
        platform: SimulatedPlatform,
        api: SimulatedApi,
        chats: Chats,
        disturbance: Disturbance,
        seed: int = 6,
    ) -> None:
        self._stack, self._platform, self._api, self._chats = stack, platform, api, chats
        self._disturbance = disturbance
        self._chance = random.Random(seed)
        self._copies: list[asyncio.Task[object]] = []
        self._copied = 0
        self._taken = 0
        self._away = 0.0

    async def run(self, filers: int, askers: int, rate: float) -> Outcome:
        """First one of each alone, then all of them at once."""
        await self._alone(filing(FIRST))  # who comes later is told that others have filed the same
        models = [await self._alone(filing(0)), await self._alone(asking(0))]
        people = [Someone(make_openid(), filing(number), True) for number in range(1, filers + 1)]
        people += [Someone(make_openid(), asking(number), False) for number in range(1, askers + 1)]
        before, started = cases_in(self._stack), time.monotonic()
        count = sum(len(each.steps) for each in people)
        await self._disturbed(people, len(people) / rate, count)
        seconds = time.monotonic() - started
        await self._goodbye([each.openid for each in people])
        outcome = self._outcome(people, seconds, count)
        outcome.filed, outcome.filers = cases_in(self._stack) - before, filers
        for each in people:
            model = models[0] if each.ordered else models[1]
            outcome.wrong += self._compared(each, self._texts(model))
            if (count := self._pictures(each.openid)) != self._pictures(model):
                outcome.wrong.append(f"{each.openid} got {count} pictures")
        return outcome

    # --- what they do ---------------------------------------------------------------------------------------------------------------

    async def _alone(self, steps: Sequence[Step]) -> str:
        openid = make_openid()
        for step in steps:
            await self._platform.deliver(step(openid))
        await self._goodbye([openid])
        return openid

    async def _disturbed(self, people: Sequence[Someone], pause: float, count: int) -> None:
        wished = self._disturbance
        kinds = tuple(map(Trouble, (OUT_OF_WINDOW, OVER_COUNT, BUSY)))
        self._api.troubles.often[SEND] = (wished.refused, kinds)
        self._stack.line.hold = lambda: wished.slow_seconds if self._chance.random() < wished.slow else 0.0
        others = [asyncio.create_task(self._expire_tokens())]
        if wished.restart:
            others.append(asyncio.create_task(self._restart_in_the_middle(count // 2)))
        try:
            await asyncio.gather(*(self._live(each, pause) for each in people))
            await asyncio.gather(*self._copies, *others[1:])
        finally:
            others[0].cancel()
            self._stack.line.hold = lambda: 0.0
            self._api.troubles.often.clear()

    async def _live(self, someone: Someone, pause: float) -> None:
        await asyncio.sleep(self._chance.uniform(0, pause))
        written = [step(someone.openid) for step in someone.steps]
        await self._deliver(someone, written.pop(0))
        while written:
            await asyncio.sleep(self._chance.uniform(0, 2 * pause))
            if not someone.ordered and len(written) > 1 and self._chance.random() < self._disturbance.swapped:
                first, second = written.pop(0), written.pop(0)
                await asyncio.gather(self._deliver(someone, second), self._deliver(someone, first))
            else:
                await self._deliver(someone, written.pop(0))

    async def _deliver(self, someone: Someone, message: Message) -> None:
        cut = 0.005 if self._chance.random() < self._disturbance.cut else None
        if self._chance.random() < self._disturbance.repeated:
            self._copies.append(asyncio.create_task(self._repeat(message, self._chance.uniform(0, 2))))
        delivery = await self._platform.deliver(message, cut=cut)
        someone.deliveries.append(delivery)
        while not delivery.arrived:  # the server was away for too long: what is lost before it came is no fault of ours
            delivery = await self._platform.deliver(message)
            someone.deliveries.append(delivery)
        self._taken += 1
        if not delivery.is_passive:  # whoever reads nothing waits for a while
            await asyncio.sleep(self._chance.uniform(0, 2 * self._disturbance.slow_seconds / 3))

    async def _repeat(self, message: Message, after: float) -> None:
        await asyncio.sleep(after)
        await self._platform.repeat(message)
        self._copied += 1

    async def _expire_tokens(self) -> None:
        while True:
            await asyncio.sleep(self._disturbance.token_seconds)
            self._api.expire_token()

    async def _restart_in_the_middle(self, middle: int) -> None:
        while self._taken < middle:
            await asyncio.sleep(0.05)
        began = time.monotonic()
        await asyncio.to_thread(self._stack.restart, "public")
        self._away = time.monotonic() - began

    async def _goodbye(self, openids: Sequence[str]) -> None:
        """One more message each, so that what the API refused can come; until nothing waits any more."""
        for openid in openids:
            await self._platform.deliver(messages.text(openid, GOODBYE))
        end = time.monotonic() + DRAINED_WITHIN
        while waits := int(rows(self._stack.register, WAITS)[0][0]):
            assert time.monotonic() < end, f"{waits} messages still wait"
            await asyncio.sleep(0.2)

    # --- what came of it ------------------------------------------------------------------------------------------------------------

    def _texts(self, openid: str) -> list[str]:
        return [comparable(each.text) for each in self._chats.seen(openid) if each.way is not Way.PLATFORM]

    def _pictures(self, openid: str) -> int:
        return sum(bool(each.media_id) for each in self._chats.seen(openid))

    def _compared(self, someone: Someone, model: Sequence[str]) -> list[str]:
        """Everything once, nothing else, and in order where order matters."""
        whole, expected = "".join(self._texts(someone.openid)), "".join(model)
        if someone.ordered and whole != expected:
            return [f"{someone.openid} saw {difference(expected, whole)}"]
        counts = [(each, whole.count(each), expected.count(each)) for each in dict.fromkeys(model)]
        wrong = [f"{someone.openid}: {count} × {each[:40]}" for each, count, right in counts if count != right]
        if not wrong and len(whole) != len(expected):
            wrong.append(f"{someone.openid}: {len(whole)} characters, not {len(expected)}")
        return wrong

    def _outcome(self, people: Sequence[Someone], seconds: float, count: int) -> Outcome:
        deliveries = [each for someone in people for each in someone.deliveries]
        last = [each.tries[-1].seconds for each in deliveries if each.is_passive]
        success = [each.tries[-1].seconds for each in deliveries if each.arrived and not each.is_passive]
        bubbles = [each for someone in people for each in self._chats.seen(someone.openid)]
        receipts = {found for each in bubbles for found in RECEIPT.findall(each.text)}
        return Outcome(
            messages=count,
            seconds=seconds,
            answered_at_once=last,
            told_success=success,
            tries=sum(len(each.tries) for each in deliveries),
            copies=self._copied,
            held=self._stack.line.held,
            away=self._away,
            troubles=Counter(self._api.troubles.happened)
            + Counter({"42001": sum(call.code == 42001 for call in self._api.calls)}),
            ways=Counter(each.way.value for each in bubbles),
            undelivered=[tuple(each.tries) for each in deliveries if not each.arrived],
            filed=0,
            filers=0,
            receipts=len(receipts),
        )


def comparable(text: str) -> str:
    """Without what differs from citizen to citizen, and without the hint that there is more."""
    return NOT_COMPARED.sub("", text).replace(MORE, "")


def difference(expected: str, seen: str) -> str:
    """Where two texts part."""
    same = next((at for at, (one, other) in enumerate(zip(expected, seen, strict=False)) if one != other), None)
    place = min(len(expected), len(seen)) if same is None else same
    return f"…{seen[max(0, place - 20) : place + 60]!r} in place of …{expected[max(0, place - 20) : place + 60]!r}"
