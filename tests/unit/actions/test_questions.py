"""Which questions are asked and in which order: by the matter, never fewer than the law wants, never more than before."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml

from actions.heard import Heard
from actions.intake.ask import read_back
from actions.intake.listen import listen
from actions.intake.state import Intake
from actions.intake.wording import words_for
from actions.questions import Questions, load_questions
from actions.services import Services
from petition.draft import SLOTS, USUAL, Order, missing, next_slot, questions_left
from petition.matters import Channel, Matter, PetitionType
from petition.parties import Confidentiality
from petition.triage import Triage
from tests.unit.actions.factories import DATA

FILE = DATA / "triage" / "questions.yml"
HEAD = ["consent", "confidentiality", "narrative", "request"]
KINDS = list(product(Matter, PetitionType, Confidentiality))
WHO = ({}, {"headcount": 3}, {"for_other": True}, {"privacy_raised": True})


def told(matter: Matter, kind: PetitionType = PetitionType.CLAIM) -> Triage:
    return Triage(kind, matter, None, (Channel.PETITION,), "")


def asked(
    triage: Triage, order: Order, confidentiality: str, who: dict[str, object]
) -> tuple[list[str], dict[str, object]]:
    """Every question up to the end, answered with anything at all; the questions and the draft."""
    draft, questions = dict(who), list[str]()
    while (slot := next_slot(draft, triage, order=order)) is not None:
        questions.append(slot)
        draft[slot] = confidentiality if slot == "confidentiality" else "x"
    return questions, draft


@pytest.mark.parametrize(("matter", "kind", "confidentiality"), KINDS)
def test_what_the_law_wants_is_always_asked_before_the_summary(
    services: Services, matter: Matter, kind: PetitionType, confidentiality: Confidentiality
) -> None:
    triage = told(matter, kind)
    for who in WHO:
        questions, draft = asked(triage, services.questions.order(triage), confidentiality, dict(who))
        before, _ = asked(triage, USUAL, confidentiality, dict(who))
        assert questions[-1] == "confirm"
        assert not missing(draft, triage)
        head = [each for each in HEAD if each in questions]
        assert questions[: len(head)] == head
        assert {each for each in before if SLOTS[each].required} == {each for each in questions if SLOTS[each].required}
        assert len(questions) <= len(before)
        assert questions_left(who, triage, order=services.questions.order(triage)) <= questions_left(who, triage)


def after_the_request(services: Services, matter: Matter, kind: PetitionType = PetitionType.CLAIM) -> list[str]:
    triage = told(matter, kind)
    questions, _ = asked(triage, services.questions.order(triage), "named", {})
    return questions[questions.index("request") + 1 :]


@pytest.mark.parametrize(
    ("matter", "first"),
    [
        (Matter.LABOUR, ["respondent", "amount", "occurred_on", "place", "name", "address"]),
        (Matter.LAND, ["place"]),
        (Matter.HOUSING, ["place"]),
        (Matter.ENVIRONMENT, ["place"]),
        (Matter.JUSTICE, ["prior_handling", "respondent"]),
        (Matter.DISCIPLINE, ["respondent"]),
        (Matter.CIVIL_AFFAIRS, ["name", "address"]),
    ],
)
def test_first_comes_what_the_matter_turns_on(services: Services, matter: Matter, first: list[str]) -> None:
    assert after_the_request(services, matter)[: len(first)] == first


def test_what_is_not_needed_is_not_asked(services: Services) -> None:
    assert "place" not in after_the_request(services, Matter.JUSTICE)
    suggestion = after_the_request(services, Matter.TRANSPORT, PetitionType.SUGGESTION)
    assert not {"respondent", "occurred_on", "amount", "prior_handling"} & set(suggestion)


def test_a_place_that_is_told_is_taken_where_it_is_not_asked(services: Services) -> None:
    intake = Intake(triage=told(Matter.JUSTICE))
    listen(intake, Heard("派出所一直不立案", stated={"place": "城关街道"}), services)
    assert ("发生地点", "城关街道") in read_back(intake, services)


@pytest.mark.parametrize("matter", Matter)
def test_a_matter_may_have_its_own_reason_to_ask(services: Services, matter: Matter) -> None:
    intake = Intake(triage=told(matter))
    keys = [key for key in services.replies if key.startswith(f"matter.{matter}.")]
    for slot in (key.rpartition(".")[2] for key in keys):
        assert slot in services.questions.order(intake.triage)
        own = words_for(slot, intake, services, brief=False)
        assert own != services.replies.text(f"ask.{slot}")
        assert ("跳过" in own) == ("跳过" in services.replies.text(f"ask.{slot}"))
        assert words_for(slot, intake, services, brief=True) == services.replies.text(f"short.{slot}")


def test_every_own_reason_is_of_a_matter(services: Services) -> None:
    matters = {key.split(".")[1] for key in services.replies if key.startswith("matter.")}
    assert matters <= set(Matter)
    assert "justice" in matters


def load(folder: Path, **changes: list[str]) -> Questions:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["matters"] | changes
    path = folder / "questions.yml"
    path.write_text(yaml.safe_dump({"matters": {name: row for name, row in rows.items() if row}}), encoding="utf-8")
    return load_questions(path)


WHOLE = ["people", "on_behalf_of", "name", "address", "phone", "evidence"]


@pytest.mark.parametrize(
    "row",
    [
        [each for each in WHOLE if each != "name"],
        [each for each in WHOLE if each != "people"],
        [*WHOLE, "identity_number"],
        [*WHOLE, "phone"],
        [*WHOLE, "confirm"],
        ["request", *WHOLE],
    ],
)
def test_an_order_that_the_law_or_the_program_forbids_is_refused_at_start(tmp_path: Path, row: list[str]) -> None:
    with pytest.raises(ValueError, match="not an order of questions"):
        load(tmp_path, labour=row)


def test_a_matter_without_questions_is_refused_at_start(tmp_path: Path) -> None:
    assert load(tmp_path, labour=WHOLE).order(told(Matter.LABOUR))[4:-1] == tuple(WHOLE)
    with pytest.raises(ValueError, match="labour"):
        load(tmp_path, labour=[])
