"""The engine's ranking of topics for what somebody types: over loopback, within a moment, or not at all."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import httpx

from knowledge.outcome import Ranked

PATH = "/webhooks/gateway/ranking"
LIMIT = 0.06  # seconds: of the 120 ms that a keystroke may take
PAUSE_LATE, PAUSE_AWAY = 1.0, 10.0  # seconds without asking after an answer too late, or none at all
SHORTEST = 2  # characters; one says nothing of a question
LEAST_LIKELY = 0.05  # as `clarify` and `nearest` of data/dialogue.yml: less is no match
LEAST_NEAR = 0.28
MOST_REMEMBERED = 256
KEEP_ALIVE = 3.0  # less than the engine's 5 s


class Ranking:
    """Asks the engine; where it is down, late or too old to know the question, there is no ranking."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE),
            trust_env=False,
            transport=transport,
        )
        self._monotonic = monotonic
        self._again_at = 0.0
        self._known: OrderedDict[str, tuple[Ranked, ...]] = OrderedDict()

    async def of(self, text: str) -> tuple[Ranked, ...]:
        """Topics with their probabilities, best first; nothing where nothing is likely."""
        if len(text) < SHORTEST or text in self._known:
            return self._known.get(text, ())
        if self._monotonic() < self._again_at:
            return ()
        try:
            async with asyncio.timeout(LIMIT):
                answer = await self._http.post(PATH, json={"text": text})
            answer.raise_for_status()
            ranked = read(answer.json())
        except TimeoutError:
            self._again_at = self._monotonic() + PAUSE_LATE
            return ()
        except (httpx.HTTPError, ValueError, TypeError, KeyError):
            self._again_at = self._monotonic() + PAUSE_AWAY
            return ()
        self._remember(text, ranked)
        return ranked

    def forget(self) -> None:
        """After a publication the same words may mean another topic."""
        self._known.clear()

    async def aclose(self) -> None:
        await self._http.aclose()

    def _remember(self, text: str, ranked: tuple[Ranked, ...]) -> None:
        self._known[text] = ranked
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def read(answer: Any) -> tuple[Ranked, ...]:
    """What the engine says; too far from every known sentence is no ranking."""
    if float(answer["nearest"]) < LEAST_NEAR:
        return ()
    ranked = (Ranked(str(each["id"]), float(each["score"])) for each in answer["topics"])
    return tuple(each for each in ranked if each.score >= LEAST_LIKELY)
