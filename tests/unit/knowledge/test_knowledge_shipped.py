"""What is shipped in data/knowledge and data/office, against the research that stands beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.entry import Audience, Entry
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.office import PLACEHOLDER, load_office
from knowledge.render import answer_reply
from knowledge.vocabulary import ACTS, AT_LEAST, EVENTS
from petition import deadlines
from petition.citation import Law
from petition.matters import Channel
from tests.unit.knowledge.factories import REPOSITORY, SHARED

LEAST_PHRASINGS = {Audience.CITIZEN: 20, Audience.STAFF: 14}
LEAST_PETITION = 26
PERIODS = {
    ("register-and-forward", "received-by-petition-office"): deadlines.ROUTE,
    ("notify", "received-by-organ"): deadlines.DIRECT_NOTICE,
    ("notify", "received-by-handling-organ"): deadlines.TRANSFERRED_NOTICE,
    ("object-to-transfer", "received-by-handling-organ"): deadlines.OBJECTION,
    ("handle", "accepted"): deadlines.HANDLING,
    ("extend", "handling-limit-end"): deadlines.EXTENSION,
    ("request-review", "received-written-reply"): deadlines.REVIEW_REQUEST,
    ("review", "received-review-request"): deadlines.REVIEW,
    ("request-recheck", "received-review-reply"): deadlines.RECHECK_REQUEST,
    ("recheck", "received-recheck-request"): deadlines.RECHECK,
}


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load_knowledge(REPOSITORY / "data" / "knowledge")


def beside(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not beside the repository")
    return SHARED / name


def test_no_problem_in_itself(shipped: KnowledgeBase) -> None:
    assert check(shipped) == []


def test_no_problem_with_the_laws(shipped: KnowledgeBase) -> None:
    assert check(shipped, laws=beside("laws")) == []


def test_no_problem_with_the_topics(shipped: KnowledgeBase) -> None:
    assert check(shipped, topics=beside("topics.yml")) == []
    assert len(shipped) == 219


def least_phrasings(entry: Entry) -> int:
    """A citizen's words vary more than a clerk's, and what is asked most is asked in most ways."""
    if entry.channel == Channel.PETITION:
        return LEAST_PETITION
    return max(LEAST_PHRASINGS[each] for each in entry.audience)


def test_every_topic_is_asked_in_many_ways(shipped: KnowledgeBase) -> None:
    few = {each.id: len(each.phrasings) for each in shipped if len(each.phrasings) < least_phrasings(each)}
    assert few == {}


def test_every_channel_is_answered(shipped: KnowledgeBase) -> None:
    assert {entry.channel for entry in shipped} == set(Channel)


def test_every_answer_can_be_said_by_the_sample_office(shipped: KnowledgeBase) -> None:
    office = load_office(REPOSITORY / "data" / "office" / "sample.yml")
    for entry in shipped:
        reply = answer_reply(entry, office)
        assert not PLACEHOLDER.search(reply.text + (reply.speech or "")), entry.id
        assert reply.text.startswith(office.fill(entry.answer))
        for channel in bodies_named_in(entry):
            assert channel in office.bodies, f"{entry.id} sends people to {channel}, which the sample office has not"


def bodies_named_in(entry: Entry) -> set[str]:
    return {match[2] for text in entry.texts() for match in PLACEHOLDER.finditer(text) if match[1] == "body"}


def test_the_answers_and_the_clocks_of_the_register_know_the_same_periods(shipped: KnowledgeBase) -> None:
    told = {
        (each.act, each.start): (each.length, each.unit.value, each.article)
        for entry in shipped
        for each in entry.deadlines
        if entry.law_of(each) == Law.PETITION
    }
    units = {deadlines.Unit.DAY: "day", deadlines.Unit.WORKING_DAY: "working-day"}
    kept = {key: (each.length, units[each.unit], each.citation.article) for key, each in PERIODS.items()}
    assert told == kept


def test_the_vocabulary_has_no_name_that_nobody_uses(shipped: KnowledgeBase) -> None:
    used = [each for entry in shipped for each in entry.deadlines]
    assert {each.act for each in used} == set(ACTS)
    assert {each.start for each in used} == set(EVENTS)
    assert set(ACTS) >= AT_LEAST
