"""`zhilu receptions`: the calendar of reception days and the queue of one, as lines to read; bookings themselves are in cases/receptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from cases import receptions
from cases.actors import Actor
from cases.database import UnitOfWork
from cases.receptions import InQueue, Plan, Reception
from petition.days import china_day, in_words

AHEAD = timedelta(days=60)
NONE, NOBODY = "近期没有安排接访。", "还没有人预约。"
Say = Callable[[str], None]


def show(uow: UnitOfWork, office: str, say: Say) -> int:
    """The receptions of the next two months."""
    today = china_day(datetime.now(UTC))
    say("\n".join(map(line_of, receptions.days(uow, office, since=today, until=today + AHEAD))) or NONE)
    return 0


def add(uow: UnitOfWork, office: str, plan: Plan, actor: Actor, say: Say) -> int:
    """Plan one; its id for the other commands."""
    say(receptions.add_day(uow, office, plan, actor, now=datetime.now(UTC)))
    return 0


def cancel(uow: UnitOfWork, day_id: str, actor: Actor, say: Say) -> int:
    """It does not take place."""
    booked = receptions.cancel_day(uow, day_id, actor, now=datetime.now(UTC))
    say(f"已取消；有{booked}人约了这一场，用编号预约的已发通知。")
    return 0


def queue(uow: UnitOfWork, day_id: str, actor: Actor, say: Say) -> int:
    """Who comes, masked."""
    rows = receptions.queue_of(uow, day_id, actor, now=datetime.now(UTC))
    say("\n".join(queue_lines(rows)) or NOBODY)
    return 0


def line_of(reception: Reception) -> str:
    """One reception: id, when, who, where, places left."""
    left = "已取消" if reception.cancelled else f"还剩{reception.free}个号（共{reception.seats}个）"
    when = f"{in_words(reception.on)} {reception.starts}至{reception.ends}"
    return "  ".join((reception.id, when, reception.leader, reception.place, left))


def queue_lines(rows: Sequence[InQueue]) -> list[str]:
    """One line a place: number in the queue, what became of it, case number or masked name and phone."""
    return [
        "  ".join(each for each in (f"{row.queue_number}号", row.state.label, row.number, row.name, row.phone) if each)
        for row in rows
    ]
