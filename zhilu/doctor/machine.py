"""The machine: room, who may read what, programs of others that we call."""

from __future__ import annotations

import asyncio
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from zhilu.doctor.finding import Finding, advice, fault, fine
from zhilu.scan import scanner_at
from zhilu.settings import Settings

GB = 1024**3
LEAST_FREE, GOOD_FREE = GB, 5 * GB
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def disk(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Room where databases, attachments and logs grow."""
    free = shutil.disk_usage(nearest(settings.var_dir)).free
    left = f"{settings.var_dir}所在的磁盘还剩{free / GB:.1f}GB"
    if free < LEAST_FREE:
        yield fault(left, "腾出地方或者换大的磁盘：满了就登记不了新的信访事项")
    elif free < GOOD_FREE:
        yield advice(left, "尽快腾出地方")
    else:
        yield fine(left)


def nearest(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def folders(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What holds secrets and petitions is for the account of the service alone."""
    if not settings.var_dir.exists():
        yield advice(f"还没有{settings.var_dir}", "第一次运行 zhilu up 会建好")
        return
    secrets = [settings.secrets_dir, *sorted(settings.secrets_dir.glob("*"))] if settings.secrets_dir.exists() else []
    kept = [*secrets, *sorted(settings.var_dir.glob("*.db")), settings.var_dir / "attachments"]
    open_ones = [each for each in kept if each.exists() and each.stat().st_mode & FOR_OTHERS]
    for each in open_ones:
        yield fault(f"{each}别的账号也能打开", f"chmod go-rwx {each}")
    if not open_ones:
        yield fine("密钥、登记库和材料只有本系统的账号能打开")


def helpers(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What is missing takes a little away, and nothing stops."""
    for program, lost in ((settings.soffice, "文书只能出docx，出不了PDF"), (settings.espeak, "自助机不能朗读")):
        if program and not shutil.which(program):
            yield advice(f"没有装{program}，{lost}", f"装上{Path(program).name}，或者不用这一项")
    yield from writing()
    yield from scanner(settings)


def writing() -> Iterator[Finding]:
    from bot.drawing import can_write_chinese

    if can_write_chinese():
        yield fine("有中文字体")
    else:
        yield advice("没有中文字体，微信里看不到路线图的图片", "装上Noto Sans CJK（apt install fonts-noto-cjk）")


def scanner(settings: Settings) -> Iterator[Finding]:
    clamd = scanner_at(settings.clamd)
    if clamd is None:
        yield advice("没有查毒程序，市民交来的材料不查毒", "装上clamd，设ZHILU_CLAMD")
    elif asyncio.run(clamd.answers()):
        yield fine("查毒程序有回应")
    else:
        yield fault(f"查毒程序（{settings.clamd}）没有回应，材料收下了但没有查毒", "看clamd是不是在运行")
