"""The register of an installation, with the calendar and the house rules that its clock goes by."""

from __future__ import annotations

from cases.database import Register, create_register
from cases.house_rules import load_house_rules
from knowledge.calendar import load_calendar
from zhilu.settings import Settings


def open_register(settings: Settings) -> Register:
    """Whoever records an event needs it opened in this way; faults are those of cases.database.create_register and of the two files."""
    return create_register(
        settings.register_url,
        settings.secret("register_key"),
        holidays=load_calendar(settings.calendar_file),
        rules=load_house_rules(settings.house_rules_file),
    )
