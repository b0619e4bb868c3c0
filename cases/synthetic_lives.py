"""Made-up lives of petitions for demonstrations and measurements: every step is taken by the rules of petition themselves."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petition.deadlines import HolidayCalendar
from petition.matters import Branch, Channel, PetitionType
from petition.stages import Act, Event, Ground, Outcome, Role, apply_act, find_step, register, stage_of, track_of

BODIES = tuple(
    f"示例{area}{bureau}"
    for area in ("县", "河西区", "河东区", "山南区")
    for bureau in (
        "人力资源和社会保障局", "自然资源局", "住房和城乡建设局", "农业农村局", "生态环境局",
        "交通运输局", "教育局", "卫生健康局", "民政局", "市场监督管理局",
    )
)  # fmt: skip
HIGHER_BODIES = ("示例市人民政府", "示例省人民政府")
LATE = 0.06  # of the steps that an organ takes after its last day
VARIANTS = 4

# act, who, days after the step before: least and most
_PACE = {
    Act.FORWARD: (Role.OFFICE, 0, 13),
    Act.ASSIGN: (Role.OFFICE, 0, 13),
    Act.OBJECT: (Role.ORGAN, 1, 5),
    Act.GUIDE: (Role.OFFICE, 1, 14),
    Act.ACCEPT: (Role.ORGAN, 1, 14),
    Act.DECLINE: (Role.ORGAN, 2, 14),
    Act.HANDLE: (Role.ORGAN, 0, 4),
    Act.EXTEND: (Role.ORGAN, 40, 52),
    Act.REPLY: (Role.ORGAN, 12, 50),
    Act.REQUEST_REVIEW: (Role.PETITIONER, 3, 28),
    Act.REVIEW: (Role.REVIEWER, 10, 29),
    Act.REQUEST_RECHECK: (Role.PETITIONER, 3, 28),
    Act.RECHECK: (Role.RECHECKER, 10, 29),
    Act.CONCLUDE: (Role.OFFICE, 32, 60),
    Act.WITHDRAW: (Role.PETITIONER, 1, 20),
    Act.SUPPLEMENT: (Role.PETITIONER, 1, 10),
    Act.REMIND: (Role.PETITIONER, 5, 12),
    Act.RATE: (Role.PETITIONER, 1, 20),
}
_NAMED_BODY = frozenset({Act.FORWARD, Act.ASSIGN})
_HIGHER_BODY = {Act.REQUEST_REVIEW: HIGHER_BODIES[0], Act.REQUEST_RECHECK: HIGHER_BODIES[1]}

A, T = Act, PetitionType
_REVIEWED = (A.REQUEST_REVIEW, A.REVIEW)
_RECHECKED = (*_REVIEWED, A.REQUEST_RECHECK, A.RECHECK)
_HANDLED = (A.ACCEPT, A.HANDLE, A.REPLY)

# How often of a thousand, type, branch of 第三十一条, and what happens.
_PATHS: tuple[tuple[int, PetitionType, Branch | None, tuple[Act, ...]], ...] = (
    (250, T.CLAIM, Branch.OPINION, (A.FORWARD, *_HANDLED, A.CONCLUDE)),
    (60, T.CLAIM, Branch.OPINION, (A.ASSIGN, *_HANDLED, A.RATE, A.CONCLUDE)),
    (60, T.CLAIM, Branch.OPINION, (A.SUPPLEMENT, A.FORWARD, A.ACCEPT, A.HANDLE, A.REMIND, A.REPLY, A.CONCLUDE)),
    (40, T.CLAIM, Branch.OPINION, (A.FORWARD, A.ACCEPT, A.HANDLE, A.EXTEND, A.REPLY, A.CONCLUDE)),
    (60, T.CLAIM, Branch.OPINION, (A.FORWARD, *_HANDLED, *_REVIEWED, A.CONCLUDE)),
    (20, T.CLAIM, Branch.OPINION, (A.FORWARD, *_HANDLED, *_RECHECKED, A.CONCLUDE)),
    (30, T.CLAIM, Branch.OPINION, (A.FORWARD, A.OBJECT, A.FORWARD, *_HANDLED, A.CONCLUDE)),
    (40, T.CLAIM, Branch.OPINION, (A.FORWARD, A.DECLINE, A.CONCLUDE)),
    (40, T.CLAIM, Branch.OPINION, (A.FORWARD, A.ACCEPT, A.WITHDRAW)),
    (60, T.CLAIM, Branch.LITIGATION, (A.GUIDE, A.CONCLUDE)),
    (80, T.CLAIM, Branch.ARBITRATION, (A.GUIDE, A.CONCLUDE)),
    (60, T.CLAIM, Branch.ADMINISTRATIVE, (A.GUIDE, A.CONCLUDE)),
    (80, T.CLAIM, Branch.DUTY, (A.FORWARD, *_HANDLED, A.CONCLUDE)),
    (70, T.SUGGESTION, None, (A.FORWARD, *_HANDLED, A.CONCLUDE)),
    (45, T.REPORT, None, (A.ASSIGN, *_HANDLED, A.CONCLUDE)),
    (5, T.CLAIM, Branch.OPINION, ()),
)


@dataclass(frozen=True)
class Move:
    """One step: so many days after the one before; `body`: to whom it goes."""

    act: Act
    role: Role
    after: int
    days: int | None = None
    body: str | None = None


@dataclass(frozen=True)
class Lived:
    """One event of a life, and what the act had to carry."""

    event: Event
    details: Mapping[str, object]


@dataclass(frozen=True)
class Life:
    """What happens to one kind of petition, and how often of a thousand."""

    weight: float
    type: PetitionType
    branch: Branch | None
    moves: tuple[Move, ...]
    body: str


def lives(seed: int = 1) -> tuple[Life, ...]:
    """Every path in several paces, some of them late."""
    chance = random.Random(seed)  # noqa: S311
    return tuple(
        _life(chance, weight / VARIANTS, kind, branch, acts)
        for weight, kind, branch, acts in _PATHS
        for _ in range(VARIANTS)
    )


def _life(
    chance: random.Random, weight: float, kind: PetitionType, branch: Branch | None, acts: tuple[Act, ...]
) -> Life:
    body = chance.choice(BODIES)
    return Life(weight, kind, branch, tuple(_move(chance, act, body) for act in acts), body)


def _move(chance: random.Random, act: Act, body: str) -> Move:
    role, least, most = _PACE[act]
    after = chance.randint(least, most)
    if role is not Role.PETITIONER and act is not Act.EXTEND and chance.random() < LATE:  # nobody extends too late
        after += most
    where = body if act in _NAMED_BODY else _HIGHER_BODY.get(act)
    return Move(act, role, after, days=30 if act is Act.EXTEND else None, body=where)


def lived_until(life: Life, filed_on: date, today: date, holidays: HolidayCalendar) -> tuple[Lived, ...]:
    """The history of such a petition, filed on a day, as of today."""
    track = track_of(life.type, life.branch)
    history: tuple[Event, ...] = (register(filed_on),)
    details: list[Mapping[str, object]] = [{}]
    for move, on in _dated(life, filed_on):
        if on > today:
            break
        step = find_step(stage_of(history), move.act, move.role, track)
        body = move.body or (life.body if move.role is not Role.OFFICE else None)
        received_on = on if move.act in (Act.REPLY, Act.REVIEW) else None
        event = apply_act(
            history, move.act, move.role, on,
            track=track, days=move.days, body=body, received_on=received_on, holidays=holidays,
        )  # fmt: skip
        history = (*history, event)
        details.append({name: _said(name, move, step.grounds) for name in step.needs})
    return tuple(map(Lived, history, details))


def _dated(life: Life, filed_on: date) -> Iterator[tuple[Move, date]]:
    on = filed_on
    for move in life.moves:
        on += timedelta(days=move.after)
        yield move, on


def _said(name: str, move: Move, grounds: Sequence[Ground]) -> object:
    """What a made-up clerk writes."""
    said: dict[str, object] = {
        "body": move.body,
        "channel": Channel.LABOUR_ARBITRATION.value,
        "ground": grounds[0].value if grounds else None,
        "outcome": Outcome.EXPLAIN.value,
        "days": move.days,
        "competent_body": BODIES[0],
    }
    return said.get(name, f"演示数据：{move.act.label}，按规定办理。")
