"""What the house keeps: the register, the trained model, the office's own tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cases import audit, outbox
from cases.database import UnitOfWork
from cases.opening import CannotOpen, NotMigrated
from knowledge.calendar import load_calendar
from petition.calendar import calendar_warning
from petition.days import china_day
from zhilu import office as profile
from zhilu.doctor.finding import Finding, advice, fault, fine
from zhilu.registers import open_register
from zhilu.runner.errors import CannotRun
from zhilu.runner.training import encoder_cache, filled, inputs_digest, model_file, sealed_digest
from zhilu.settings import ROOT, Settings

CLOCK_MARGIN = timedelta(minutes=5)
WAITS_LONG = timedelta(days=1)
KEY = "register_key"
CALENDAR = "calendar.yml"  # has a check of its own


def register(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether it opens with our key, the clock goes forward, and what should have left has left."""
    if not settings.register_key.get_secret_value() and not (settings.secrets_dir / KEY).exists():
        yield advice("还没有登记库的密钥", "第一次运行 zhilu up 会生成；旧系统搬来的，先把原来的密钥放回去")
        return
    try:
        opened = open_register(settings)
    except NotMigrated as error:
        yield fault(f"登记库的表没有建好或者是旧版本的（{error}）", "zhilu db migrate")
        return
    except CannotOpen as error:
        yield fault(f"登记库打不开：{error}", "按括号里说的处理；要用备份时见docs/handbook.zh-CN.md“备份和恢复”")
        return
    try:
        with opened.unit_of_work() as uow:
            yield fine("登记库能打开，密钥对得上")
            yield from clock(uow, now)
            yield from leaving(uow, now)
    finally:
        opened.close()


def clock(uow: UnitOfWork, now: datetime) -> Iterator[Finding]:
    """Every time limit is counted by this machine's clock."""
    last = audit.last_noted(uow)
    if last is not None and last > now + CLOCK_MARGIN:
        yield fault(
            f"机器的时间比最后一条审计记录还早（记录是{last:%Y-%m-%d %H:%M} UTC）", "校准时间，期限都按这台机器的钟算"
        )


def leaving(uow: UnitOfWork, now: datetime) -> Iterator[Finding]:
    """Notices that wait or were given up."""
    figures = outbox.figures(uow, now=now)
    if figures.dead:
        yield advice(
            f"有{figures.dead}条通知发不出去，已经不再试了", "zhilu outbox list 看原因，改好以后 zhilu outbox retry"
        )
    if figures.oldest > WAITS_LONG:
        yield fault(f"有{figures.waiting}条通知等着发，最早的等了{figures.oldest.days}天", "看jobs进程是不是在运行")


def model(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the model is there and is the one of these data."""
    if not model_file(settings).exists() or not filled(encoder_cache(settings)):
        yield fault("还没有训练好的模型，市民问什么都答不上来", "zhilu train")
    elif sealed_digest(settings) != inputs_digest(ROOT, settings.lessons_dir):
        yield advice("知识或者说法改过以后还没有重新训练", "zhilu train，然后 zhilu stop、zhilu up")
    else:
        yield fine("模型和现在的知识对得上")


def office(settings: Settings, now: datetime) -> Iterator[Finding]:
    """How much `zhilu office check` would say, and how that begins."""
    try:
        found = profile.findings(settings, settings.office_file)
    except CannotRun as error:
        yield fault(f"单位资料读不了：{error}", f"改好{settings.office_file}")
        return
    own = [each for each in found if each.field != CALENDAR]
    for grade, some in (
        (fault, [each for each in own if each.must]),
        (advice, [each for each in own if not each.must]),
    ):
        if some:
            first = some[0]
            yield grade(f"有{len(some)}处，第一处是{first.field}：{first.message}", "zhilu office check 看全部")
    if not own:
        yield fine("单位资料完整")


def holidays(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Working days can be counted."""
    calendar, today = load_calendar(settings.calendar_file), china_day(now)
    grade = advice if calendar.knows(today.year) else fault
    warning = calendar_warning(calendar, today)
    yield grade(warning, f"改{settings.calendar_file}") if warning else fine("节假日安排够用")


def retention(settings: Settings, now: datetime) -> Iterator[Finding]:
    """An office decides how long it keeps what it knows about people (《个人信息保护法》第四十七条)."""
    if settings.case_days:
        yield fine(f"办结的事项{settings.case_days}天后清除个人信息")
    else:
        yield advice("还没有定办结的事项保留多久，个人信息会一直留着", "定下来后设ZHILU_CASE_DAYS，见docs/privacy.md")
