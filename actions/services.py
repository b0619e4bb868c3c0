"""What the actions need, built once at start; tests build it with what they like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from actions.care import Care, load_care
from actions.dialogue import Dialogue, load_dialogue
from cases.database import Register, create_register
from knowledge.calendar import load_calendar
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.office import Office, load_office
from knowledge.opening import opening
from knowledge.replies import Replies, load_replies
from knowledge.rules import load_rules
from knowledge.spans import days
from petition.calendar import WorkCalendar
from petition.routing import Rules
from zhilu.settings import Settings

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Services:
    """The collaborators of every action."""

    knowledge: KnowledgeBase
    replies: Replies
    office: Office
    dialogue: Dialogue
    care: Care
    rules: Rules
    register: Register
    calendar: WorkCalendar = WorkCalendar()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def today(self) -> date:
        """The day in China."""
        return self.now().astimezone(CHINA).date()

    def windows(self) -> str:
        """Whether the office's windows are open now, in one clause; empty where nothing is known."""
        office, now = self.office, self.now().astimezone(CHINA)
        return opening(office.opening, days(office.closed), self.calendar, now).text(now.date())


def build_services(settings: Settings) -> Services:
    """Everything from the files and the database that the settings name."""
    office = load_office(settings.office_file)
    return Services(
        knowledge=load_knowledge(settings.knowledge_dir),
        replies=load_replies(settings.replies_file, office),
        office=office,
        dialogue=load_dialogue(settings.dialogue_file),
        care=load_care(settings.care_file),
        rules=load_rules(settings.triage_dir),
        register=create_register(settings.register_url, settings.secret("register_key")),
        calendar=load_calendar(settings.calendar_file),
    )
