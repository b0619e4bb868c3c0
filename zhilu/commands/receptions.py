"""Reception days of leaders (领导接访): the calendar, the queue, who came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from zhilu.commands.common import BY, group, one_of, say, settings, unit_of_work
from zhilu.commands.registered import DAY, ROLES, actor

receptions = group("reception days of leaders (领导接访)")

DAY_ID = Annotated[str, typer.Argument(metavar="DAY", help="as `zhilu receptions list` shows it")]
BOOKING = Annotated[str, typer.Argument(metavar="BOOKING", help="as `zhilu receptions queue` shows it")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(receptions, name="receptions")


@receptions.command("list")
def receptions_list(days: Annotated[int, typer.Option("--days", min=1, help="how many days ahead")] = 60) -> int:
    """the reception days to come, with the places left"""
    from cases import receptions as calendar
    from petition.days import china_day

    today = china_day(datetime.now(UTC))
    with unit_of_work() as uow:
        found = calendar.days(uow, _office(), since=today, until=today + timedelta(days=days))
    for each in found:
        state = "已取消" if each.cancelled else f"余{each.free}/{each.seats}"
        say(f"{each.id}  {each.on} {each.starts}-{each.ends}  {each.leader}  {each.place}  {state}")
    say(f"{len(found)}场")
    return 0


@receptions.command("add")
def receptions_add(
    on: Annotated[datetime, typer.Argument(metavar="DATE", formats=[DAY], help="the day, such as 2026-12-08")],
    starts: Annotated[str, typer.Option("--from", help="when it begins, such as 09:00")],
    ends: Annotated[str, typer.Option("--to", help="when it ends")],
    leader: Annotated[str, typer.Option("--leader", help="who receives: name and office, shown to everybody")],
    place: Annotated[str, typer.Option("--place", help="where")],
    seats: Annotated[int, typer.Option("--seats", help="how many people may book")],
    by: BY,
    role: ROLES,
) -> int:
    """put a reception day into the calendar"""
    from cases import receptions as calendar

    plan = calendar.Plan(on.date(), starts, ends, leader, place, seats)
    with unit_of_work() as uow:
        say(calendar.add_day(uow, _office(), plan, actor(by, role, None), now=datetime.now(UTC)))
    return 0


@receptions.command("cancel")
def receptions_cancel(day: DAY_ID, by: BY, role: ROLES) -> int:
    """it does not take place; those who booked with a case are told"""
    from cases import receptions as calendar

    with unit_of_work() as uow:
        booked = calendar.cancel_day(uow, day, actor(by, role, None), now=datetime.now(UTC))
    say(f"已取消，{booked}人原来有预约")
    return 0


@receptions.command("queue")
def receptions_queue(day: DAY_ID, by: BY, role: ROLES) -> int:
    """who has a place, names masked"""
    from cases import receptions as calendar

    with unit_of_work() as uow:
        queue = calendar.queue_of(uow, day, actor(by, role, None), now=datetime.now(UTC))
    for each in queue:
        facts = (each.id, f"{each.queue_number}号", each.state.label, each.number, each.name, each.phone)
        say("  ".join(fact for fact in facts if fact))
    say(f"{len(queue)}人")
    return 0


@receptions.command("book")
def receptions_book(
    day: DAY_ID,
    name: Annotated[str, typer.Option("--name", help="who stands at the window")],
    phone: Annotated[str, typer.Option("--phone", help="to be called when the day is cancelled")],
    by: BY,
    role: ROLES,
) -> int:
    """a place for somebody who stands at the window"""
    from cases import receptions as calendar

    visitor = calendar.Visitor(name, phone)
    with unit_of_work() as uow:
        slip = calendar.book_at_window(uow, visitor, day, actor(by, role, None), now=datetime.now(UTC))
    say(f"{slip.id}  {slip.queue_number}号  {slip.on} {slip.starts}  {slip.leader}  {slip.place}")
    return 0


@receptions.command("mark")
def receptions_mark(
    booking: BOOKING,
    state: Annotated[str, typer.Argument(metavar="STATE", help="came, missed or cancelled")],
    by: BY,
    role: ROLES,
) -> int:
    """who came, who did not, who gives the place back"""
    from cases import receptions as calendar

    states, who, now = calendar.BookingState, actor(by, role, None), datetime.now(UTC)
    wanted = one_of("cases.receptions:BookingState", state)
    if wanted not in (states.CAME, states.MISSED, states.CANCELLED):
        raise typer.BadParameter("STATE: came, missed or cancelled.")
    with unit_of_work() as uow:
        if wanted is states.CANCELLED:
            slip = calendar.cancel_at_window(uow, booking, who, now=now)
        else:
            slip = calendar.mark(uow, booking, wanted, who, now=now)
    say(f"{slip.queue_number}号：{slip.state.label}")
    return 0


def _office() -> str:
    """The code of the office of this installation."""
    from zhilu.office import read_office

    return read_office(settings().office_file).id
