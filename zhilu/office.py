"""`zhilu office check`: what is missing in the profile of the office."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.calendar import load_calendar
from knowledge.check_office import Finding, check_office
from knowledge.office import Office, load_office
from petition.days import china_day
from zhilu.runner.errors import CannotRun
from zhilu.settings import Environment, Settings


def run_check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints every finding; 1 where something must be mended."""
    path: Path = arguments.file or settings.office_file
    found = findings(settings, path)
    for each in found:
        print(f"{'必须改' if each.must else '建议'}  {each.field}：{each.message}")
    must = sum(each.must for each in found)
    print(f"{path.name}：{must}处必须改，{len(found) - must}条建议" if found else f"{path.name}：没有问题")
    return 1 if must else 0


def findings(settings: Settings, path: Path) -> list[Finding]:
    """What check_office finds; raises CannotRun for a file that cannot be read at all."""
    today = china_day(datetime.now(UTC))
    return check_office(read_office(path), load_calendar(settings.calendar_file), today)


def read_office(path: Path) -> Office:
    """Raises CannotRun with the fields that are wrong."""
    try:
        return load_office(path)
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise CannotRun(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors()]
        raise CannotRun(f"{path} is not the profile of an office:", lines) from error


def refuse_sample(settings: Settings) -> None:
    """In production nobody may be sent to an office that does not exist; raises CannotRun."""
    if settings.environment is Environment.PRODUCTION and read_office(settings.office_file).sample:
        raise CannotRun(
            f"{settings.office_file} is the sample office, and this is production. "
            "Copy it, fill in your own, set ZHILU_OFFICE_FILE, and look with `zhilu office check`."
        )
