"""What an office profile still lacks before citizens rely on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.office import Office
from petition.calendar import WorkCalendar, calendar_warning
from petition.matters import Channel

WITHOUT_BODY = frozenset({Channel.PETITION, Channel.OFFICE, Channel.NONE})
ID = re.compile(r"[A-Z0-9]{2,12}")
PHONE = re.compile(r"(\d{3,5}|\d{3,4}-\d{7,8}(-\d+)?|1[3-9]\d{9}|\d{4}-\d{5})")
MADE_UP = re.compile(r"0000-")


@dataclass(frozen=True)
class Finding:
    """`must`: citizens would be misled; otherwise something that would help them. `field` as in the file."""

    field: str
    message: str
    must: bool = True


def check_office(office: Office, calendar: WorkCalendar, today: date) -> list[Finding]:
    """Everything that is missing or looks wrong, what must be mended first."""
    found = [finding for each in CHECKS for finding in each(office)]
    found += calendar_ends(calendar, today)
    return sorted(found, key=lambda each: not each.must)


def sample(office: Office) -> Iterator[Finding]:
    """The shipped profile and its made-up numbers are no office's."""
    if office.sample:
        yield Finding("sample", "这是随软件附带的示例，请换成本单位的资料，再删去 sample 这一行")
    if "示例" in office.name:
        yield Finding("name", "名称里还有“示例”")


def identity(office: Office) -> Iterator[Finding]:
    if not ID.fullmatch(office.id):
        yield Finding("id", "登记编号的开头要是2到12个大写字母或者数字")
    for field in ("name", "address", "phone", "online"):
        if not getattr(office, field).strip():
            yield Finding(field, "没有填")


def numbers(office: Office) -> Iterator[Finding]:
    """Every phone number looks like one, and none is made up."""
    listed = [("phone", office.phone)]
    listed += [(f"phones.{index}", each.number) for index, each in enumerate(office.phones)]
    listed += [(f"bodies.{channel}.phone", body.phone) for channel, body in office.bodies.items() if body.phone]
    listed += [(f"emergency.{name}", number) for name, number in office.emergency.items()]
    for field, number in listed:
        if MADE_UP.match(number):
            yield Finding(field, f"{number} 是示例里编的号码")
        elif not PHONE.fullmatch(number):
            yield Finding(field, f"{number} 不像电话号码")


def bodies(office: Office) -> Iterator[Finding]:
    """Each channel leads to a door."""
    for channel in Channel:
        if channel in WITHOUT_BODY:
            continue
        body = office.bodies.get(channel)
        if body is None:
            yield Finding(f"bodies.{channel}", f"没有填“{channel.info.title}”去哪里办，群众只会看到本单位的电话")
        elif not body.address and not body.phone:
            yield Finding(f"bodies.{channel}", f"{body.name}没有地址，也没有电话")
    for unknown in sorted(set(office.bodies) - set(map(str, Channel))):
        yield Finding(f"bodies.{unknown}", "没有这个途径，写错了吗？")


def hours(office: Office) -> Iterator[Finding]:
    if not office.opening:
        yield Finding("opening", "没有填上班时间")
    listed = [day for each in office.opening for day in each.days]
    for day in sorted({day for day in listed if listed.count(day) > 1}):
        yield Finding("opening", f"{day.label}填了两次")


def helpful(office: Office) -> Iterator[Finding]:
    """What citizens ask for next."""
    if not office.directions:
        yield Finding("directions", "没有填怎么走（公交、大门、坡道）", must=False)
    if not office.reception_days:
        yield Finding("reception_days", "没有填领导接访日", must=False)
    if not office.places:
        yield Finding("places", "没有填本地地名和俗称，助手会听不懂“老城”这样的说法", must=False)
    for channel, body in sorted(office.bodies.items()):
        if bool(body.address) != bool(body.phone):
            yield Finding(f"bodies.{channel}", f"{body.name}没有{'电话' if body.address else '地址'}", must=False)


def calendar_ends(calendar: WorkCalendar, today: date) -> Iterator[Finding]:
    """Working days are counted on the holiday table, which somebody has to carry on each year."""
    if warning := calendar_warning(calendar, today):
        yield Finding("calendar.yml", warning, must=not calendar.knows(today.year))


CHECKS: tuple[Callable[[Office], Iterator[Finding]], ...] = (sample, identity, numbers, bodies, hours, helpful)
