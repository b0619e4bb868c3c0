"""What the actions need, built once at start; tests build it with what they like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from actions.care import Care, load_care
from actions.dialogue import Dialogue, load_dialogue
from cases.database import Register, create_register
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.office import Office, load_office
from knowledge.replies import Replies, load_replies
from knowledge.rules import load_rules
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
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def today(self) -> date:
        """The day in China."""
        return self.now().astimezone(CHINA).date()


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
    )
