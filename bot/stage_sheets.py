"""What can be read behind each stage of a road: what happens, how long, what the citizen may do, on which article. From petition's table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from petition import deadlines
from petition.lifecycle import Step
from petition.roadmap import Roadmap, RoadmapStage, roadmap
from petition.stages import LIFECYCLE, Act, Role, Stage, Track, register, steps_from

REGISTERED = "您的事已经登记，有了编号和查询码。下一步由信访部门转给管这件事的单位。"


@dataclass(frozen=True)
class StageRight:
    """What the petitioner may do at a stage, and whom to ask."""

    title: str
    to: str
    citation: str


@dataclass(frozen=True)
class StageSheet:
    """One stage; `on` and `due` are days of a case, empty on the road of anybody."""

    id: str
    title: str
    state: str
    on: date | None
    due: date | None
    happens: str
    periods: tuple[str, ...]
    rights: tuple[StageRight, ...]
    articles: tuple[str, ...]


def sheets_of(road: Roadmap, track: Track = Track.OPINION) -> tuple[StageSheet, ...]:
    """The stages of this road."""
    return along(road.stages, track)


def general_road(today: date) -> tuple[dict[str, Any], tuple[StageSheet, ...]]:
    """The road of anybody: no day, and nobody stands on it. The drawing's roadmap, and the sheets."""
    stages = [RoadmapStage(each.id, each.state) for each in roadmap([register(today)], today).stages]
    rows = [each.as_dict() | {"state": "next"} for each in stages]
    return {"stages": rows}, along(stages, Track.OPINION)


def along(stages: Sequence[RoadmapStage], track: Track) -> tuple[StageSheet, ...]:
    """Each stage is reached from the one before it."""
    before = [None, *(each.id for each in stages)]
    return tuple(sheet_of(each, track, came) for each, came in zip(stages, before, strict=False))


def sheet_of(row: RoadmapStage, track: Track, before: Stage | None = None) -> StageSheet:
    """`before`: where a petition comes from; whoever looks at one stage alone may leave it out."""
    stage, steps = row.id, steps_from(row.id, track)
    organs = [step for step in steps if step.role is not Role.PETITIONER]
    rights = [step for step in steps if step.role is Role.PETITIONER]
    periods = tuple(once(each.told for each in periods_of(steps)))
    basis = [
        stage.citation,
        *(step.within.citation for step in organs if step.within),
        *(each.citation for each in rights),
    ]
    return StageSheet(
        id=str(stage),
        title=stage.label,
        state=str(row.state),
        on=row.on,
        due=row.due,
        happens=happens_at(stage, track, before),
        periods=periods,
        rights=tuple(StageRight(step.act.label, step.to_whom, step.citation.text) for step in rights),
        articles=tuple(once(each.text for each in basis)),
    )


def happens_at(stage: Stage, track: Track, before: Stage | None = None) -> str:
    """What the citizen is told when a petition gets there; to the first stage it comes by being filed, whatever may send it back later."""
    if stage is Stage.REGISTERED:
        return REGISTERED
    steps = [step for step in LIFECYCLE if step.to is stage and track in step.tracks]
    usual = [step for step in steps if before in step.source] or [
        step for step in steps if Stage.GUIDED not in step.source
    ]
    return next((step.told for step in (*usual, *steps)), "")


def periods_of(steps: Iterable[Step]) -> list[deadlines.Period]:
    """The periods that run at a stage; the direct notice is for those who were asked without an office between."""
    steps = list(steps)
    periods = [step.within for step in steps if step.within and step.within is not deadlines.DIRECT_NOTICE]
    if any(step.act is Act.EXTEND for step in steps):
        periods.append(deadlines.EXTENSION)
    return periods


def once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
