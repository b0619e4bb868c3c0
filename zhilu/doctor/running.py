"""The programs: does each answer?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zhilu.doctor.finding import Finding, advice, fault, fine
from zhilu.runner.health import answers
from zhilu.runner.instance import Instance
from zhilu.runner.programs import log_file
from zhilu.runner.programs import programs as table
from zhilu.settings import Settings


def programs(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Those with a health address are asked."""
    asked = [each for each in table(settings) if each.health]
    silent = [each for each in asked if not answers(str(each.health))]
    if len(silent) == len(asked) and Instance(settings.var_dir).pid() is None:
        yield advice("系统没有在运行", "zhilu up")
        return
    for each in silent:
        yield fault(f"{each.name}没有回应", f"看{log_file(settings, each.name)}最后几行，再 zhilu stop、zhilu up")
    if not silent:
        yield fine(f"{len(asked)}个服务都有回应")
