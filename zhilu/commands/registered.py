"""The cases themselves: list, show, act, those that are late; and the rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from zhilu.commands.common import BY, group, named, one_of, say, unit_of_work

if TYPE_CHECKING:
    from cases.actors import Actor
    from cases.database import UnitOfWork
    from cases.queue import Filters, Page

cases = group("the cases in the register; every look into one stands in the audit log")

NUMBER = Annotated[str, typer.Argument(metavar="NUMBER", help="the number of a case, such as XF-20261121-1")]
ROLES = Annotated[
    list[str],
    typer.Option("--role", help="what you are: clerk, handler, head, reviewer, rechecker, supervisor, discipline"),
]
HOUSE = Annotated[
    str | None, typer.Option("--house", help="the organ that you belong to; otherwise the registering office")
]
STAGE = Annotated[
    list[str] | None, typer.Option("--stage", help="registered, forwarded … (several times: any of them)")
]
BODY = Annotated[str | None, typer.Option("--body", help="the organ that has it")]
CLERK = Annotated[str | None, typer.Option("--clerk", help="who looks after it")]
MATTER = Annotated[list[str] | None, typer.Option("--matter", help="labour, land …")]
MOST = Annotated[int, typer.Option("--most", help="how many lines")]
REPORTS = Annotated[
    str | None,
    typer.Option(
        "--reports", metavar="NAME", callback=named, help="also reports (检举控告); who of the discipline role looks"
    ),
]
APPROVAL = Annotated[str, typer.Argument(metavar="ID", help="as `zhilu cases show` has it")]
DAY = "%Y-%m-%d"


def add_to(app: typer.Typer) -> None:
    app.add_typer(cases, name="cases")
    app.command()(rates)


@cases.command("list")
def cases_list(
    stage: STAGE = None,
    body: BODY = None,
    clerk: CLERK = None,
    matter: MATTER = None,
    reports: REPORTS = None,
    most: MOST = 50,
) -> int:
    """what waits at the desk, the next last day first"""
    from cases.queue import page

    return _show_list(page, _filters(stage, body, clerk, matter, reports), reports, most)


@cases.command("overdue")
def cases_overdue(body: BODY = None, clerk: CLERK = None, reports: REPORTS = None, most: MOST = 50) -> int:
    """what should have been done by now"""
    from cases.queue import overdue

    return _show_list(overdue, _filters(None, body, clerk, None, reports), reports, most)


@cases.command("show")
def cases_show(
    number: NUMBER,
    by: BY,
    role: ROLES,
    house: HOUSE = None,
    reason: Annotated[str | None, typer.Option("--reason", help="why names and words are needed in full")] = None,
) -> int:
    """one case, names and words masked unless a reason is given"""
    from cases.acts.staff_view import staff_view

    with unit_of_work() as uow:
        view = staff_view(uow, case_id(uow, number), actor(by, role, house), now=datetime.now(UTC), reason=reason)
    seen, clock = view.seen, view.seen.roadmap.clock
    say(
        f"{seen.number}  {seen.type_title}  {seen.matter_title}  {seen.stage.label}  {seen.body or '-'}  第{view.version}版"
    )
    if clock:
        say(f"期限 {clock.due}  {clock.owed_by}")
    for party in view.parties:
        say("  ".join(part for part in (party.role.value, party.name, party.phone, party.address) if part))
    for slot, value in view.values.items():
        say(f"{slot}：{value}")
    for deed in view.history:
        details = "，".join(f"{name}：{value}" for name, value in deed.details.items())
        say("  ".join(part for part in (str(deed.event.on), deed.event.act.label, deed.actor, details) if part))
    for approval in view.approvals:
        say(f"等批准  {approval.id}  {approval.act.label}  {approval.proposed_by}")
    if view.acts:
        say("可以：" + "、".join(f"{act.label}（{act}）" for act in view.acts))
    return 0


@cases.command("act")
def cases_act(
    number: NUMBER,
    what: Annotated[str, typer.Argument(metavar="ACT", help="forward, accept, reply …")],
    by: BY,
    role: ROLES,
    house: HOUSE = None,
    detail: Annotated[
        list[str] | None, typer.Option("--detail", help="what the act must carry: body=…, reason=…, channel=…")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=[DAY], help="the day it was done, otherwise today")
    ] = None,
    received: Annotated[
        datetime | None, typer.Option("--received", formats=[DAY], help="the day it reached its addressee")
    ] = None,
    days: Annotated[int | None, typer.Option("--days", help="of an extension or a hearing")] = None,
    version: Annotated[
        int | None, typer.Option("--version", help="refuse where the case has changed since this version")
    ] = None,
) -> int:
    """do something with a case, by law and by what you may; some acts wait for a second person"""
    from cases.acts.staff import act

    with unit_of_work() as uow:
        done = act(
            uow, case_id(uow, number), one_of("petition.stages:Act", what), actor(by, role, house),
            details=_details(detail or []), on=_day(on), received_on=_day(received), days=days, version=version,
            now=datetime.now(UTC),
        )  # fmt: skip
    proposed = getattr(done, "proposed_by", None)
    say(f"{number}：{done.act.label}" + (f"，等另一人批准，编号 {getattr(done, 'id', '')}" if proposed else ""))
    return 0


@cases.command("approve")
def cases_approve(approval: APPROVAL, by: BY, role: ROLES, house: HOUSE = None) -> int:
    """let what another person proposed take effect"""
    from cases.acts import approvals

    with unit_of_work() as uow:
        done = approvals.approve(uow, approval, actor(by, role, house), now=datetime.now(UTC))
    say(f"{done.act.label}：已批准")
    return 0


@cases.command("refuse")
def cases_refuse(
    approval: APPROVAL,
    by: BY,
    role: ROLES,
    house: HOUSE = None,
    reason: Annotated[str, typer.Option("--reason", help="why")] = "",
) -> int:
    """do not let it take effect"""
    from cases.acts import approvals

    with unit_of_work() as uow:
        approvals.refuse(uow, approval, actor(by, role, house), reason=reason, now=datetime.now(UTC))
    say("未批准")
    return 0


def rates(
    begins: Annotated[datetime, typer.Option("--from", formats=[DAY], help="the first day")],
    ends: Annotated[datetime, typer.Option("--to", formats=[DAY], help="the last day")],
    office: Annotated[str | None, typer.Option("--office", help="the code of an office")] = None,
    body: BODY = None,
    matter: Annotated[str | None, typer.Option("--matter", help="labour, land …")] = None,
    door: Annotated[str | None, typer.Option("--door", help="letter, visit, network, call")] = None,
) -> int:
    """及时受理率、按期办结率、参评率、满意率、一次性化解率 of a period (docs/rates.md)"""
    from cases import rates as counting
    from cases.rates_sql import Scope
    from petition.days import china_day

    if ends < begins:
        raise typer.BadParameter("--to: the period ends before it begins.")
    chosen = one_of("petition.matters:Matter", matter) if matter else None
    entered = one_of("petition.doors:Door", door) if door else None
    today = china_day(datetime.now(UTC))
    scope = Scope(begins.date(), ends.date(), today, office=office, body=body, matter=chosen, door=entered)
    with unit_of_work() as uow:
        for rate in counting.rates(uow, scope):
            say(f"{rate.title}：{rate.text}")
    return 0


def _show_list(listing: object, filters: Filters, reports: str | None, most: int) -> int:
    now = datetime.now(UTC)
    with unit_of_work() as uow:
        if reports:
            _note_look(uow, reports, now)
        pages = _pages(uow, listing, filters, now, most)
        shown = 0
        for one in pages:
            for row in one.rows:
                left = "" if row.days_left is None else f"{row.due_on} ({row.days_left:+d}天)"
                line = (
                    row.number,
                    row.type.label,
                    row.matter.info.title,
                    row.stage.label,
                    row.body or "-",
                    row.clerk or "-",
                    left,
                )
                say("  ".join(line).rstrip())
                shown += 1
    say(f"{shown}件，共{one.counted}件")
    return 0


def _note_look(uow: UnitOfWork, by: str, now: datetime) -> None:
    """That there is a report is a secret itself: looking at the list of them is noted."""
    from cases import audit

    uow.write(lambda: audit.note(uow.session, audit.Entry(now, by, "read:reports")))


def _pages(uow: UnitOfWork, listing: object, filters: Filters, now: datetime, most: int) -> Iterator[Page]:
    after = None
    assert callable(listing)
    while True:
        one: Page = listing(uow, filters, after=after, now=now, rows=min(most, 200))
        yield one
        most, after = most - len(one.rows), one.after
        if after is None or most <= 0:
            return


def _filters(
    stages: list[str] | None, body: str | None, clerk: str | None, matters: list[str] | None, reports: str | None
) -> Filters:
    from cases.queue import OPEN, Filters

    chosen = frozenset(one_of("petition.stages:Stage", each) for each in stages or [])
    about = frozenset(one_of("petition.matters:Matter", each) for each in matters or [])
    return Filters(stages=chosen or OPEN, body=body, clerk=clerk, matters=about, reports=bool(reports))


def actor(name: str, roles: list[str], house: str | None) -> Actor:
    from cases.actors import Actor

    return Actor(name, frozenset(one_of("cases.policy:StaffRole", each) for each in roles), house)


def case_id(uow: UnitOfWork, number: str) -> str:
    from cases.queue import id_of

    return id_of(uow, number)


def _details(given: list[str]) -> dict[str, object]:
    pairs = [re.split(r"[=＝]", each, maxsplit=1) for each in given]
    if wrong := [pair[0] for pair in pairs if len(pair) == 1]:
        raise typer.BadParameter(f"--detail {wrong[0]}: write NAME=TEXT")
    return {pair[0]: pair[1] for pair in pairs}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
