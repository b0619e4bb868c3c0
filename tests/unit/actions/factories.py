"""A citizen who talks to the actions without Rasa; what the engine heard in each sentence was recorded (record.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker

from actions.dialogue import load_dialogue
from actions.heard import Heard, heard_in, with_words
from actions.intake.form import FormTurn
from actions.intake.state import Intake
from actions.questions import load_questions
from actions.registry import TASKS
from actions.services import Services
from cases.attachments import AttachmentFiles
from cases.database import Register
from cases.notice_texts import load_notice_texts
from cases.track import CaseView, track
from knowledge.care import load_care
from knowledge.followups import load_followups
from knowledge.guides import load_guides
from knowledge.labels import load_labels
from knowledge.load import load_knowledge
from knowledge.office import load_office
from knowledge.papers import load_papers
from knowledge.ranking import TopicWords
from knowledge.replies import load_replies
from knowledge.reply import Reply
from knowledge.rules import load_rules
from knowledge.terms import load_synonyms, load_terms
from petition.days import CHINA
from tests.unit.cases.factories import make_register

REPOSITORY = Path(__file__).resolve().parents[3]
DATA = REPOSITORY / "data"
TEN_O_CLOCK = datetime(2026, 11, 21, 10, 0, tzinfo=CHINA)
SLOTS_OF_RASA = ("intake", "requested_slot")

WAGES = "我在恒盛箱包厂做缝纫工，从2026年5月起厂里没发过工资，五个月一共欠我两万一千块，老板老说没钱"
WAGES_SHORT = "恒盛箱包厂从2026年5月起欠我五个月工资，一共两万一千块，一直不给"
REPORT = "张湾乡民政所所长李建国收贫困户的红包，不给钱就不给办低保，去年3月收了我两千块"
SUGGESTION = "希望在北门街路口装个红绿灯，早晚车多人多，老人小孩过街不安全"
GROUP = "我们村二十三户一起反映永发砖厂从2026年9月起天天冒黑烟，地里的白菜叶子都黑了"
FOR_MOTHER = "我替我母亲王桂英来投诉康宁养老院，2026年6月退住后三万元押金一直扣着不退"


@cache
def recorded() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("heard.json").read_text(encoding="utf-8"))
    return loaded


def message(text: str) -> dict[str, Any]:
    """Rasa's latest_message for typed text or for the payload of a button."""
    if text.startswith("/"):
        name, _, params = text[1:].partition("{")
        values = json.loads("{" + params) if params else {}
        entities = [{"entity": key, "value": value} for key, value in values.items()]
        return {"text": text, "intent": {"name": name, "confidence": 1.0}, "entities": entities, "message_id": "m"}
    if text not in recorded():
        raise KeyError(f"not recorded, see record.py: {text}")
    return {"text": text, "message_id": "m", **recorded()[text]}


def hear(text: str) -> Heard:
    return with_words(heard_in(message(text)), shipped()["words"], shipped()["dialogue"].outcomes.words_weight)


@cache
def shipped() -> Mapping[str, Any]:
    """The data files, read once."""
    office = load_office(DATA / "office" / "sample.yml")
    rules = load_rules(DATA / "triage")
    knowledge = load_knowledge(DATA / "knowledge")
    return {
        "knowledge": knowledge,
        "words": TopicWords(knowledge),
        "replies": load_replies(DATA / "replies.yml", office),
        "office": office,
        "dialogue": load_dialogue(DATA / "dialogue.yml"),
        "care": load_care(DATA / "care"),
        "rules": rules,
        "questions": load_questions(DATA / "triage" / "questions.yml"),
        "guides": load_guides(DATA / "guides", rules),
        "followups": load_followups(DATA / "followups.yml"),
        "terms": load_terms(DATA / "terms.yml"),
        "synonyms": load_synonyms(DATA / "synonyms.yml"),
        "labels": load_labels(DATA / "labels.yml"),
        "papers": load_papers(DATA / "papers"),
        "notice_texts": load_notice_texts(DATA / "notices.yml", {"office": office.name, "phone": office.phone}),
    }


def make_services(register: Register, now: datetime = TEN_O_CLOCK) -> Services:
    files = AttachmentFiles(Path(str(register.engine.url.database)).parent / "attachments")
    return Services(**shipped(), register=register, files=files, now=lambda: now)


def make_services_in(folder: Path) -> Services:
    return make_services(make_register(folder))


def later(services: Services, **by: float) -> Services:
    moment = services.now() + timedelta(**by)
    return replace(services, now=lambda: moment)


class Citizen:
    """Talks inside the form; between two messages only what Rasa keeps of the slots, as JSON, is left."""

    def __init__(self, services: Services, surface: str = "kiosk") -> None:
        self.services, self.surface = services, surface
        self.slots: dict[str, Any] = {}
        self.replies: list[Reply] = []
        self.said: list[Reply] = []
        self.in_form = True

    def say(self, *texts: str) -> Reply:
        """Messages one after the other; the last reply."""
        for text in texts:
            self.hear(hear(text))
        return self.reply

    touch = say

    def hear(self, heard: Heard) -> None:
        intake = Intake.from_slots(self.slots)
        turn = FormTurn(intake, heard, self.services, surface=self.surface)
        self.replies = turn.replies()
        self.said += self.replies
        self.in_form = turn.goes_on
        self.slots = json.loads(json.dumps(intake.to_slots()))
        self.slots["requested_slot"] = intake.asked if turn.goes_on else None

    @property
    def reply(self) -> Reply:
        return self.replies[-1]

    @property
    def asked(self) -> str | None:
        slot: str | None = self.slots.get("requested_slot")
        return slot

    @property
    def draft(self) -> dict[str, Any]:
        """What is held, unmasked."""
        kept = {slot: value for slot, value in self.slots.items() if slot not in SLOTS_OF_RASA and value is not None}
        return kept

    @property
    def intake(self) -> dict[str, Any]:
        kept: dict[str, Any] = self.slots["intake"]
        return kept


AFTER_PLACE = ("name", "address", "phone", "prior_handling", "evidence", "confirm")  # of a claim for wages


def at(services: Services, slot: str, **given: Any) -> Citizen:
    """A citizen who is asked for this slot, after the wage story; `given` is already in the draft."""
    citizen = Citizen(services)
    citizen.say("我要投诉", "同意", WAGES)
    told = {"place": "清河区工业园"} if slot in AFTER_PLACE else {}
    citizen.slots |= {"requested_slot": slot, **told, **given}
    return citizen


CLAIM = (
    "我要投诉",
    "同意",
    WAGES,
    "让厂里把工资一次给清",
    "清河区工业园",
    "周桂兰",
    "城关街道北门街12号",
    "13800010001",
)
CLAIM_TO_SUMMARY = (*CLAIM, "没有找过别的部门", "/skip")


def at_summary(services: Services) -> Citizen:
    citizen = Citizen(services)
    citizen.say(*CLAIM_TO_SUMMARY)
    assert citizen.asked == "confirm"
    return citizen


class Visit:
    """Talks to the actions as Rasa calls them: by name, with a tracker whose slots follow the events."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.slots: dict[str, Any] = {}
        self.events: list[Mapping[str, Any]] = []
        self.replies: list[Reply] = []

    def call(self, action: str, text: str, **changes: Any) -> list[Reply]:
        heard = replace(hear(text), **changes)
        replies, events = TASKS[action](self.tracker(text), heard, self.services)
        self.replies, self.events = list(replies), list(events)
        self.slots |= {each["name"]: each["value"] for each in self.events if each["event"] == "slot"}
        self.slots = json.loads(json.dumps(self.slots))
        return self.replies

    def tracker(self, text: str) -> Tracker:
        return Tracker("visitor", dict(self.slots), message(text), [], False, None, {}, None)

    @property
    def follow_up(self) -> str | None:
        return next((each["name"] for each in self.events if each["event"] == "followup"), None)

    @property
    def reply(self) -> Reply:
        return self.replies[-1]


def filed(services: Services, reply: Reply) -> CaseView:
    """What the register holds under the receipt of this reply."""
    assert reply.receipt
    with services.register.unit_of_work() as uow:
        return track(uow, reply.receipt["number"], reply.receipt["query_code"], client="test", now=services.now())


def words_of(replies: Iterable[Reply]) -> str:
    """Everything that the replies hold, as JSON text."""
    return json.dumps([each.as_dict() for each in replies], ensure_ascii=False)
