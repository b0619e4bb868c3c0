"""Bare answers to a question of the form: what is taken, and why something is not."""

from __future__ import annotations

from datetime import date

import pytest

from engine.extract import (
    Problem,
    parse_amount,
    parse_behalf,
    parse_case_number,
    parse_date,
    parse_headcount,
    parse_name,
    parse_names,
    parse_phone,
    parse_query_code,
)

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("21000", 21000),
        ("八百", 800),
        ("三万", 30000),
        ("两万二", 22000),
        ("五十元", 50),
        ("大概三千来块", 3000),
        ("500块", 500),
        ("50", 50),
        ("三百二", 320),
        ("九百六", 960),
        ("一万三千五", 13500),
        ("两万一千块", 21000),
        ("126000元", 126000),
        ("十二万六", 126000),
        ("12万多", 120000),
        ("2.5万", 25000),
        ("1,200.50元", 1200.5),
        ("２１０００", 21000),
        ("¥300", 300),
        ("金额说错了，不是三千六，是六千三", 6300),
        ("一共四万四", 44000),
        ("万把块吧", 10000),
        ("一百五十块五", 150.5),
        ("六万五左右", 65000),
        ("十四万", 140000),
        ("5毛", 0.5),
        ("没有", None),
        ("不知道", None),
        ("记不清了", None),
        ("三个人", None),
        ("一分没有", None),
        ("13800010001", None),
        ("", None),
    ],
)
def test_amount(text: str, yuan: float | None) -> None:
    assert parse_amount(text) == yuan


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026年5月", "2026-05"),
        ("2026年5月开始的", "2026-05"),
        ("2026年8月1日", "2026-08-01"),
        ("2023年11月到现在", "2023-11/2026-11"),
        ("2024年以来", "2024"),
        ("上个月15号", "2026-10-15"),
        ("15号", "2026-11-15"),
        ("28号", "2026-10-28"),
        ("20261015", "2026-10-15"),
        ("10 15", "2026-10-15"),
        ("8.1", "2026-08-01"),
        ("2026", "2026"),
        ("去年", "2025"),
        ("去年国庆", "2025-10-01"),
        ("昨儿晚上", "2026-11-20"),
        ("就今天", "2026-11-21"),
        ("上上个月", "2026-09"),
        ("上周", "2026-11-09/2026-11-15"),
        ("一个月前", "2026-10"),
        ("二月二十九", None),
        ("2024年2月29日", "2024-02-29"),
        ("去年腊月", "2026-01/2026-02"),
        ("八月十五号", "2026-08-15"),
    ],
)
def test_date(text: str, value: str | None) -> None:
    assert parse_date(text, TODAY).value == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2099年13月45日", Problem.IMPOSSIBLE),
        ("2026年2月30日", Problem.IMPOSSIBLE),
        ("2025年2月29日", Problem.IMPOSSIBLE),
        ("2026-13-01", Problem.IMPOSSIBLE),
        ("2099年1月1日", Problem.FUTURE),
        ("明天", Problem.FUTURE),
        ("下个月", Problem.FUTURE),
        ("2026年12月", Problem.FUTURE),
        ("明年", Problem.FUTURE),
        ("前几天", Problem.AMBIGUOUS),
        ("好几年了", Problem.AMBIGUOUS),
        ("记不清了", Problem.AMBIGUOUS),
        ("三四年", Problem.AMBIGUOUS),
        ("你好", Problem.NONE),
        ("", Problem.NONE),
        ("昨天", Problem.NONE),
    ],
)
def test_date_problem(text: str, problem: Problem) -> None:
    assert parse_date(text, TODAY).problem is problem


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("13800010001", "13800010001", Problem.NONE),
        ("1 3 8 0 0 0 1 0 0 0 1", "13800010001", Problem.NONE),
        ("刚才电话说错了，是13977776666", "13977776666", Problem.NONE),
        ("不是13800010014，是13977776666", "13977776666", Problem.NONE),
        ("幺三八 零零零幺 零零零幺", "13800010001", Problem.NONE),
        ("0398-2812345", "0398-2812345", Problem.NONE),
        ("03982812345", "0398-2812345", Problem.NONE),
        ("1380001", None, Problem.LENGTH),
        ("138000100011", None, Problem.LENGTH),
        ("12345678901", None, Problem.PREFIX),
        ("20000000000", None, Problem.PREFIX),
        ("没有电话", None, Problem.NONE),
        ("", None, Problem.NONE),
    ],
)
def test_phone(text: str, value: str | None, problem: Problem) -> None:
    result = parse_phone(text)
    assert (result.value, result.problem) == (value, problem)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("周桂兰", "周桂兰"),
        ("我叫周桂兰", "周桂兰"),
        ("何长顺", "何长顺"),
        ("郭敏", "郭敏"),
        ("潘秋生", "潘秋生"),
        ("卓玛", "卓玛"),
        ("米乐", "米乐"),
        ("孟宪", "孟宪"),
        ("欧阳芹", "欧阳芹"),
        ("买买提·艾力", "买买提·艾力"),
        ("阿依古丽", "阿依古丽"),
        ("我姓吴，吴长林", "吴长林"),
        ("安晓东", "安晓东"),
        ("名字写错了，我叫方志明，志气的志", "方志明"),
        ("不对，我叫方志明", "方志明"),
        ("叫尤佳", "尤佳"),
        ("苗富贵。", "苗富贵"),
        ("史卫东", "史卫东"),
        ("匿名", None),
        ("我要匿名", None),
        ("不留名字，匿名", None),
        ("不留名字", None),
        ("没有", None),
        ("为什么要名字", None),
        ("不想说", None),
        ("我是王家村的", None),
        ("算了", None),
        ("这个多久能有结果？", None),
        ("青河县城关镇", None),
        ("13800010001", None),
        ("", None),
    ],
)
def test_name(text: str, name: str | None) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("秦小雨、谢芳、卓玛", ["秦小雨", "谢芳", "卓玛"]),
        ("代表是秦小雨、谢芳和卓玛三个人", ["秦小雨", "谢芳", "卓玛"]),
        (
            "傅德明、姚三妹、石磊、龚平、韦大庆、左英、康成",
            ["傅德明", "姚三妹", "石磊", "龚平", "韦大庆", "左英", "康成"],
        ),
        ("周和平和李四光", ["周和平", "李四光"]),
        ("傅德明 姚三妹 石磊", ["傅德明", "姚三妹", "石磊"]),
        ("周桂兰", ["周桂兰"]),
        ("我们选了王大海，李二柱当代表", ["王大海", "李二柱"]),
        ("没有", []),
        ("还没选", []),
        ("", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert parse_names(text) == names


@pytest.mark.parametrize(
    ("text", "count"), [("七户", 7), ("三个人", 3), ("12个人", 12), ("几十户", 20), ("不知道", None)]
)
def test_headcount(text: str, count: int | None) -> None:
    assert parse_headcount(text) == count


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("替我母亲康秀英办的", "我母亲康秀英"),
        ("我母亲康秀英", "我母亲康秀英"),
        ("我妈", "我妈"),
        ("康秀英", "康秀英"),
        ("没有", None),
    ],
)
def test_behalf(text: str, who: str | None) -> None:
    assert parse_behalf(text) == who


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7K3M-9QXD-2F4H", "7K3M9QXD2F4H"),
        ("7k3m 9qxd 2f4h", "7K3M9QXD2F4H"),
        ("OIL0-1111-2222", "011011112222"),
        ("7K3M", None),
        ("查询码在哪", None),
        ("UUUU-UUUU-UUU1", None),
    ],
)
def test_query_code(text: str, code: str | None) -> None:
    assert parse_query_code(text) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("QH-20261121-3", "QH-20261121-3"),
        ("ｑｈ－２０２６１１２１－３", "QH-20261121-3"),
        ("qh 20261121 003", "QH-20261121-3"),
        ("我的号是qh20261121-15", "QH-20261121-15"),
        ("20261121-3", None),
        ("", None),
    ],
)
def test_case_number(text: str, number: str | None) -> None:
    assert parse_case_number(text) == number
