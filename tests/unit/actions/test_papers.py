"""「帮我写一份…」 in the conversation: after a story, inside the form, after filing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.heard import Heard
from actions.intake.state import Intake
from actions.papers import paper_buttons, written
from actions.services import Services
from cases.conversations import open_conversation
from cases.papers import StoredPaper, find_paper
from knowledge.reply import Reply
from petition.errors import UnknownConversation
from petition.matters import Channel, Matter, PetitionType
from petition.triage import Triage
from tests.unit.actions.factories import WAGES, Visit, at_summary, hear
from tests.unit.knowledge.papers import text_of

ARBITRATION = '/paper{"id": "labour-arbitration"}'
LETTER = '/paper{"id": "petition-letter"}'
FOUND = Triage(
    PetitionType.CLAIM, Matter.LABOUR, None, (Channel.LABOUR_INSPECTION, Channel.LABOUR_ARBITRATION), "", "wage-arrears"
)


@pytest.fixture
def conversation(services: Services) -> str:
    with services.register.unit_of_work() as uow:
        return open_conversation(uow, "web", services.now())[0]


def paper_of(services: Services, conversation: str, reply: Reply) -> StoredPaper:
    """What can be fetched under the file of this reply."""
    assert reply.files
    (file,) = reply.files
    with services.register.unit_of_work() as uow:
        found = find_paper(uow, conversation, file["id"])
    assert found
    return found


def ask(services: Services, conversation: str, payload: str, slots: dict[str, Any] | None = None) -> Reply:
    visit = Visit(services)
    visit.slots = slots or {}
    visit.call("action_paper", payload, conversation=conversation)
    assert not [each for each in visit.events if each["event"] == "slot" and each["name"] != "candidates"]
    return visit.reply


def test_the_buttons_name_the_papers_that_fit(services: Services) -> None:
    buttons = paper_buttons(FOUND, services)
    assert [each.title for each in buttons] == ["帮我写一份工资欠款清单", "帮我写一份劳动仲裁申请书"]
    assert buttons[1].payload == ARBITRATION
    assert len(paper_buttons(FOUND, services, most=9)) == 3
    assert paper_buttons(None, services) == []


def test_a_story_alone_gives_a_paper_with_the_rest_to_fill_in(services: Services, conversation: str) -> None:
    visit = Visit(services)
    visit.call("action_triage", WAGES, conversation=conversation)
    visit.call("action_paper", ARBITRATION, conversation=conversation)
    assert WAGES in text_of(paper_of(services, conversation, visit.reply).docx)
    assert "“劳动人事争议仲裁申请书”写好了" in visit.reply.text
    assert "空着等您自己填：姓名、性别、年龄" in visit.reply.text
    assert "交到：清河区劳动人事争议仲裁委员会" in visit.reply.text
    assert "《劳动争议调解仲裁法》第二十八条" in visit.reply.text
    assert visit.reply.citations
    assert visit.reply.files
    assert visit.reply.files[0]["name"] == "劳动人事争议仲裁申请书.docx"


def test_inside_the_form_the_same_question_follows(services: Services, conversation: str) -> None:
    citizen = at_summary(services)
    before = dict(citizen.slots)
    citizen.hear(replace(hear(LETTER), conversation=conversation))
    written, again = citizen.replies
    text = text_of(paper_of(services, conversation, written).docx)
    for said in ("周桂兰", "城关街道北门街12号", "13800010001", "让厂里把工资一次给清", "清河区工业园"):
        assert said in text
    assert again.asks == "confirm"
    assert citizen.slots == before


def test_after_filing_the_paper_holds_what_was_filed(services: Services, conversation: str) -> None:
    citizen = at_summary(services)
    citizen.say("/affirm")
    assert citizen.reply.receipt
    reply = ask(services, conversation, LETTER, citizen.slots)
    text = text_of(paper_of(services, conversation, reply).docx)
    assert "周桂兰" in text
    assert "让厂里把工资一次给清" in text


def test_without_a_word_said_the_form_is_empty_and_the_reply_says_so(services: Services, conversation: str) -> None:
    reply = ask(services, conversation, LETTER)
    assert "姓名（名称）、住址" in reply.text
    assert "＿＿＿＿（请填写）" in text_of(paper_of(services, conversation, reply).docx)


@pytest.mark.parametrize("payload", ["/paper", '/paper{"id": "will"}'])
def test_an_unknown_paper_is_asked_for_by_name(services: Services, conversation: str, payload: str) -> None:
    reply = ask(services, conversation, payload)
    assert reply.kind == "choice"
    assert {each.payload for each in reply.buttons or []} >= {ARBITRATION, LETTER}


def test_a_name_stands_in_the_file_and_not_in_the_reply(services: Services, conversation: str) -> None:
    citizen = at_summary(services)
    citizen.hear(replace(hear(LETTER), conversation=conversation))
    assert "周桂兰" not in citizen.replies[0].model_dump_json()
    assert "13800010001" not in citizen.replies[0].model_dump_json()


def test_a_conversation_that_is_over_is_told(services: Services) -> None:
    with pytest.raises(UnknownConversation):
        ask(services, "over", LETTER)


@pytest.mark.parametrize(
    ("said", "title"),
    [("帮我写一份劳动仲裁申请书", "劳动人事争议仲裁申请书"), ("替我弄个授权委托书吧", "授权委托书")],
)
def test_a_paper_can_be_asked_for_by_its_name(services: Services, conversation: str, said: str, title: str) -> None:
    reply = written(Intake(), Heard(said, "paper", 0.9, conversation=conversation), services)
    assert reply.files
    assert title in reply.text


def test_a_paper_without_a_name_is_a_choice(services: Services, conversation: str) -> None:
    reply = written(Intake(), Heard("帮我写一份", "paper", 0.9, conversation=conversation), services)
    assert reply.kind == "choice"
    assert reply.buttons
