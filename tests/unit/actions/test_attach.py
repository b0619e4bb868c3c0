"""A file may come at any moment; wherever it comes, it is with the case in the end, and what was asked is asked again."""

from __future__ import annotations

import pytest

from actions.services import Services
from tests.unit.actions.factories import CLAIM_TO_SUMMARY, WAGES, Citizen, Visit


def photo(number: int) -> str:
    return f'/attach{{"id": "photo-{number}"}}'


def test_a_file_after_every_single_answer(services: Services) -> None:
    citizen, asked = Citizen(services), []
    for number, answer in enumerate(CLAIM_TO_SUMMARY):
        before = citizen.say(answer)
        again = citizen.touch(photo(number))
        asked.append(citizen.asked)
        assert again.asks == before.asks or before.asks == "evidence"
        assert citizen.draft["evidence"] == [f"photo-{each}" for each in range(number + 1)]
    assert asked[0] == "consent"
    assert citizen.touch("/skip" if citizen.asked == "evidence" else photo(0)).kind == "summary"
    assert citizen.touch("/affirm").receipt


@pytest.mark.parametrize("asked", ["case_number", "query_code"])
def test_a_file_in_the_middle_of_a_status_query_is_kept_and_the_question_comes_again(
    services: Services, asked: str
) -> None:
    visit = Visit(services)
    visit.call("validate_status_form", "/status")
    if asked == "query_code":
        visit.call("validate_status_form", "/status", entities={"case_number": "QH-20261121-1"})
    notice, question = visit.call("validate_status_form", photo(1))
    assert "材料替您收好了" in notice.text
    assert (question.asks, visit.slots["requested_slot"]) == (asked, asked)
    visit.call("validate_status_form", photo(2))
    assert visit.slots["evidence"] == ["photo-1", "photo-2"]
    assert not visit.slots.get("status_tries")
    assert visit.slots["case_number"] == ("QH-20261121-1" if asked == "query_code" else "")


def test_what_came_in_a_status_query_is_there_when_the_complaint_begins(services: Services) -> None:
    visit = Visit(services)
    visit.call("validate_status_form", "/status")
    visit.call("validate_status_form", photo(1))
    visit.call("validate_status_form", "/file")
    assert visit.follow_up == "intake_form"
    visit.call("validate_intake_form", "/file")
    visit.call("validate_intake_form", "同意")
    visit.call("validate_intake_form", photo(2))
    assert visit.slots["evidence"] == ["photo-1", "photo-2"]


def test_a_file_after_the_triage_stays_with_the_story(services: Services) -> None:
    visit = Visit(services)
    visit.call("action_triage", WAGES)
    (reply,) = visit.call("action_attach", photo(1))
    assert "您要反映什么事" not in reply.text
    assert reply.buttons
    assert [each.payload for each in reply.buttons] == ["/file"]
    visit.call("validate_intake_form", "/file")
    visit.call("validate_intake_form", "同意")
    assert visit.slots["evidence"] == ["photo-1"]
    assert visit.slots["narrative"] == WAGES
