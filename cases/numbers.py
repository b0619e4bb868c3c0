"""Case numbers: `{office}-{yyyymmdd}-{n}`, n counted per office and day in China, without a gap or a double."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cases.models import Counter
from petition.days import china_day


def next_number(session: Session, office: str, now: datetime) -> str:
    """The next number; it is used up only if the transaction under way is committed."""
    day = china_day(now).strftime("%Y%m%d")
    counted = update(Counter).where(Counter.office == office, Counter.day == day).values(last=Counter.last + 1)
    last = session.scalar(counted.returning(Counter.last).execution_options(synchronize_session=False))
    if last is None:
        last = 1
        session.add(Counter(office=office, day=day, last=last))
    return f"{office}-{day}-{last}"
