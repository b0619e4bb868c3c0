"""What the actions need, built once at start; tests build it with what they like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from actions.dialogue import Dialogue, load_dialogue
from actions.questions import Questions, load_questions
from cases.attachments import AttachmentFiles
from cases.database import Register
from cases.notice_texts import NoticeTexts, load_notice_texts
from cases.review import ReviewBook
from knowledge.calendar import load_calendar
from knowledge.care import Care, load_care
from knowledge.followups import Followups, load_followups
from knowledge.guides import load_guides
from knowledge.labels import load_labels
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.office import Office, load_office
from knowledge.opening import opening
from knowledge.papers import Papers, load_papers
from knowledge.ranking import TopicWords
from knowledge.replies import Replies, load_replies
from knowledge.rules import load_rules
from knowledge.spans import days
from knowledge.terms import Synonyms, Terms, load_synonyms, load_terms
from petition.calendar import WorkCalendar
from petition.days import CHINA, china_day
from petition.guides import Guides
from petition.routing import Rules
from zhilu.registers import open_register
from zhilu.settings import Settings


@dataclass(frozen=True)
class Services:
    """The collaborators of every action."""

    knowledge: KnowledgeBase
    replies: Replies
    office: Office
    dialogue: Dialogue
    care: Care
    rules: Rules
    questions: Questions
    guides: Guides
    followups: Followups
    terms: Terms
    synonyms: Synonyms
    labels: Mapping[str, str]
    words: TopicWords
    papers: Papers
    register: Register
    files: AttachmentFiles
    notice_texts: NoticeTexts
    draft_days: int = 30
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def review(self) -> ReviewBook:
        """Where unanswered questions are kept."""
        return ReviewBook(self.register, self.now)

    def today(self) -> date:
        """The day in China."""
        return china_day(self.now())

    def windows(self) -> str:
        """Whether the office's windows are open now, in one clause; empty where nothing is known."""
        office, now = self.office, self.now().astimezone(CHINA)
        return opening(office.opening, days(office.closed), self.calendar, now).text(now.date())


def build_services(settings: Settings) -> Services:
    """Everything from the files and the database that the settings name."""
    office = load_office(settings.office_file)
    rules = load_rules(settings.triage_dir)
    knowledge = load_knowledge(settings.knowledge_dir, settings.lessons_dir)
    return Services(
        knowledge=knowledge,
        replies=load_replies(settings.replies_file, office),
        office=office,
        dialogue=load_dialogue(settings.dialogue_file),
        care=load_care(settings.care_dir),
        rules=rules,
        questions=load_questions(settings.triage_dir / "questions.yml"),
        guides=load_guides(settings.guides_dir, rules),
        followups=load_followups(settings.followups_file),
        terms=load_terms(settings.terms_file),
        synonyms=load_synonyms(settings.synonyms_file),
        labels=load_labels(settings.labels_file),
        words=TopicWords(knowledge),
        papers=load_papers(settings.papers_dir),
        register=open_register(settings),
        files=AttachmentFiles(settings.var_dir / "attachments"),
        notice_texts=load_notice_texts(settings.notices_file, {"office": office.name, "phone": office.phone}),
        draft_days=settings.draft_days,
        calendar=load_calendar(settings.calendar_file),
    )
