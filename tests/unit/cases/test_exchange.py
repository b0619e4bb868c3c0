"""Exchange with an upstream system: what goes out, to whom, once; what comes back, by the same rules as everybody's acts."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook
from sqlalchemy import select

from cases.actors import Actor
from cases.database import Register, UnitOfWork
from cases.exchange.export import Batch, collect, confirm, export_to
from cases.exchange.incoming import State, import_from, take_in
from cases.exchange.mapping import ExchangeMapping, load_mapping
from cases.exchange.sheets import UnreadableSheet, defuse, read_sheet
from cases.models import Audit, Case, ExportMark, ImportedChange
from cases.policy import NotPermitted, StaffRole
from petition.matters import PetitionType
from petition.parties import Confidentiality, Party, PartyRole
from tests.unit.cases.factories import ADDRESS, NAME, NOON, PHONE, VALUES
from tests.unit.cases.lives import ACCEPTED, FORWARDED, HANDLING, live, noon

FILE = Path(__file__).resolve().parents[3] / "data" / "exchange" / "national.yml"
CLERK = Actor("clerk-1", frozenset({StaffRole.CLERK}))
DISCIPLINE = Actor("discipline-1", frozenset({StaffRole.DISCIPLINE}))
NUMBER = "XF-20261101-1"


@pytest.fixture
def mapping() -> ExchangeMapping:
    return load_mapping(FILE)


def rows(batch: Batch) -> list[dict[str, object]]:
    loaded: list[dict[str, object]] = json.loads(batch.as_json())
    return loaded


def first(uow: UnitOfWork, mapping: ExchangeMapping, actor: Actor = CLERK) -> dict[str, object]:
    return rows(collect(uow, mapping, actor))[0]


# --- out --------------------------------------------------------------------------------------------------------------------------


def test_a_case_stands_in_the_columns_of_the_mapping_in_words(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED), ("2026-11-05", ACCEPTED))
    row = first(uow, mapping)
    assert list(row) == [column.title for column in mapping.columns]
    expected = {"信访件编号": NUMBER, "登记日期": "2026-11-01", "信访形式": "网上", "信访目的": "申诉求决"}
    expected |= {
        "问题类别": "劳动和社会保障",
        "姓名": NAME,
        "住址": ADDRESS,
        "联系电话": "139****0001",
        "涉及金额": 35000,
    }
    expected |= {"办理状态": "已受理", "受理日期": "2026-11-05", "办理期限": "2027-01-04", "答复日期": None}
    assert expected.items() <= row.items()


def test_only_what_is_new_or_changed_is_exported_again(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping, tmp_path: Path
) -> None:
    changing = live(register, "2026-11-01", key="1")
    live(register, "2026-11-01", key="2")
    target = tmp_path / "out.xlsx"
    assert export_to(uow, mapping, target, CLERK, now=NOON) == 2
    content = target.read_bytes()
    assert (target.stat().st_mode & 0o777, len(read_sheet(content))) == (0o600, 2)
    assert export_to(uow, mapping, tmp_path / "none.xlsx", CLERK, now=NOON) == 0
    assert not (tmp_path / "none.xlsx").exists()
    assert export_to(uow, mapping, tmp_path / "full.xlsx", CLERK, now=NOON + timedelta(days=2), full=True) == 2
    assert (tmp_path / "full.xlsx").read_bytes() == content
    take_in(uow, mapping, [{"信访件编号": NUMBER, "办理状态": "已受理", "日期": "2026-11-03"}], now=NOON)
    assert [row.case_id for row in collect(uow, mapping, CLERK).rows] == [changing]


def test_a_large_export_goes_on_where_the_last_file_ended(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cases.exchange.export.BATCH", 2)
    for number in range(5):
        live(register, "2026-11-01", key=str(number))
    files = [tmp_path / f"{number}.json" for number in range(3)]
    assert [export_to(uow, mapping, file, CLERK, now=NOON, limit=3) for file in files] == [3, 2, 0]
    numbers = {row["信访件编号"] for file in files[:2] for row in json.loads(file.read_bytes())}
    assert len(numbers) == 5


def test_an_export_that_was_cut_off_before_it_was_marked_comes_again(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01")
    first_try, second_try = collect(uow, mapping, CLERK), collect(uow, mapping, CLERK)
    assert first_try.as_xlsx() == second_try.as_xlsx()
    for batch in (first_try, second_try):
        confirm(uow, batch, CLERK, now=NOON)
    assert len(uow.session.scalars(select(ExportMark)).all()) == 1


def test_who_took_a_case_out_stands_in_the_log(register: Register, uow: UnitOfWork, mapping: ExchangeMapping) -> None:
    case_id = live(register, "2026-11-01")
    confirm(uow, collect(uow, mapping, CLERK), CLERK, now=NOON)
    logged = uow.session.scalars(select(Audit).where(Audit.act == "case-exported")).one()
    assert (logged.actor, logged.case_id, logged.subject) == ("clerk-1", case_id, "national")


def test_reports_go_out_by_the_hand_of_the_discipline_role_alone(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", key="report", type=PetitionType.REPORT, branch=None)
    live(register, "2026-11-01", key="claim")
    assert [row["信访目的"] for row in rows(collect(uow, mapping, CLERK))] == ["申诉求决"]
    assert {row["信访目的"] for row in rows(collect(uow, mapping, DISCIPLINE))} == {"申诉求决", "检举控告"}


@pytest.mark.parametrize(
    "actor",
    [
        Actor("auditor-1", frozenset({StaffRole.AUDITOR})),
        Actor("handler-1", frozenset({StaffRole.HANDLER})),
        Actor("clerk-2", frozenset({StaffRole.CLERK}), body="县人社局"),
    ],
)
def test_nobody_else_exports(uow: UnitOfWork, mapping: ExchangeMapping, actor: Actor) -> None:
    with pytest.raises(NotPermitted):
        collect(uow, mapping, actor)


def test_a_column_can_be_for_fewer_eyes(tmp_path: Path, uow: UnitOfWork) -> None:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    read["columns"][5]["may"] = ["head"]
    (tmp_path / "own.yml").write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    with pytest.raises(NotPermitted, match="姓名"):
        collect(uow, load_mapping(tmp_path / "own.yml"), CLERK)


def test_who_wants_not_to_be_known_is_masked_whatever_the_column_says(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", confidentiality=Confidentiality.CONFIDENTIAL)
    row = first(uow, mapping)
    assert row["姓名"] == "马**"
    assert not any(each in str(row) for each in (NAME, ADDRESS, PHONE))


def test_an_anonymous_case_has_no_person(register: Register, uow: UnitOfWork, mapping: ExchangeMapping) -> None:
    live(register, "2026-11-01", confidentiality=Confidentiality.ANONYMOUS, parties=())
    assert {"姓名": None, "住址": None, "联系电话": None}.items() <= first(uow, mapping).items()


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_citizen_wrote_is_never_a_formula(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping, text: str
) -> None:
    parties = (Party(PartyRole.PETITIONER, NAME, ADDRESS, PHONE),)
    live(register, "2026-11-01", values={**VALUES, "narrative": text}, parties=parties)
    batch = collect(uow, mapping, CLERK)
    sheet = load_workbook(io.BytesIO(batch.as_xlsx())).worksheets[0]
    cell = next(cell for cell in sheet[2] if sheet[1][cell.column - 1].value == "概况")
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    assert rows(batch)[0]["概况"] == text
    assert read_sheet(batch.as_xlsx())[0]["概况"].strip() == text.strip() or text.startswith(" ")


def test_what_no_sheet_can_hold_is_left_out() -> None:
    assert defuse("好\x00的\x0b\ud800") == "好的"
    assert len(defuse("长" * 40_000)) < 32_767


# --- in ---------------------------------------------------------------------------------------------------------------------------


def change(status: str, on: str = "2026-11-10", number: str = NUMBER, **more: str) -> dict[str, str]:
    return {"信访件编号": number, "办理状态": status, "日期": on, **more}


def states(uow: UnitOfWork, mapping: ExchangeMapping, *given: Mapping[str, str]) -> list[State]:
    return [taken.state for taken in take_in(uow, mapping, given, now=noon("2026-11-21"))]


def stage(uow: UnitOfWork) -> str:
    uow.rollback()
    uow.session.expire_all()
    return uow.session.scalars(select(Case.stage)).one()


def test_a_status_that_comes_back_is_an_act_and_is_taken_in_once(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED))
    given = [change("已受理", 流水号="7"), change("开始办理", "2026-11-11", 流水号="8")]
    assert states(uow, mapping, *given, given[0]) == [State.APPLIED, State.APPLIED, State.KNOWN]
    assert states(uow, mapping, *given) == [State.KNOWN, State.KNOWN]
    assert stage(uow) == "handling"
    assert len(uow.session.scalars(select(ImportedChange)).all()) == 2


def test_a_row_without_a_key_is_known_by_what_it_says(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED))
    assert states(uow, mapping, change("已受理"), change("已受理")) == [State.APPLIED, State.KNOWN]


def test_a_bad_row_is_listed_with_its_line_and_stops_no_other(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED))
    given = [
        change("已受理", number="XF-19990101-1"),
        change("飞走了"),
        change("已受理", on="昨天"),
        change("已复查"),
        {},
        change("已受理"),
    ]
    taken = take_in(uow, mapping, given, now=NOON)
    assert [each.line for each in taken if each.state is State.REFUSED] == [2, 3, 4, 5, 6]
    assert [each.why[:6] for each in taken[:4]] == ["没有这个编号", "对照表里没有", "日期看不懂，", "现在的阶段不"]
    assert taken[-1].state is State.APPLIED


def test_a_reply_names_its_outcome_in_the_words_of_the_regulation(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED), ("2026-11-03", ACCEPTED), ("2026-11-04", HANDLING))
    given = [change("已答复"), change("已答复", 处理意见="随便"), change("已答复", 处理意见="予以支持", 流水号="9")]
    assert states(uow, mapping, *given) == [State.REFUSED, State.REFUSED, State.APPLIED]
    assert stage(uow) == "replied"


def test_what_needs_a_second_person_waits_for_one(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED), ("2026-11-03", ACCEPTED), ("2026-11-04", HANDLING))
    late = change("延长期限", 理由="情况复杂")
    taken = take_in(uow, mapping, [late | {"延长天数": "30"}, late | {"延长天数": "30"}], now=NOON)
    assert [each.state for each in taken] == [State.WAITING, State.KNOWN]
    assert stage(uow) == "handling"


def test_nothing_from_upstream_acts_on_a_report(register: Register, uow: UnitOfWork, mapping: ExchangeMapping) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED), type=PetitionType.REPORT, branch=None)
    assert states(uow, mapping, change("已受理")) == [State.REFUSED]


def test_a_case_is_also_found_by_the_number_it_has_upstream(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED))
    given = [change("已受理", 上级编号="GJ-9"), change("开始办理", number="", 上级编号="GJ-9")]
    assert states(uow, mapping, *given) == [State.APPLIED, State.APPLIED]


def test_what_went_out_as_a_sheet_can_be_read_back(
    register: Register, uow: UnitOfWork, mapping: ExchangeMapping, tmp_path: Path
) -> None:
    live(register, "2026-11-01", ("2026-11-02", FORWARDED))
    (tmp_path / "in.json").write_text(json.dumps([change("已受理")], ensure_ascii=False), encoding="utf-8")
    assert [each.state for each in import_from(uow, mapping, tmp_path / "in.json", now=NOON)] == [State.APPLIED]
    for name, content in (("in.xlsx", b"no sheet"), ("no.json", b"{"), ("list.json", b"{}")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableSheet):
            import_from(uow, mapping, tmp_path / name, now=NOON)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"field": "secret"}, "no field secret"),
        ({"title": "姓名"}, "姓名 stands twice"),
        ({"mask": True}, "unknown mask"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused_by_name(tmp_path: Path, change: dict[str, object], says: str) -> None:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    read["columns"][0] |= change
    (tmp_path / "own.yml").write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        load_mapping(tmp_path / "own.yml")
