"""What may follow what when the assistant is taught: four eyes, one training at a time, the latest publication back first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cases import audit, audit_reading, review, teaching
from cases import teaching_releases as releases
from cases.database import Register, UnitOfWork, create_register
from cases.teaching import Change, ChangeKind, ChangeState, TeachingFault
from cases.teaching_releases import ReleaseState
from tests.unit.cases.migrated import lend_register

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    lend_register(url)
    made = create_register(url, "k" * 32)
    yield made
    made.close()


@pytest.fixture
def uow(register: Register) -> Iterator[UnitOfWork]:
    with register.unit_of_work() as made:
        yield made


def propose(
    uow: UnitOfWork, text: str = "去哪儿告", topic: str = "petition.what", questions: tuple[str, ...] = ()
) -> Change:
    content = {"texts": [text], "questions": list(questions)}
    return teaching.propose(uow, ChangeKind.PHRASING, topic, content, by="甲", now=NOW)


def approved(uow: UnitOfWork, text: str = "去哪儿告") -> Change:
    return teaching.decide(uow, propose(uow, text).id, approved=True, by="乙", now=NOW)


def published(uow: UnitOfWork, text: str, now: datetime = NOW) -> str:
    approved(uow, text)
    id = releases.begin(uow, by="乙", now=now).id
    releases.trained(uow, id, "models", {}, now=now)
    releases.publish(uow, id, lambda: None, by="乙", now=now)
    return id


def code_of(raised: pytest.ExceptionInfo[TeachingFault]) -> str:
    return raised.value.code


def asked(uow: UnitOfWork, text: str) -> str:
    review.note(uow, review.ReviewKind.UNKNOWN, text, [], surface="web", today=NOW.date())
    return review.questions(uow)[0].id


def acts(uow: UnitOfWork) -> list[str]:
    rows, _ = audit_reading.read(uow, audit_reading.Wanted(), by="丙", now=LATER)
    return [each.act for each in reversed(rows) if each.act.startswith("teaching-")]


def test_nobody_approves_their_own(uow: UnitOfWork) -> None:
    change = propose(uow)
    with pytest.raises(TeachingFault) as raised:
        teaching.decide(uow, change.id, approved=True, by="甲", now=NOW)
    assert code_of(raised) == "own"
    assert teaching.decide(uow, change.id, approved=True, by="乙", now=NOW).state is ChangeState.APPROVED


def test_a_decision_is_made_once(uow: UnitOfWork) -> None:
    change = approved(uow)
    with pytest.raises(TeachingFault) as raised:
        teaching.decide(uow, change.id, approved=False, by="丙", now=NOW)
    assert code_of(raised) == "too-late"


def test_the_same_is_not_proposed_twice(uow: UnitOfWork) -> None:
    propose(uow)
    with pytest.raises(TeachingFault) as raised:
        propose(uow)
    assert code_of(raised) == "proposed-before"


def test_questions_are_away_while_it_is_proposed_and_back_when_it_is_refused(uow: UnitOfWork) -> None:
    question = asked(uow, "俺这事咋个整")
    change = propose(uow, questions=(question,))
    assert review.questions(uow) == []
    teaching.decide(uow, change.id, approved=False, by="乙", now=NOW)
    assert [each.id for each in review.questions(uow)] == [question]


def test_only_the_author_withdraws_and_not_out_of_a_training(uow: UnitOfWork) -> None:
    change = approved(uow)
    with pytest.raises(TeachingFault) as raised:
        teaching.withdraw(uow, change.id, by="乙", now=NOW)
    assert code_of(raised) == "not-own"
    releases.begin(uow, by="乙", now=NOW)
    with pytest.raises(TeachingFault) as raised:
        teaching.withdraw(uow, change.id, by="甲", now=NOW)
    assert code_of(raised) == "in-training"


def test_a_training_needs_something_approved(uow: UnitOfWork) -> None:
    propose(uow)
    with pytest.raises(TeachingFault) as raised:
        releases.begin(uow, by="乙", now=NOW)
    assert code_of(raised) == "nothing"


@pytest.mark.parametrize(("state", "code"), [("training", "busy-training"), ("ready", "busy-ready")])
def test_one_training_at_a_time(uow: UnitOfWork, state: str, code: str) -> None:
    approved(uow)
    first = releases.begin(uow, by="乙", now=NOW)
    if state == "ready":
        releases.trained(uow, first.id, "models", {}, now=NOW)
    approved(uow, "另一句")
    with pytest.raises(TeachingFault) as raised:
        releases.begin(uow, by="乙", now=NOW)
    assert code_of(raised) == code


@pytest.mark.parametrize("end", ["failed", "discarded"])
def test_what_was_approved_waits_for_another_training(uow: UnitOfWork, end: str) -> None:
    approved(uow)
    release = releases.begin(uow, by="乙", now=NOW)
    if end == "failed":
        releases.failed(uow, release.id, "training", now=NOW)
    else:
        releases.trained(uow, release.id, "models", {}, now=NOW)
        releases.discard(uow, release.id, by="乙", now=NOW)
    assert releases.release(uow, release.id).state == end
    assert releases.lessons(uow, release.id) == []
    assert releases.begin(uow, by="乙", now=NOW).state is ReleaseState.TRAINING


def test_files_that_cannot_be_moved_publish_nothing(uow: UnitOfWork) -> None:
    change = approved(uow)
    release = releases.begin(uow, by="乙", now=NOW)
    releases.trained(uow, release.id, "models", {}, now=NOW)

    def install() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        releases.publish(uow, release.id, install, by="乙", now=NOW)
    uow.rollback()
    assert releases.release(uow, release.id).state is ReleaseState.READY
    assert teaching.change(uow, change.id).state is ChangeState.APPROVED


def test_the_latest_publication_goes_back_first(uow: UnitOfWork) -> None:
    first = published(uow, "第一句", NOW)
    second = published(uow, "第二句", LATER)
    with pytest.raises(TeachingFault) as raised:
        releases.take_back(uow, first, lambda: None, by="乙", now=LATER)
    assert code_of(raised) == "not-latest"
    releases.take_back(uow, second, lambda: None, by="乙", now=LATER)
    now = releases.current(uow)
    assert now is not None
    assert now.id == first
    assert [each.content["texts"] for each in releases.lessons(uow)] == [["第一句"]]


def test_nothing_goes_back_under_a_training_that_learned_it(uow: UnitOfWork) -> None:
    first = published(uow, "第一句")
    approved(uow, "第二句")
    releases.begin(uow, by="乙", now=LATER)
    with pytest.raises(TeachingFault) as raised:
        releases.take_back(uow, first, lambda: None, by="乙", now=LATER)
    assert code_of(raised) == "busy-training"


def test_what_was_taken_back_needs_two_people_again(uow: UnitOfWork) -> None:
    release = published(uow, "第一句")
    change = releases.of_release(uow, release)[0]
    releases.take_back(uow, release, lambda: None, by="乙", now=LATER)
    again = teaching.propose_again(uow, change.id, by="乙", now=LATER)
    assert (again.state, again.author, again.decided_by) == (ChangeState.PROPOSED, "乙", None)
    with pytest.raises(TeachingFault):
        teaching.decide(uow, change.id, approved=True, by="乙", now=LATER)


def test_every_step_stands_in_the_audit_log(uow: UnitOfWork) -> None:
    teaching.set_aside(uow, [asked(uow, "随便说说")], by="甲", now=NOW)
    release = published(uow, "第一句")
    releases.take_back(uow, release, lambda: None, by="乙", now=LATER)
    assert acts(uow) == [
        "teaching-set-aside", "teaching-proposed", "teaching-approved", "teaching-training", "teaching-trained",
        "teaching-published", "teaching-taken-back",
    ]  # fmt: skip
    assert audit.verify(uow).whole
