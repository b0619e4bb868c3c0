"""contract.md, "Cases": what the holder of a receipt can do with the case, through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from cases.actors import Actor
from cases.acts import act
from cases.database import Register, create_register
from cases.file import Receipt
from cases.models import Attachment, Case, ConversationRow, History, NoticeContact
from cases.policy import StaffRole
from cases.receptions import Plan, add_day
from cases.supplement import opened_supplements
from petition.days import china_day
from petition.stages import Act
from tests.contract.api.test_conversations import detail
from tests.unit.bot.factories import PNG, Visitor, visiting
from tests.unit.cases.acting import BUREAU, CLERK, HANDLER
from tests.unit.cases.factories import KEY, NAME, PHONE, file_one, make_url

pytestmark = pytest.mark.asyncio
POSTS = ("supplements", "reminders", "withdrawal", "rating", "review", "recheck", "unsolved")
STEPS: tuple[tuple[Act, Actor, dict[str, str]], ...] = (
    (Act.FORWARD, CLERK, {"body": BUREAU}),
    (Act.ACCEPT, HANDLER, {}),
    (Act.HANDLE, HANDLER, {}),
    (Act.REPLY, HANDLER, {"outcome": "refuse"}),
)


def ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


class House:
    """The register behind the server's back: what staff do, and what was kept."""

    def __init__(self, folder: Path) -> None:
        self.register: Register = create_register(make_url(folder), KEY)

    def file(self, days: int = 0, steps: int = 0, step_days: int = 1) -> Receipt:
        """A claim filed so many days ago, and the first steps of staff, one after the other."""
        receipt = file_one(self.register, f"filed-{days}-{steps}", now=ago(days))
        with self.register.unit_of_work() as uow:
            case = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()
            uow.rollback()
            for number, (what, who, said) in enumerate(STEPS[:steps], start=1):
                at = ago(days - number * step_days)
                received_on = china_day(at) if what is Act.REPLY else None
                act(uow, case, what, who, details=said, received_on=received_on, now=at)
        return receipt

    def acts(self, receipt: Receipt) -> list[str]:
        with self.register.unit_of_work() as uow:
            rows = select(History.act).join(Case).where(Case.number == receipt.number).order_by(History.id)
            return list(uow.session.scalars(rows))

    def rows(self, kind: Any) -> list[Any]:
        with self.register.unit_of_work() as uow:
            return list(uow.session.scalars(select(kind)))

    def reception(self) -> str:
        with self.register.unit_of_work() as uow:
            chief = Actor("chief", frozenset({StaffRole.CLERK, StaffRole.HEAD}))
            day = (datetime.now(UTC) + timedelta(days=7)).date()
            plan = Plan(on=day, starts="09:00", ends="11:30", leader="副县长", place="接待大厅", seats=1)
            return add_day(uow, "QH", plan, chief, now=datetime.now(UTC))


async def post(
    visitor: Visitor, receipt: Receipt, what: str, key: str = "", code: str = "", **body: Any
) -> httpx.Response:
    headers = {"X-Query-Code": code or receipt.query_code, **({"Idempotency-Key": key} if key else {})}
    sent: dict[str, Any] = body if "files" in body or "data" in body else {"json": body}
    return await visitor.http.post(f"/api/cases/{receipt.number}/{what}", headers=headers, **sent)


async def look(visitor: Visitor, receipt: Receipt) -> dict[str, Any]:
    answer = await visitor.http.get(f"/api/cases/{receipt.number}", headers={"X-Query-Code": receipt.query_code})
    found: dict[str, Any] = answer.json()
    return found


async def test_the_case_tells_its_clock_who_has_it_and_what_is_new(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        body = await look(visitor, House(tmp_path).file(20, 1, step_days=2))
    case = body["case"]
    assert case["body"] == BUREAU
    assert case["stage_title"] == "已转送"
    assert case["clock"]["days_left"] == case["days_left"]
    assert "依据" not in case["clock"]["citation"]
    assert "《信访工作条例》" in case["clock"]["citation"]
    assert {"remind", "supplement", "withdraw"} <= set(case["acts"])
    assert case["notices"][0]["text"].startswith("您的信访事项")
    assert case["history"][-1]["told"] == "已转送有权处理的单位。"
    assert body["roadmap"]["clock"] == case["clock"]
    assert NAME not in str(body)


async def test_a_late_office_is_told_with_what_helps(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        case = (await look(visitor, House(tmp_path).file(40)))["case"]
    assert case["days_left"] < 0
    assert any("催办" in each and "第二十八条" in each for each in case["late"])


async def test_notices_that_were_read_are_not_told_again(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        receipt = House(tmp_path).file(20, 1)
        ids = [each["id"] for each in (await look(visitor, receipt))["case"]["notices"]]
        assert (await post(visitor, receipt, "notices/seen", ids=ids)).status_code == 204
        assert (await look(visitor, receipt))["case"]["notices"] == []


async def test_a_supplement_holds_words_and_files_and_comes_once(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file()
        before = len(house.rows(ConversationRow))
        for _ in range(2):
            files = [("file", ("考勤表.png", PNG)), ("file", ("工资条.png", PNG))]
            answer = await post(visitor, receipt, "supplements", "key-1", data={"text": "补两张表"}, files=files)
            assert answer.status_code == 201, answer.text
        assert "收到了" in answer.json()["told"]
        assert house.acts(receipt).count("supplement") == 1
        kept = house.rows(Attachment)
        assert len(kept) == 2
        assert all(each.case_id and each.conversation_id is None for each in kept)
        assert len(house.rows(ConversationRow)) == before
        with house.register.unit_of_work() as uow:
            assert opened_supplements(uow, kept[0].case_id, StaffRole.CLERK)[0]["narrative"] == "补两张表"


async def test_a_supplement_of_words_alone(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file()
        assert (await post(visitor, receipt, "supplements", text="还有三个工友")).status_code == 201
        assert house.acts(receipt)[-1] == "supplement"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"text": "  "}, 422),
        ({"text": "诉" * 2001}, 422),
        ({"other": "x"}, 422),
        ({"data": {"text": ""}, "files": [("file", ("空.png", b""))]}, 422),
        ({"data": {"text": "x"}, "files": [("file", ("程序.exe", b"MZ" + bytes(100)))]}, 422),
        ({"data": {"text": "x"}, "files": [("file", ("x.png", PNG))] * 5}, 422),
        ({"data": {"text": "x"}, "files": [("file", ("大.png", PNG + bytes(10 * 1024 * 1024)))]}, 413),
    ],
)
async def test_what_is_no_supplement_leaves_nothing(tmp_path: Path, sent: dict[str, Any], status: int) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file()
        answer = await post(visitor, receipt, "supplements", **sent)
        assert answer.status_code == status
        assert detail(answer)
        assert house.acts(receipt) == ["register"]
        assert house.rows(Attachment) == []


async def test_a_reminder_comes_once_and_too_soon_is_told_its_day(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        fresh, old = house.file(), house.file(30)
        refused = await post(visitor, fresh, "reminders")
        assert refused.status_code == 409
        assert "起可以催" in detail(refused)
        assert "《信访工作条例》第二十八条第一款" in detail(refused)
        assert [(await post(visitor, old, "reminders", "once")).status_code for _ in range(2)] == [201, 201]
        assert (await post(visitor, old, "reminders", "again")).status_code == 409
        assert house.acts(old).count("remind") == 1


async def test_a_withdrawal_is_final_and_the_same_key_is_answered_again(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file()
        first = await post(visitor, receipt, "withdrawal", "w-1", reason="已经解决了")
        assert (first.status_code, first.json()["case"]["stage"]) == (201, "withdrawn")
        assert (await post(visitor, receipt, "withdrawal", "w-1")).status_code == 201
        other = await post(visitor, receipt, "withdrawal", "w-2")
        assert other.status_code == 409
        assert "已撤回" in detail(other)
        assert house.acts(receipt).count("withdraw") == 1


async def test_office_and_organ_are_rated_apart_and_once(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        receipt = House(tmp_path).file(30, 4)
        for of in ("office", "organ"):
            answer = await post(visitor, receipt, "rating", of=of, satisfaction="unsatisfied", reason="一直没人理")
            assert answer.status_code == 201
        again = await post(visitor, receipt, "rating", of="organ", satisfaction="satisfied")
        assert (again.status_code, "评价过" in detail(again)) == (409, True)
        assert (await post(visitor, receipt, "rating", of="organ", satisfaction="great")).status_code == 422


async def test_a_review_in_time_and_one_after_its_last_day(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        open_case, closed = house.file(20, 4), house.file(60, 4)
        accepted = await post(visitor, open_case, "review", "r-1", reason="处理意见没有说清楚工资")
        assert (accepted.status_code, accepted.json()["case"]["stage"]) == (201, "reviewing")
        late = await post(visitor, closed, "review")
        assert late.status_code == 409
        assert "最晚到" in detail(late)
        assert "第三十五条" in detail(late)
        recheck = await post(visitor, open_case, "recheck")
        assert recheck.status_code == 409
        assert "复查中" in detail(recheck)
        assert "第三十六条" in detail(recheck)


async def test_answered_but_not_solved_is_one_fact(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file(20, 4)
        assert [(await post(visitor, receipt, "unsolved")).status_code for _ in range(2)] == [201, 201]
        assert house.acts(receipt).count("unsolved") == 1


async def test_text_messages_are_agreed_to_and_stopped(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file()
        assert (await post(visitor, receipt, "contact", phone=PHONE)).status_code == 422
        wrong = await post(visitor, receipt, "contact", phone="12345", agree=True)
        assert (wrong.status_code, "位数" in detail(wrong)) == (422, True)
        assert (await post(visitor, receipt, "contact", phone=PHONE, agree=True)).status_code == 201
        assert len(house.rows(NoticeContact)) == 1
        path, headers = f"/api/cases/{receipt.number}/contact", {"X-Query-Code": receipt.query_code}
        assert (await visitor.http.delete(path, headers=headers)).status_code == 204
        assert house.rows(NoticeContact) == []


async def test_a_place_on_a_reception_day(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        day, receipt = house.reception(), house.file()
        offered = (await visitor.http.get("/api/receptions")).json()
        assert [(each["id"], each["free"]) for each in offered] == [(day, 1)]
        slip = await post(visitor, receipt, "bookings", day=day)
        assert (slip.status_code, slip.json()["queue_number"]) == (201, 1)
        assert (await post(visitor, receipt, "bookings", day="nowhere")).status_code == 404
        full = await post(visitor, house.file(1), "bookings", day=day)
        assert full.status_code == 409
        assert "第十八条" in detail(full)


@pytest.mark.parametrize("what", POSTS)
async def test_without_the_right_code_nothing_is_done_and_nothing_told(tmp_path: Path, what: str) -> None:
    async with visiting(tmp_path) as visitor:
        house = House(tmp_path)
        receipt = house.file()
        body = {"text": "x", "of": "office", "satisfaction": "basic"}
        wrong = await post(visitor, receipt, what, code="0000-0000-0000", **body)
        unknown = await visitor.http.post(f"/api/cases/QH-20260101-1/{what}", json=body)
        assert (wrong.status_code, unknown.status_code) == (404, 404)
        assert detail(wrong) == detail(unknown)
        assert house.acts(receipt) == ["register"]


async def test_repeated_misses_are_locked_out_here_too(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        receipt = House(tmp_path).file()
        answers = [await post(visitor, receipt, "reminders", code="0000-0000-0000") for _ in range(6)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) > 60


async def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        assert (await post(visitor, House(tmp_path).file(30), "reminders", "no key!")).status_code == 422


@pytest.mark.parametrize("what", POSTS)
async def test_the_description_has_every_act(tmp_path: Path, what: str) -> None:
    async with visiting(tmp_path) as visitor:
        description = (await visitor.http.get("/openapi.json")).json()
    answers = description["paths"][f"/api/cases/{{number}}/{what}"]["post"]["responses"]
    assert {"201", "404", "409", "429"} <= set(answers)
