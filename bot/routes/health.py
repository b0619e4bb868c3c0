"""Whether the server lives, whether what it needs answers, and its figures."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from bot.routes.dependencies import ServicesOf
from bot.schemas import Readiness

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def ready(services: ServicesOf) -> Response:
    """Engine, actions and database, asked at once; 503 when one fails."""
    answers: list[Any] = await asyncio.gather(*(probe() for probe in services.probes.values()))
    states = {name: "ok" if answer else "failed" for name, answer in zip(services.probes, answers, strict=True)}
    return JSONResponse(states, status_code=200 if all(answers) else 503)


@router.get("/metrics", response_class=Response)
async def metrics(services: ServicesOf) -> Response:
    """For Prometheus."""
    if await services.records.ready():
        services.metrics.handovers_waiting.set(await services.records.handovers_waiting())
        services.metrics.note_outbox(await services.records.outbox_figures())
    return Response(services.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")
