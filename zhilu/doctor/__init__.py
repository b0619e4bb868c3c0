"""`zhilu doctor`: looks at everything that an installation needs, and says in plain Chinese what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from zhilu.doctor import doors, house, machine, running
from zhilu.doctor.finding import Finding, Grade, fault
from zhilu.settings import Settings

__all__ = ["Finding", "Grade", "examine", "run"]
Check = Callable[[Settings, datetime], Iterator[Finding]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("磁盘", machine.disk),
    ("文件夹", machine.folders),
    ("外部程序", machine.helpers),
    ("登记库", house.register),
    ("模型", house.model),
    ("单位资料", house.office),
    ("节假日", house.holidays),
    ("保留期限", house.retention),
    ("进程", running.programs),
    ("网址和代理", doors.addresses),
    ("微信", doors.wechat),
)


def examine(settings: Settings, now: datetime) -> list[tuple[str, Finding]]:
    """What every check found, by its name; a check that stumbles is a finding as well."""
    found: list[tuple[str, Finding]] = []
    for name, check in CHECKS:
        try:
            found += [(name, each) for each in check(settings, now)]
        except Exception as error:  # the outer edge of a check: the others have to be made
            found.append((name, fault(f"没能查成（{type(error).__name__}）", "把这一行告诉维护的人")))
    return found


def run(settings: Settings, say: Callable[[str], None]) -> bool:
    """Say everything, what must be mended first; True where nothing must be."""
    found = examine(settings, datetime.now(UTC))
    for grade in Grade:
        for name, each in found:
            if each.grade is grade:
                say(f"{grade.value}  {name}：{each.message}" + (f"。怎么办：{each.todo}" if each.todo else ""))
    counts = {grade: sum(each.grade is grade for _, each in found) for grade in Grade}
    say(f"一共查了{len(CHECKS)}项：{counts[Grade.FAULT]}处必须处理，{counts[Grade.ADVICE]}条建议")
    return not counts[Grade.FAULT]
