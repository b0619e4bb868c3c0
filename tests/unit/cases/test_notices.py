"""Notices: what the citizen is told, once, in words without anything personal; and the days that are told of in advance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from cases import notices, outbox, reminders
from cases.database import Register, UnitOfWork
from cases.models import Case, Notice, NoticeContact
from cases.notice_texts import NoticeKind, NoticeTexts, load_notice_texts
from petition.errors import InvalidValue
from petition.matters import PetitionType
from petition.parties import Confidentiality
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, NOON, PHONE
from tests.unit.cases.lives import ACCEPTED, FORWARDED, HANDLING, REPLIED, live, noon

FILE = Path(__file__).resolve().parents[3] / "data" / "notices.yml"
FACTS = {"office": "河边县信访局", "phone": "0000-1234567"}
REPLY = (
    ("2026-10-02", FORWARDED),
    ("2026-10-05", ACCEPTED),
    ("2026-10-06", HANDLING),
    ("2026-11-01", REPLIED),
)


@pytest.fixture
def texts() -> NoticeTexts:
    return load_notice_texts(FILE, FACTS)


def tell(uow: UnitOfWork, case_id: str, kind: str, payload: Mapping[str, object] | None = None, key: str = "1") -> bool:
    case = uow.session.get_one(Case, case_id)
    return uow.write(lambda: notices.tell(uow.session, case, kind, payload or {}, key=key, now=NOON))


def phones_agree(uow: UnitOfWork, *cases: str) -> None:
    for case_id in cases:
        notices.agree_to_sms(uow, case_id, PHONE, NOON)


def waiting(uow: UnitOfWork) -> list[outbox.OutboxMessage]:
    return outbox.claim(uow, now=NOON + timedelta(days=1), channels=["sms"], limit=1000)


# --- telling ----------------------------------------------------------------------------------------------------------------------


def test_a_change_of_stage_tells_what_was_done_and_the_next_right_with_its_last_day(
    register: Register, uow: UnitOfWork, texts: NoticeTexts
) -> None:
    case_id = live(register, "2026-10-01", *REPLY)
    assert tell(uow, case_id, "stage-changed")
    (told,) = notices.notices_of(uow, case_id, unseen=True)
    assert texts.shown(told.kind, told.payload) == (
        "您的信访事项XF-20261001-1有新进展。处理意见书已出具。"
        "您还可以申请复查，最晚到2026年12月1日，向原办理机关、单位的上一级机关、单位提出。"
    )
    assert texts.sent(told.kind, told.payload).endswith("要问就打0000-1234567（河边县信访局）。")
    notices.mark_seen(uow, case_id, [told.id], now=NOON)
    assert notices.notices_of(uow, case_id, unseen=True) == []
    assert len(notices.notices_of(uow, case_id)) == 1


def test_the_same_thing_is_told_once_and_a_sms_goes_only_to_who_asked_for_it(
    register: Register, uow: UnitOfWork
) -> None:
    silent, asked = (live(register, "2026-10-01", key=key) for key in ("silent", "asked"))
    phones_agree(uow, asked)
    assert [tell(uow, each, "other") for each in (silent, asked, asked)] == [True, True, False]
    (message,) = waiting(uow)
    assert (message.case_id, message.channel, message.key) == (asked, "sms", f"{asked}:other:1:sms")


def test_what_was_rolled_back_was_not_told(register: Register, uow: UnitOfWork) -> None:
    case_id = live(register, "2026-10-01")
    phones_agree(uow, case_id)
    case = uow.session.get_one(Case, case_id)
    notices.tell(uow.session, case, "other", {}, key="1", now=NOON)
    uow.session.flush()
    uow.rollback()
    assert notices.notices_of(uow, case_id) == []
    assert waiting(uow) == []


@pytest.mark.parametrize(
    "filing", [{"type": PetitionType.REPORT, "branch": None}, {"confidentiality": Confidentiality.CONFIDENTIAL}]
)
def test_nobody_who_sees_the_phone_learns_of_a_report_or_a_confidential_case(
    register: Register, uow: UnitOfWork, texts: NoticeTexts, filing: dict[str, object]
) -> None:
    case_id = live(register, "2026-10-01", ("2026-10-02", FORWARDED), **filing)
    phones_agree(uow, case_id)
    tell(uow, case_id, "stage-changed")
    (message,) = waiting(uow)
    sent = texts.sent(message.kind, message.payload)
    assert "转送" not in sent
    assert "信访事项" not in sent
    assert "XF-20261001-1" in sent
    (told,) = notices.notices_of(uow, case_id)
    assert "discreet" not in told.payload


def test_no_notice_and_no_message_holds_anything_personal(register: Register, uow: UnitOfWork) -> None:
    case_id = live(register, "2026-10-01", *REPLY)
    phones_agree(uow, case_id)
    for kind in NoticeKind:
        tell(uow, case_id, kind)
    kept = " ".join(uow.session.scalars(select(Notice.payload))) + str(waiting(uow))
    assert not any(each in kept for each in (NAME, ADDRESS, PHONE, NARRATIVE, "城东建筑公司"))


# --- agreeing and stopping --------------------------------------------------------------------------------------------------------


def test_a_phone_is_sealed_opened_only_for_sending_and_replaced_by_a_new_one(
    register: Register, uow: UnitOfWork
) -> None:
    case_id = live(register, "2026-10-01")
    phones_agree(uow, case_id)
    notices.agree_to_sms(uow, case_id, "13900000002", NOON)
    (row,) = uow.session.scalars(select(NoticeContact))
    assert b"1390000" not in row.address_sealed
    uow.rollback()
    assert notices.open_address(uow, case_id, "sms", now=NOON) == "13900000002"
    assert notices.open_address(uow, case_id, "wechat", now=NOON) is None


def test_a_number_that_is_no_phone_is_refused(register: Register, uow: UnitOfWork) -> None:
    case_id = live(register, "2026-10-01")
    with pytest.raises(InvalidValue):
        notices.agree_to_sms(uow, case_id, "139", NOON)
    assert uow.session.scalars(select(NoticeContact)).all() == []


def test_who_wants_no_more_gets_no_more_and_the_number_is_gone(register: Register, uow: UnitOfWork) -> None:
    case_id = live(register, "2026-10-01")
    phones_agree(uow, case_id)
    tell(uow, case_id, "other")
    notices.stop(uow, case_id, "sms", now=NOON)
    assert waiting(uow) == []
    assert notices.open_address(uow, case_id, "sms", now=NOON) is None
    tell(uow, case_id, "other", key="2")
    assert waiting(uow) == []


# --- days -------------------------------------------------------------------------------------------------------------------------


def remind(uow: UnitOfWork, day: str, *, dry_run: bool = False) -> int:
    return reminders.remind_of_rights(uow, (7, 1), now=noon(day), dry_run=dry_run)


def test_a_right_is_told_of_a_week_and_a_day_before_its_last_day_and_no_oftener(
    register: Register, uow: UnitOfWork, texts: NoticeTexts
) -> None:
    case_id = live(register, "2026-10-01", *REPLY)  # the last day is 2026-12-01
    days = [f"2026-11-{day}" for day in (21, 23, 24, 25, 29, 30)] + ["2026-12-01", "2026-12-02"]
    assert remind(uow, "2026-11-24", dry_run=True) == 1
    assert [remind(uow, day) for day in days] == [0, 0, 1, 0, 0, 1, 0, 0]
    told = notices.notices_of(uow, case_id)[-1]
    assert texts.shown(told.kind, told.payload) == (
        "提醒您：信访事项XF-20261001-1有一项权利快到期了。"
        "您可以申请复查，向原办理机关、单位的上一级机关、单位提出，最后一天是2026年12月1日，过期就不能提了。"
        "不想提的，不用做什么。"
    )


def test_a_job_that_stood_still_still_reminds_once(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-10-01", *REPLY)
    assert [remind(uow, day) for day in ("2026-11-27", "2026-12-01", "2026-12-01")] == [1, 1, 0]


def test_a_late_office_is_told_of_once_for_each_day_it_did_not_keep(
    register: Register, uow: UnitOfWork, texts: NoticeTexts
) -> None:
    case_id = live(register, "2026-10-01", key="late")  # to be forwarded by 2026-10-16
    live(register, "2026-10-01", *REPLY, key="answered")
    phones_agree(uow, case_id)
    late = [reminders.tell_of_lateness(uow, now=noon(f"2026-10-{day}")) for day in (16, 17, 18)]
    assert late == [0, 1, 0]
    (message,) = waiting(uow)
    sent = texts.sent(message.kind, message.payload)
    assert "2026年10月16日" in sent
    assert "第四十条" in sent
    assert reminders.overdue(uow, date(2026, 10, 17)) == reminders.Overdue(1, {reminders.NOBODY: 1})


def test_lateness_is_told_batch_by_batch_without_a_gap(
    register: Register, uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    for number, day in enumerate((1, 1, 1, 2, 3)):
        live(register, f"2026-10-0{day}", key=f"late-{number}")
    assert reminders.tell_of_lateness(uow, now=noon("2026-11-01"), dry_run=True) == 5
    assert reminders.tell_of_lateness(uow, now=noon("2026-11-01")) == 5
    assert reminders.tell_of_lateness(uow, now=noon("2026-11-01")) == 0


def test_the_list_of_what_is_due_soon_begins_with_the_nearest(register: Register, uow: UnitOfWork) -> None:
    for day in ("03", "01", "09"):
        live(register, f"2026-10-{day}", key=day)
    today = date(2026, 10, 15)
    soon = reminders.due_soon(uow, today, within=3)
    assert [(each.number, each.days_left) for each in soon] == [("XF-20261001-1", 1), ("XF-20261003-1", 3)]
    assert reminders.count_due_soon(uow, today, within=3) == 2
    late = reminders.due_soon(uow, date(2026, 10, 17), within=3, late=True)
    assert [each.days_left for each in late] == [-1]


# --- the texts --------------------------------------------------------------------------------------------------------------------


def test_every_kind_has_words_of_its_own_that_fit_a_few_text_messages(texts: NoticeTexts) -> None:
    payload = {"number": "XF-20261001-1", "told": "已转送有权处理的单位。", "due": "2026-10-16"}
    shown = [texts.shown(kind, payload) for kind in NoticeKind]
    assert len(set(shown)) == len(NoticeKind)
    assert all("XF-20261001-1" in each and "{" not in each and len(each) < 200 for each in shown)


def test_a_kind_nobody_has_words_for_still_says_that_there_is_news(texts: NoticeTexts) -> None:
    assert texts.shown("something-new", {"number": "XF-1"}) == "您的信访事项XF-1有新情况。"


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("kinds", "other"), ["您的事项{number}：{narrative}"], "other"),
        (("kinds", "other"), ["您的事项{number}。", "{narrative}"], "nobody fills narrative"),
        (("kinds", "other"), ["有新情况。"], "needs the number"),
        (("kinds", "gossip"), ["{number}"], "exactly the kinds"),
        (("look",), "看{told}", "nobody fills told"),
        (("delivery", "tries"), 0, "tries from 1"),
        (("delivery", "until_hour"), 8, "from_hour"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_name(
    tmp_path: Path, path: tuple[str, ...], value: object, says: str
) -> None:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    place = read
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (tmp_path / "notices.yml").write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        load_notice_texts(tmp_path / "notices.yml", FACTS)
