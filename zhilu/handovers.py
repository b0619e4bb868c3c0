"""`zhilu handovers`: who waits for a person, until the desk shows it; take one, close one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from cases import handovers
from cases.database import NotMigrated, UnitOfWork, create_register
from cases.handovers import Flag, HandoverKind, HandoverNotFound, HandoverState
from petition.days import CHINA
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings

KINDS = {
    HandoverKind.SELF_HARM: "可能轻生",
    HandoverKind.VIOLENCE: "正受伤害",
    HandoverKind.EMERGENCY: "紧急情况",
    HandoverKind.THREAT: "扬言伤人",
    HandoverKind.ASKED: "要找人工",
}
SURFACES = {"kiosk": "大厅自助机", "web": "网页", "wechat": "微信", "telegram": "电报", "unknown": "不详"}
NOBODY = "没有人在等。"


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Take or close one where that is asked, then one line for each that is left, danger first."""
    if arguments.take and not arguments.by:
        raise CannotRun("--take needs --by NAME")
    with opened(settings) as uow:
        try:
            if arguments.take:
                handovers.take(uow, arguments.take, arguments.by)
            if arguments.close:
                handovers.close(uow, arguments.close, datetime.now(UTC))
        except HandoverNotFound as missing:
            raise CannotRun(f"no open hand-over {missing}") from None
        flags = handovers.waiting(uow)
    print("\n".join(map(line_of, flags)) or NOBODY)
    return 0


def line_of(flag: Flag) -> str:
    """Kind, since when, where, which conversation, who; not a word of what was said."""
    since = flag.opened_at.astimezone(CHINA).strftime("%m月%d日 %H:%M")
    state = f"{flag.taken_by}在办" if flag.state is HandoverState.TAKEN else "等人接"
    where = SURFACES.get(flag.surface, flag.surface)
    return "  ".join((flag.id, KINDS[flag.kind], since, where, f"对话 {flag.conversation}", state))


@contextmanager
def opened(settings: Settings) -> Iterator[UnitOfWork]:
    try:
        register = create_register(settings.register_url, settings.secret("register_key"))
    except NotMigrated as error:
        raise CannotRun(f"{error}; `zhilu db migrate` makes them") from None
    try:
        with register.unit_of_work() as uow:
            yield uow
    finally:
        register.close()
