"""Housekeeping (定期清理): a table of jobs, run by the program `jobs` and by `zhilu jobs run`. A new job is a new row.

Each job can run at any time, twice or on two machines at once: what is done already is not done again.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.channels.wechat.store import Store, following
from bot.erasures import Erasures
from cases import attachments, conversations, drafts, evidence, handovers, receptions, review
from cases.attachments import AttachmentFiles, ScanState, delete_loose
from cases.ciphers import WrongKey
from cases.database import NotMigrated, Register, UnitOfWork
from cases.notice_texts import NoticeTexts, load_notice_texts
from knowledge.calendar import load_calendar
from knowledge.office import load_office
from petition.calendar import WorkCalendar
from petition.days import china_day
from zhilu import clock_jobs
from zhilu.deliver import Sender
from zhilu.registers import open_register
from zhilu.retention import Retention, What, let_go_filed, list_over, load_retention
from zhilu.runner.errors import CannotRun
from zhilu.scan import Clamd, scanner_at
from zhilu.settings import Settings
from zhilu.sms import gateway_of
from zhilu.trace import configure_logging
from zhilu.wechat import notices_of

logger = logging.getLogger(__name__)
CHECK_SECONDS = 5


@dataclass(frozen=True)
class House:
    """What a job works on; with `dry_run` it only counts."""

    register: Register
    files: AttachmentFiles
    erasures: Erasures
    retention: Mapping[What, Retention]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    dry_run: bool = False
    scanner: Clamd | None = None
    texts: NoticeTexts | None = None
    senders: Mapping[str, Sender] = field(default_factory=dict)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    @property
    def today(self) -> date:
        """The day in China."""
        return china_day(self.now())

    def before(self, what: What) -> date:
        """The first day from which this is still kept."""
        return self.retention[what].before(self.today)


@dataclass(frozen=True)
class Job:
    """A piece of housekeeping: how often, the function that does it and says to how many things, and what it does to them."""

    name: str
    title: str
    every: timedelta
    run: Callable[[House], int]
    verb: str = "deleted"


def expire_drafts(house: House) -> int:
    """Drafts whose days are over; their files are loose afterwards."""
    with house.register.unit_of_work() as uow:
        return drafts.expire(uow, house.now(), dry_run=house.dry_run)


def delete_loose_files(house: House) -> int:
    """Files of nobody: their conversation or their draft is gone, and they were not filed."""
    with house.register.unit_of_work() as uow:
        return delete_loose(uow, house.files, dry_run=house.dry_run)


def forget_conversations(house: House) -> int:
    """Conversations nobody came back to: promised away, as if the citizen had ended them; the public server keeps the promise.

    One that staff were called to stays as long as their flag may.
    """
    with house.register.unit_of_work() as uow:
        abandoned = conversations.abandoned(uow, house.before(What.CONVERSATIONS))
        held = {
            flag.conversation
            for flag in handovers.waiting(uow)
            if flag.opened_at > house.now() - handovers.KEPT_AT_MOST
        }
    due = [each for each in abandoned if each not in held]
    if not house.dry_run:
        for conversation in due:
            house.erasures.promise(conversation)
    return len(due)


def scan_files(house: House) -> int:
    """Files that came while the scanner was away, or before there was one."""
    scanner = house.scanner
    if scanner is None or not asyncio.run(scanner.answers()):
        return 0
    with house.register.unit_of_work() as uow:
        waiting = attachments.unscanned(uow)
        return len(waiting) if house.dry_run else sum(scan_one(house, scanner, uow, each) for each in waiting)


def scan_one(house: House, scanner: Clamd, uow: UnitOfWork, attachment: str) -> bool:
    """Whether the scanner could tell; what was taken back meanwhile or cannot be read does not keep the others waiting."""
    try:
        state = asyncio.run(scanner.scan(house.files.pieces(uow.ciphers, attachment)))
    except (FileNotFoundError, WrongKey) as error:
        logger.error("attachment %s was not scanned: %s", attachment, type(error).__name__)
        return False
    if state is ScanState.UNSCANNED:
        return False
    attachments.note_scan(uow, attachment, state, house.now())
    if state is ScanState.INFECTED:
        logger.warning("attachment %s is infected; it is shown to nobody", attachment)
    return True


def seal_evidence(house: House) -> int:
    """Files of reports that lie in the general compartment still: filed while something broke, or classified as a report later."""
    with house.register.unit_of_work() as uow:
        return 0 if house.dry_run else evidence.seal_evidence(uow, house.files)


def remind_of_receptions(house: House) -> int:
    """Citizens who have a place in tomorrow's reception."""
    with house.register.unit_of_work() as uow:
        return 0 if house.dry_run else receptions.remind(uow, now=house.now())


def purge_questions(house: House) -> int:
    """Questions for review that were not asked again for a long time."""
    before = house.before(What.QUESTIONS)
    with house.register.unit_of_work() as uow:
        if house.dry_run:
            return sum(each.asked_on < before for each in review.questions(uow, state=None))
        return review.forget(uow, before=before)


def let_go_of_filed(house: House) -> int:
    """What was filed, sent or held, once the days that the office has set for it are over."""
    now = house.now()
    if house.dry_run:
        return sum(over.count for over in list_over(house.register, house.retention, now))
    return sum(over.count for over in let_go_filed(house.register, house.files, house.retention, now))


JOBS = (
    Job("deliver", "等着发给信访人的通知", timedelta(seconds=CHECK_SECONDS), clock_jobs.send_notices, "sent"),
    Job("remind-of-rights", "快到期的复查、复核权利", timedelta(hours=1), clock_jobs.remind_of_rights, "told"),
    Job("tell-of-lateness", "单位超期的信访事项", timedelta(hours=1), clock_jobs.tell_of_lateness, "told"),
    Job("count-due-soon", "快到期的信访事项", timedelta(hours=12), clock_jobs.count_due_soon, "counted"),
    Job("check-calendar", "节假日安排够不够用", timedelta(days=1), clock_jobs.check_calendar, "missing"),
    Job("expire-drafts", "过期的草稿", timedelta(hours=1), expire_drafts),
    Job("delete-loose-files", "没有归属的材料", timedelta(minutes=10), delete_loose_files),
    Job("seal-evidence", "检举控告的材料", timedelta(minutes=1), seal_evidence, "sealed"),
    Job("remind-of-receptions", "明天领导接访的预约", timedelta(hours=1), remind_of_receptions, "told"),
    Job("scan-files", "没有查过病毒的材料", timedelta(minutes=5), scan_files, "scanned"),
    Job("forget-conversations", "没有再说话的对话", timedelta(days=1), forget_conversations),
    Job("let-go-of-filed", "期满的登记事项、通知和记录", timedelta(days=1), let_go_of_filed),
    Job("purge-questions", "过期的未答问题", timedelta(days=1), purge_questions),
)


@dataclass
class Schedule:
    """Runs what is due; `clock` counts seconds. Everything is due at the start."""

    house: House
    jobs: tuple[Job, ...] = JOBS
    clock: Callable[[], float] = time.monotonic
    done: dict[str, float] = field(default_factory=dict)

    def run_due(self) -> None:
        """Every job whose time has come, one after the other."""
        for job in self.jobs:
            last = self.done.get(job.name)
            if last is None or self.clock() - last >= job.every.total_seconds():
                self.done[job.name] = self.clock()
                run_safely(job, self.house)


def run_safely(job: Job, house: House) -> int | None:
    """How many things it dealt with; None where it failed: it is tried again at its next time."""
    try:
        count = job.run(house)
    except Exception as error:  # the outer edge of a job; the error's own text may quote a row
        logger.error("job %s failed: %s", job.name, type(error).__name__)
        return None
    if count:
        logger.info("job %s: %d", job.name, count)
    return count


@contextmanager
def open_house(settings: Settings, *, dry_run: bool = False) -> Iterator[House]:
    """The house of an installation whose database is migrated."""
    calendar, gateway = load_calendar(settings.calendar_file), gateway_of(settings)
    try:
        register = open_register(settings)
    except NotMigrated as error:
        raise CannotRun("the register has no tables yet: zhilu db migrate") from error
    texts = load_notice_texts(settings.notices_file, office_facts(settings))
    follows = following(Store(register, lambda: datetime.now(UTC)))
    senders = (gateway, notices_of(settings, register, follows))
    try:
        yield House(
            register,
            AttachmentFiles(settings.var_dir / "attachments"),
            Erasures(settings.var_dir / "erasures"),
            load_retention(settings.retention_file, settings),
            dry_run=dry_run,
            scanner=scanner_at(settings.clamd),
            texts=texts,
            senders={each.channel: each for each in senders if each},
            calendar=calendar,
        )
    finally:
        register.close()


def office_facts(settings: Settings) -> dict[str, str]:
    """What every notice says about us."""
    office = load_office(settings.office_file)
    return {"office": office.name, "phone": office.phone}


def run_once(settings: Settings, arguments: argparse.Namespace) -> int:
    """`zhilu jobs run`: every job now, a line each; exit status 1 where one failed."""
    with open_house(settings, dry_run=arguments.dry_run) as house:
        counts = [(job, run_safely(job, house)) for job in JOBS]
    would = "would be " if arguments.dry_run else ""
    for job, count in counts:
        print(f"{job.name.ljust(22)}{'failed' if count is None else f'{count} {would}{job.verb}'}")
    return 1 if any(count is None for _, count in counts) else 0


def run_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    """`zhilu jobs list`: the jobs, and how long what is kept."""
    for job in JOBS:
        print(f"{job.name.ljust(22)}every {str(job.every).removesuffix(', 0:00:00').ljust(10)}{job.title}")
    for row in load_retention(settings.retention_file, settings).values():
        print(f"{row.what.ljust(22)}{row.length.ljust(10)}{row.title}。{row.basis}")
    return 0


def main() -> None:
    """Run what is due every few seconds, until a signal."""
    settings, stop = Settings(), threading.Event()
    configure_logging(settings.log_level)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with open_house(settings) as house:
        schedule = Schedule(house)
        while not stop.is_set():
            schedule.run_due()
            stop.wait(CHECK_SECONDS)


if __name__ == "__main__":
    main()
