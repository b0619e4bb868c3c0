"""Who gets an answer in Telegram, and what never happens there; before a fake Bot API."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from cases.policy import StaffRole
from cases.staff import accounts
from desk.telegram.serve import quieten
from tests.unit.cases.acting import make_report
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, PHONE
from tests.unit.desk.cases_stage import BUREAU, filed, handled
from tests.unit.desk.factories import NOW
from tests.unit.desk.telegram.fake_api import TOKEN, message, user
from tests.unit.desk.telegram.stage import INTERNAL, PUBLIC, QUESTION, WANG, telegram_stage

STRANGER, AT_DESK, TOO_FAST, UNKNOWN = (
    "只给本单位工作人员用",
    "请在工作台里办",
    "发得太快了",
    "没有这个编号，或者不归您办",
)
STORY = f"我叫{NAME}，家住{ADDRESS}，电话{PHONE}，{NARRATIVE}"


# --- binding ---------------------------------------------------------------------------------------------------------------------------


async def test_a_code_of_the_desk_binds_and_procedure_is_answered_with_its_law(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        (said,) = await stage.write(QUESTION)
        assert PUBLIC in said
        assert "《信访工作条例》第三十五条" in said
        assert "原文核对于2026年11月21日" in said


async def test_strangers_get_one_sentence_whatever_they_ask(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        number = filed(stage.desk)
        for text in ("/start", QUESTION, number):
            stage.clock.now += 60
            (said,) = await stage.write(text)
            assert STRANGER in said
            assert PUBLIC not in said
        assert stage.bound() == 0


async def test_a_code_works_once_and_ten_minutes(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        account = stage.desk.account("clerk")
        first, second = stage.code(account), stage.code(account)
        assert "绑定码不对" in (await stage.write(first))[0]  # a newer one has taken its place
        stage.later(NOW + timedelta(minutes=10))
        assert "绑定码不对" in (await stage.write(second))[0]
        third = stage.code(account)
        assert "绑定好了" in (await stage.write(third.lower().replace("-", " ")))[0]
        assert "绑定码不对" in (await stage.write(third, by=WANG + 1))[0]
        assert stage.bound() == 1


async def test_five_wrong_codes_lock_also_for_the_right_one(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        code = stage.code(stage.desk.account("clerk"))
        for number in range(5):
            stage.clock.now += 60
            assert "绑定码不对" in (await stage.write(f"T-ABCD-000{number}"))[0]
        stage.clock.now += 60
        assert "请过15分钟再试" in (await stage.write(code))[0]
        assert stage.bound() == 0
        stage.later(NOW + timedelta(minutes=16))
        assert "绑定好了" in (await stage.write(stage.code(stage.desk.account("head"))))[0]


async def test_a_telegram_account_belongs_to_one_person_and_a_person_has_one(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        first = await stage.bind("clerk")
        await stage.bind("head")  # the same phone
        assert stage.bound() == 1
        await stage.write(stage.code(first), by=WANG + 1)  # and a new phone of the first
        await stage.write(stage.code(first), by=WANG + 2)
        assert stage.bound() == 2
        assert STRANGER in (await stage.write(QUESTION, by=WANG + 1))[0]


@pytest.mark.parametrize("how", ["disabled", "role", "reset"])
async def test_who_may_no_longer_is_let_go_at_the_next_message(tmp_path: Path, how: str) -> None:
    async with telegram_stage(tmp_path) as stage:
        account = await stage.bind("clerk")
        with stage.desk.register.unit_of_work() as uow:
            if how == "disabled":
                accounts.disable(uow, account.id, by="管理员", now=NOW)
            elif how == "role":
                accounts.change(uow, account.id, roles={StaffRole.AUDITOR}, body=None, by="管理员", now=NOW)
            else:
                accounts.reset(uow, account.id, by="管理员", now=NOW)
        assert STRANGER in (await stage.write(QUESTION))[0]
        assert stage.bound() == 0
        assert await stage.ask_inline(QUESTION) == []


async def test_a_code_of_somebody_without_the_role_binds_nobody(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        assert "绑定码不对" in (await stage.write(stage.code(stage.desk.account("admin"))))[0]
        assert stage.bound() == 0


async def test_unbinding_and_blocking_end_it(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        assert "已经解除绑定" in (await stage.write("/unbind"))[0]
        assert stage.bound() == 0
        await stage.bind("head")
        assert await stage.change("kicked") == []
        assert stage.bound() == 0


# --- cases -----------------------------------------------------------------------------------------------------------------------------


async def test_of_a_case_the_stage_and_the_day_are_told_and_nothing_else(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        number = filed(stage.desk)
        (said,) = await stage.write(f"{number.lower()} 到哪了")
        assert said == f"{number}：已登记\n下一个期限：2026年12月6日（还有15天）"
        assert stage.api.of("sendMessage")[-1]["protect_content"] == "true"


async def test_a_case_of_another_organ_a_report_and_an_unknown_number_are_one(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("handler", body="县教育局")
        await stage.bind("handler", by=WANG + 1, body=BUREAU)
        await stage.bind("discipline", by=WANG + 2)
        theirs, report = handled(stage.desk), filed(stage.desk, filing=make_report())
        assert "办理中" in (await stage.write(theirs, by=WANG + 1))[0]
        unknown = await stage.write("XF-20200101-9")
        assert UNKNOWN in unknown[0]
        assert await stage.write(theirs) == unknown
        assert await stage.write(report) == unknown
        assert await stage.write(report, by=WANG + 2) == unknown


async def test_due_counts_ones_own_cases_by_their_numbers(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        account = await stage.bind("clerk")
        assert "没有超期" in (await stage.write("/due"))[0]
        mine, others = stage.case_of(account), filed(stage.desk, "key-2")
        stage.later(NOW + timedelta(days=20))
        (said,) = await stage.write("我的超期")
        assert "1件，超期1件" in said
        assert f"{mine}　超5天" in said
        assert others not in said


async def test_nothing_personal_ever_goes_out(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        account = await stage.bind("clerk")
        number = stage.case_of(account)
        stage.later(NOW + timedelta(days=30))
        for text in (number, "/due", NAME, PHONE, NARRATIVE, STORY, "拖欠工资"):
            await stage.write(text)
        await stage.ask_inline(NAME)
        said = str(stage.api.calls)
        assert not [each for each in (NAME, PHONE, ADDRESS, NARRATIVE, "城东建筑公司") if each in said]


# --- what must not stand there ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"text": STORY},
        {"text": "电话13900000001这个人的事"},
        {"text": "公司欠我们村里八个人的工资三年了一分没有给过。找了好几回都说没有钱。老板把手机也关了人也找不到了怎么办"},
        {"text": "她叫李芳"},
        {"text": "看看这个", "forward_origin": {"type": "hidden_user", "sender_user_name": "群众", "date": 0}},
        {"text": None, "contact": {"phone_number": PHONE, "first_name": NAME}},
        {"text": None, "caption": "群众的材料", "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
    ],
    ids=["story", "phone", "long", "name", "forwarded", "contact", "caption"],
)  # fmt: skip
async def test_a_story_is_sent_to_the_desk_taken_away_and_kept_nowhere(
    tmp_path: Path, more: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    quieten()
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        given = dict(more)
        (said,) = await stage.write(given.pop("text"), **given)  # type: ignore[arg-type]
        assert AT_DESK in said
        assert stage.api.of("deleteMessage") == [{"chat_id": str(WANG), "message_id": "7"}]
    words = [each for each in (STORY, NAME, PHONE, "八个人", "李芳", "群众的材料") if each in str(more)]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("register.db*"))
    for each in words:
        assert each not in caplog.text
        assert each.encode() not in kept


@pytest.mark.parametrize("kind", ["voice", "location", "sticker"])
async def test_other_kinds_of_messages_are_not_taken(tmp_path: Path, kind: str) -> None:
    given = {
        "voice": {"file_id": "f", "file_unique_id": "u", "duration": 3},
        "location": {"longitude": 111.1, "latitude": 34.7},
        "sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    }  # fmt: skip
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        assert "只收文字" in (await stage.write(None, **{kind: given[kind]}))[0]
        assert stage.api.of("getFile") == []


async def test_edited_old_and_other_updates_are_not_answered(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        assert await stage.handle(edited_message=message(WANG, QUESTION, stage.at)) == []
        assert await stage.handle(message=message(WANG, QUESTION, stage.at - 3600)) == []
        assert (
            await stage.handle(
                chat_join_request={
                    "chat": {"id": -1, "type": "private"},
                    "from": user(5),
                    "user_chat_id": 5,
                    "date": int(stage.at),
                }
            )
            == []
        )
        assert await stage.handle(message=message(WANG, QUESTION, stage.at, via_bot={"id": 5, "is_bot": True, "first_name": "b"})) == []  # fmt: skip
        assert PUBLIC in (await stage.write(QUESTION))[0]


# --- groups -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_groups_and_channels_are_left_without_a_word(tmp_path: Path, kind: str) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        assert await stage.change("member", kind=kind) == []
        assert len(stage.api.of("leaveChat")) == 1
        assert await stage.write(QUESTION, kind=kind) == []
        assert await stage.write(stage.code(stage.desk.account("head")), kind=kind) == []
        assert len(stage.api.of("leaveChat")) == 3
        assert await stage.change("left", kind=kind) == []
        assert len(stage.api.of("leaveChat")) == 3
        assert stage.bound() == 1


# --- flood --------------------------------------------------------------------------------------------------------------------------------


async def test_a_flood_is_told_once_and_then_not_heard_until_a_minute_has_passed(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        await stage.bind("head", by=WANG + 1)
        said = [text for _ in range(40) for text in await stage.write(QUESTION)]
        assert [PUBLIC in text for text in said] == [True] * 20 + [False]
        assert TOO_FAST in said[-1]
        assert PUBLIC in (await stage.write(QUESTION, by=WANG + 1))[0]
        stage.clock.now += 60
        assert PUBLIC in (await stage.write(QUESTION))[0]


async def test_a_flood_of_strangers_is_answered_a_few_times_each_and_not_without_end(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        assert len([text for _ in range(10) for text in await stage.write(QUESTION)]) == 3
        crowd = [text for number in range(100) for text in await stage.write(QUESTION, by=5000 + number)]
        assert len(crowd) == 57


# --- inline -------------------------------------------------------------------------------------------------------------------------------


async def test_the_inline_mode_offers_what_is_written_for_citizens(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        (offer,) = await stage.ask_inline("复查审批")
        assert offer["title"] == "复查申请期限"
        assert PUBLIC in offer["input_message_content"]["message_text"]
        assert stage.api.of("answerInlineQuery")[-1]["cache_time"] == "0"
        assert INTERNAL in (await stage.write("复查件谁来批"))[0]


async def test_the_inline_mode_offers_no_case_no_story_and_nothing_to_strangers(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        assert await stage.ask_inline(QUESTION) == []
        await stage.bind("clerk")
        number = filed(stage.desk)
        for query in (number, STORY, "", f"{QUESTION} {PHONE}"):
            assert await stage.ask_inline(query) == []
        assert await stage.ask_inline(QUESTION) != []


async def test_a_button_opens_another_answer(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        await stage.write("复查")
        button = stage.api.of("sendMessage")[-1]["reply_markup"]["inline_keyboard"][0][0]
        pressed = {"id": "1", "from": {"id": WANG, "is_bot": False, "first_name": "某人"}, "chat_instance": "1", "data": button["callback_data"]}  # fmt: skip
        (said,) = await stage.handle(callback_query={**pressed, "message": message(WANG, "…", stage.at)})
        assert button["text"] in said
        stranger = {**pressed, "from": {**pressed["from"], "id": 5}, "message": message(5, "…", stage.at)}
        assert await stage.handle(callback_query=stranger) == []
        assert "已经没有了" in (await stage.handle(callback_query={**pressed, "data": "topic:gone", "message": message(WANG, "…", stage.at)}))[0]  # fmt: skip


# --- trouble ------------------------------------------------------------------------------------------------------------------------------


async def test_where_telegram_asks_for_patience_the_answer_comes_after_it(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        await stage.bind("clerk")
        stage.api.troubles["sendMessage"] = [(429, {"retry_after": 1})]
        assert PUBLIC in (await stage.write(QUESTION))[0]
        stage.api.troubles["sendMessage"] = [(403, {})]
        assert await stage.write(QUESTION) == []
        assert PUBLIC in (await stage.write(QUESTION))[0]


async def test_the_log_knows_no_token_no_telegram_account_and_no_question(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    quieten()
    async with telegram_stage(tmp_path) as stage:
        for _ in range(6):
            await stage.write(QUESTION, by=987654321)
        await stage.bind("clerk")
        stage.api.troubles["sendMessage"] = [(400, {})]
        await stage.write(QUESTION)
    assert "stranger" in caplog.text
    assert not [each for each in (TOKEN, "987654321", str(WANG), QUESTION) if each in caplog.text]
