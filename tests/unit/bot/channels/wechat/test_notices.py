"""Notices of a case in WeChat, through the real outbox and the real client to a platform on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.wechat.client import Platform
from bot.channels.wechat.local import Do, local
from bot.channels.wechat.notices import WechatNotices, agree, stop, wish_of
from bot.channels.wechat.templates import Templates, load_templates
from cases import notices, outbox
from cases.database import Register
from cases.models import Case
from cases.notice_texts import NoticeKind, NoticeTexts, load_notice_texts
from petition.parties import Confidentiality
from tests.unit.bot.channels.wechat.desk import OPENID, client_of
from tests.unit.bot.channels.wechat.fake_platform import FakePlatform, Said, running
from tests.unit.cases.factories import NOON, make_register
from tests.unit.cases.lives import live
from zhilu.deliver import Delivery, deliver
from zhilu.settings import ROOT

SHIPPED = ROOT / "data" / "wechat" / "templates.yml"
FACTS = {"office": "河边县信访局", "phone": "0000-1234567"}
TEXTS: NoticeTexts = load_notice_texts(ROOT / "data" / "notices.yml", FACTS)
TEMPLATE, SUBSCRIPTION = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = make_register(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakePlatform]:
    async with running() as platform:
        yield platform


def templates(folder: Path, **changes: Any) -> Templates:
    """The shipped file with ids filled in; changes go to the kinds."""
    read = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for kind, row in read["kinds"].items():
        row["id"] = f"t-{kind}"
        row.update(changes.get(kind.replace("-", "_"), {}))
    path = folder / "templates.yml"
    path.write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    return load_templates(path)


def news(
    register: Register, kind: str = "stage-changed", confidentiality: Confidentiality = Confidentiality.NAMED
) -> str:
    """The id of a case whose citizen wants messages in WeChat, with one that waits."""
    case_id = live(register, "2026-11-01", confidentiality=confidentiality)
    with register.unit_of_work() as uow:
        agree(uow, case_id, OPENID, NOON)
        case = uow.session.get_one(Case, case_id)

        def tell() -> None:
            notices.tell(uow.session, case, kind, {}, key="1", now=NOON)

        uow.write(tell)
    return case_id


async def left(register: Register, fake: FakePlatform, used: Templates, now: datetime = NOON, **changes: Any) -> int:
    def connect() -> AbstractAsyncContextManager[Platform]:
        return client_of(fake)

    sender = WechatNotices(connect, used, FACTS, lambda: now, "https://zhilu.example", **changes)
    return await deliver(Delivery(register, TEXTS, {sender.channel: sender}, lambda: now))


def dead(register: Register) -> list[str]:
    with register.unit_of_work() as uow:
        return [letter.error for letter in outbox.dead_letters(uow)]


async def test_a_change_of_a_case_arrives_once_with_its_number_and_nothing_personal(
    register: Register, fake: FakePlatform, tmp_path: Path
) -> None:
    news(register)
    used = templates(tmp_path)
    assert [await left(register, fake, used), await left(register, fake, used)] == [1, 0]
    (call,) = fake.calls_of(TEMPLATE)
    assert call.json["template_id"] == "t-stage-changed"
    assert call.json["touser"] == OPENID
    assert call.json["url"] == "https://zhilu.example/h5/case"
    assert {name: each["value"] for name, each in call.json["data"].items()} == {
        "character_string1": "XF-20261101-1",
        "thing2": "有新进展，点开可以看",
        "time3": "2026-11-21",
    }
    assert call.json["client_msg_id"]


async def test_a_subscribed_notice_goes_the_other_way(register: Register, fake: FakePlatform, tmp_path: Path) -> None:
    news(register)
    assert await left(register, fake, templates(tmp_path, stage_changed={"way": "subscription"})) == 1
    (call,) = fake.calls_of(SUBSCRIPTION)
    assert call.json["page"] == "https://zhilu.example/h5/case"


async def test_of_a_confidential_case_only_that_there_is_news(
    register: Register, fake: FakePlatform, tmp_path: Path
) -> None:
    news(register, "office-late", Confidentiality.CONFIDENTIAL)
    assert await left(register, fake, templates(tmp_path)) == 1
    (call,) = fake.calls_of(TEMPLATE)
    assert call.json["template_id"] == "t-discreet"
    assert "期限" not in call.body.decode()


@pytest.mark.parametrize("code", [43004, 43101, 47003, 40003])
async def test_what_will_never_arrive_is_laid_aside(
    register: Register, fake: FakePlatform, tmp_path: Path, code: int
) -> None:
    news(register)
    fake.say(TEMPLATE, Said({"errcode": code, "errmsg": "x"}))
    assert await left(register, fake, templates(tmp_path)) == 0
    assert dead(register) == [f"wechat-{code}"]


@pytest.mark.parametrize(("code", "wait"), [(45009, timedelta(hours=12)), (45011, timedelta(minutes=1)), (-1, None)])
async def test_a_limit_or_a_busy_platform_only_delays(
    register: Register, fake: FakePlatform, tmp_path: Path, code: int, wait: timedelta | None
) -> None:
    news(register)
    used = templates(tmp_path)
    fake.say(TEMPLATE, Said({"errcode": code, "errmsg": "x"}))
    assert await left(register, fake, used) == 0
    assert dead(register) == []
    if wait:
        assert await left(register, fake, used, NOON + wait - timedelta(seconds=1)) == 0
        assert len(fake.calls_of(TEMPLATE)) == 1
    assert await left(register, fake, used, NOON + timedelta(hours=21)) == 1  # nine in the morning


async def test_a_platform_that_is_away_only_delays(register: Register, tmp_path: Path) -> None:
    news(register)
    async with running() as gone:
        pass
    used = templates(tmp_path)
    assert await left(register, gone, used) == 0
    assert dead(register) == []


async def test_a_kind_without_a_template_stands_on_the_status_page_only(
    register: Register, fake: FakePlatform, tmp_path: Path
) -> None:
    case_id = news(register)
    assert await left(register, fake, templates(tmp_path, stage_changed={"id": ""})) == 0
    assert dead(register) == ["wechat-no-template"]
    assert fake.calls == []
    with register.unit_of_work() as uow:
        assert len(notices.notices_of(uow, case_id)) == 1


async def test_who_unfollowed_gets_none(register: Register, fake: FakePlatform, tmp_path: Path) -> None:
    async def nobody(openid: str) -> bool:
        return False

    news(register)
    assert await left(register, fake, templates(tmp_path), following=nobody) == 0
    assert fake.calls == []
    assert dead(register) == ["wechat-not-following"]


async def test_who_wants_no_more_gets_none(register: Register, fake: FakePlatform, tmp_path: Path) -> None:
    case_id = news(register)
    with register.unit_of_work() as uow:
        stop(uow, case_id, NOON)
    assert await left(register, fake, templates(tmp_path)) == 0
    assert fake.calls == []


async def test_nothing_of_the_person_stands_in_the_log(
    register: Register, fake: FakePlatform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    news(register)
    fake.say(TEMPLATE, Said({"errcode": 43101, "errmsg": f"refuse {OPENID}"}))
    await left(register, fake, templates(tmp_path))
    assert "43101" in caplog.text
    assert OPENID not in caplog.text


# --- the file ---------------------------------------------------------------------------------------------------------------------


def test_the_shipped_file_sends_nothing_until_the_office_has_templates() -> None:
    assert not load_templates(SHIPPED).ready


def test_a_filled_file_sends(tmp_path: Path) -> None:
    assert templates(tmp_path).ready


@pytest.mark.parametrize(
    "row",
    [
        {"fields": {"thing1": "{name}"}},
        {"fields": {"thing1": "这一句话实在太长太长太长太长太长太长太长了"}},
        {"fields": {"phrase1": "办理过了期限"}},
        {"fields": {"first": "{number}"}},
        {"way": "letter"},
    ],
)
def test_what_the_platform_would_refuse_is_found_in_the_file(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        templates(tmp_path, other=row)


def test_every_kind_of_notice_has_its_template_or_the_general_one() -> None:
    shipped = load_templates(SHIPPED)
    assert set(NoticeKind) <= set(shipped.kinds)
    assert shipped.of("a kind to come") == shipped.kinds["other"]


def test_a_value_is_cut_to_what_the_platform_takes(tmp_path: Path) -> None:
    template = templates(tmp_path, other={"fields": {"thing1": "{office}"}}).kinds["other"]
    assert template.filled({"office": "很长很长" * 9})["thing1"] == "很长很长" * 5


async def test_a_kind_to_come_gets_the_general_template(register: Register, fake: FakePlatform, tmp_path: Path) -> None:
    news(register, "a-kind-to-come")
    assert await left(register, fake, templates(tmp_path)) == 1
    (call,) = fake.calls_of(TEMPLATE)
    assert call.json["template_id"] == "t-other"


def test_only_the_wish_is_a_wish() -> None:
    wish = wish_of(local(Do.NOTIFY, number="QH-20261121-3", code="7K3M-9QXD-2F4H"))
    assert wish is not None
    assert "9QXD" not in repr(wish)
    assert wish_of(local(Do.SAY, text="x")) is None
    assert wish_of("/file") is None
