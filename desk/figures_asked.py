"""Which figures somebody asked for: the days, and the organ, where they may choose one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from cases.figures_sql import Seen
from cases.policy import StaffRole
from desk.access import Signed


@dataclass(frozen=True)
class Asked:
    """A period, both days included, and an organ; `wrong`: what stood in the address could not be meant."""

    begins: date
    ends: date
    body: str | None = None
    wrong: bool = False

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({"from": self.begins, "to": self.ends, **({"body": self.body} if self.body else {})})

    def seen(self, signed: Signed, today: date) -> Seen:
        """The scope of whoever asks: staff of an organ see what their organ has; reports only who may open them."""
        body = signed.actor.body if signed.actor.body is not None else self.body
        return Seen(self.begins, self.ends, today, body=body, reports=StaffRole.DISCIPLINE in signed.actor.roles)


def asked(begins: str, ends: str, body: str, *, today: date, usual: int, longest: int) -> Asked:
    """What stood in the address; the last days where it named none, or none that can be meant."""
    organ = body.strip() or None
    first, last = _day(begins), _day(ends)
    given = Asked(first or (last or today) - timedelta(days=usual - 1), last or today, organ)
    unread = bool(begins and first is None) or bool(ends and last is None)
    if unread or not 0 <= (given.ends - given.begins).days < longest:
        return Asked(today - timedelta(days=usual - 1), today, organ, wrong=True)
    return given


def quick(today: date, body: str | None) -> list[tuple[str, Asked]]:
    """(key of the text, period) of what is asked for most."""
    begins = {
        "quick-today": today,
        "quick-week": today - timedelta(days=6),
        "quick-month": today - timedelta(days=29),
        "quick-this-month": today.replace(day=1),
        "quick-year": today.replace(month=1, day=1),
    }
    return [(key, Asked(day, today, body)) for key, day in begins.items()]


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None
