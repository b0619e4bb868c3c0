"""Many simulated citizens at once, with everything that goes wrong between the platform and us; what each of them saw is compared
with what somebody saw who did the same alone and undisturbed."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from tests.e2e.database import cases_in, rows
from tests.e2e.wechat_outcome import Counts, Outcome, Sent, Someone, Step, Takeover, comparable, compared
from tests.e2e.wechat_stack import WechatStack
from zhilu.wechat_sim import messages
from zhilu.wechat_sim.api import SimulatedApi
from zhilu.wechat_sim.chats import Chats, Way
from zhilu.wechat_sim.messages import make_openid
from zhilu.wechat_sim.platform import SimulatedPlatform
from zhilu.wechat_sim.troubles import BUSY, OUT_OF_WINDOW, OVER_COUNT, SEND, TOKEN_EXPIRED, Trouble

WAGES = "我在恒盛箱包厂做缝纫工，从2026年5月起厂里没发过工资，五个月一共欠我两万一千块，老板老说没钱"
QUESTIONS = ("信访多久有结果？", "匿名反映行不行？", "对答复不服怎么办？", "信访要交钱吗？", "我可以撤回吗？")
GOODBYE = "谢谢"
FIRST = 99_999
RECEIPT = re.compile(r"编号：(\S+?)。查询码：(\S+?)。")
DRAINED_WITHIN = 90.0
LAST = "SELECT coalesce(max(id), 0) FROM wechat_outgoing"  # of others, who were there before and write no more
WAITING = "SELECT 'out', kind, attempts, last_error, free_at FROM wechat_outgoing WHERE id > ? UNION ALL SELECT 'in', state, attempts, '', free_at FROM wechat_messages WHERE state <> 'done'"
KINDS = tuple(map(Trouble, (OUT_OF_WINDOW, OVER_COUNT, BUSY)))


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
    refused: float = 0.15  # and each kind of refusal once in any case
    token_seconds: float = 5.0
    replaced: bool = True  # the public server, while it answers (`zhilu restart`)
    stopped: bool = True  # and once more, with seconds in which nobody answers


CALM = Disturbance(repeated=0, cut=0, swapped=0, slow=0, refused=0, token_seconds=3600, replaced=False, stopped=False)


class Load:
    """`filers` complaints and `askers` who ask; a message every 1/`rate` seconds, whether the earlier ones are answered or not."""

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
        self._copies: list[asyncio.Task[None]] = []
        self._taken = 0
        self._last = "0"
        self._counts = Counts()

    async def run(self, filers: int, askers: int, rate: float) -> Outcome:
        """First one of each alone, then all of them at once."""
        self._last = str(rows(self._stack.register, LAST)[0][0])
        await self._alone(filing(FIRST))  # who comes later is told that others have filed the same
        models = [await self._alone(filing(0)), await self._alone(asking(0))]
        people = [Someone(make_openid(), filing(number), True) for number in range(1, filers + 1)]
        people += [Someone(make_openid(), asking(number), False) for number in range(1, askers + 1)]
        before, started = cases_in(self._stack), time.monotonic()
        used, own = self._stack.cpu_seconds(), time.process_time()
        await self._disturbed(people, rate)
        seconds = time.monotonic() - started
        if not (
            self._disturbance.replaced or self._disturbance.stopped
        ):  # whoever was replaced has taken its figures along
            self._counts.cpu = {name: now - used[name] for name, now in self._stack.cpu_seconds().items()}
            self._counts.cpu["citizens and platform"] = time.process_time() - own
        await self._goodbye([each.openid for each in people])
        outcome = self._outcome(people, seconds, cases_in(self._stack) - before, filers)
        for each in people:
            model = models[0] if each.ordered else models[1]
            outcome.wrong += compared(each, self._texts(each.openid), self._texts(model))
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

    async def _disturbed(self, people: Sequence[Someone], rate: float) -> None:
        wished, middle = self._disturbance, sum(len(each.steps) for each in people) // 2
        if wished.refused:
            self._api.troubles.often[SEND] = (wished.refused, KINDS)
            self._api.troubles.add(SEND, *KINDS)
            self._api.expire_token()
        self._stack.line.hold = lambda: wished.slow_seconds if self._chance.random() < wished.slow else 0.0
        expiring = asyncio.create_task(self._expire_tokens())
        try:
            await asyncio.gather(self._offer(people, rate), self._restarts(middle))
            await asyncio.gather(*self._copies)
        finally:
            expiring.cancel()
            self._counts.held, self._stack.line.held = self._stack.line.held, 0
            self._stack.line.hold = lambda: 0.0
            self._api.troubles.often.clear()

    async def _offer(self, people: Sequence[Someone], rate: float) -> None:
        """One after the other at their time; who waits for an answer is not asked to write, so everybody gets on evenly."""
        free, acting, began = set(range(len(people))), dict[asyncio.Task[None], int](), time.monotonic()
        due = began
        while free or acting:
            ready = [number for number in free if people[number].left]
            if not ready:
                if not acting:
                    break
                await self._until_free(free, acting)
                if any(people[number].left for number in free):
                    self._counts.nobody_free += max(0.0, time.monotonic() - due)
                    due = max(due, time.monotonic())
                continue
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._counts.lags.append(time.monotonic() - due)
            chosen = max(ready, key=lambda number: (people[number].part_left, self._chance.random()))
            free.remove(chosen)
            steps = self._next_steps(people[chosen])
            self._counts.offered_for = time.monotonic() - began + len(steps) / rate
            acting[asyncio.create_task(self._act(people[chosen], steps))] = chosen
            due += len(steps) / rate
            self._collect(free, acting)

    async def _until_free(self, free: set[int], acting: dict[asyncio.Task[None], int]) -> None:
        await asyncio.wait(acting, return_when=asyncio.FIRST_COMPLETED)
        self._collect(free, acting)

    def _collect(self, free: set[int], acting: dict[asyncio.Task[None], int]) -> None:
        for task in [each for each in acting if each.done()]:
            free.add(acting.pop(task))
            task.result()

    def _next_steps(self, someone: Someone) -> list[Step]:
        """The next step, or two in the wrong order."""
        begun, left = len(someone.left) < len(someone.steps), someone.left
        if begun and not someone.ordered and len(left) > 1 and self._chance.random() < self._disturbance.swapped:
            self._counts.swapped += 2
            first, second = left.pop(0), left.pop(0)
            return [second, first]
        return [left.pop(0)]

    async def _act(self, someone: Someone, steps: Sequence[Step]) -> None:
        sent = [Sent(step(someone.openid)) for step in steps]
        someone.sent += sent
        await asyncio.gather(*map(self._deliver, sent))

    async def _deliver(self, sent: Sent) -> None:
        cut = 0.005 if self._chance.random() < self._disturbance.cut else None
        self._counts.cut += cut is not None
        if self._chance.random() < self._disturbance.repeated:
            self._copies.append(asyncio.create_task(self._repeat(sent, self._chance.uniform(0, 2))))
        sent.deliveries.append(await self._platform.deliver(sent.message, cut=cut))
        while not sent.deliveries[
            -1
        ].arrived:  # the server was away for too long: what is lost before it came is no fault of ours
            sent.deliveries.append(await self._platform.deliver(sent.message))
        self._taken += 1
        if sent.is_told_success:  # whoever reads nothing waits for a while
            await asyncio.sleep(self._chance.uniform(0, 2 * self._disturbance.slow_seconds / 3))

    async def _repeat(self, sent: Sent, after: float) -> None:
        await asyncio.sleep(after)
        sent.copies.append(await self._platform.repeat(sent.message))

    async def _expire_tokens(self) -> None:
        while True:
            await asyncio.sleep(self._disturbance.token_seconds)
            self._api.expire_token()

    async def _restarts(self, middle: int) -> None:
        """One after the other, each a quarter of the messages from the middle."""
        if self._disturbance.replaced:
            await self._replaced(middle // 2)
        if self._disturbance.stopped:
            await self._until_taken(middle + middle // 2)
            self._counts.away = await asyncio.to_thread(self._stack.stop_and_start, "public")

    async def _replaced(self, after: int) -> None:
        """A new public server takes over; somebody asks it all through that, on connections of their own."""
        await self._until_taken(after)
        began = time.monotonic()
        replacing = asyncio.create_task(asyncio.to_thread(self._stack.replace_public))
        takeover = Takeover(0, 0, 0, 0)
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as http:
            while not replacing.done():
                asked = time.monotonic()
                try:
                    takeover.refused += (
                        await http.get(f"{self._stack.base_url}/healthz")
                    ).status_code != httpx.codes.OK
                except httpx.TransportError:
                    takeover.refused += 1
                takeover.asked += 1
                takeover.longest = max(takeover.longest, time.monotonic() - asked)
                await asyncio.sleep(0.02)
        await replacing
        takeover.seconds = time.monotonic() - began
        self._counts.takeover = takeover

    async def _until_taken(self, count: int) -> None:
        while self._taken < count:
            await asyncio.sleep(0.05)

    async def _goodbye(self, openids: Sequence[str]) -> None:
        """One more message each, so that what the API refused can come; until nothing waits any more."""
        for openid in openids:
            await self._platform.deliver(messages.text(openid, GOODBYE))
        end = time.monotonic() + DRAINED_WITHIN
        while waiting := rows(self._stack.register, WAITING, self._last):
            assert time.monotonic() < end, f"still waiting: {waiting}"
            await asyncio.sleep(0.2)

    # --- what came of it ------------------------------------------------------------------------------------------------------------

    def _texts(self, openid: str) -> list[str]:
        return [comparable(each.text) for each in self._chats.seen(openid) if each.way is not Way.PLATFORM]

    def _pictures(self, openid: str) -> int:
        return sum(bool(each.media_id) for each in self._chats.seen(openid))

    def _outcome(self, people: Sequence[Someone], seconds: float, filed: int, filers: int) -> Outcome:
        bubbles = [each for someone in people for each in self._chats.seen(someone.openid)]
        expired = sum(call.code == TOKEN_EXPIRED for call in self._api.calls)
        sent = [each for someone in people for each in someone.sent]
        return Outcome(
            messages=len(sent),
            seconds=seconds,
            sent=sent,
            counts=self._counts,
            troubles=Counter(self._api.troubles.happened) + Counter({str(TOKEN_EXPIRED): expired}),
            ways=Counter(each.way.value for each in bubbles),
            filed=filed,
            receipts=len({found for each in bubbles for found in RECEIPT.findall(each.text)}),
            filers=filers,
        )
