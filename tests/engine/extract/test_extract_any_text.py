"""Whatever is typed: nothing raises, offsets fit, values can be sent as JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.extract import (
    Gazetteer,
    doubts,
    extract,
    fill,
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

PIECES = [
    "我",
    "我们",
    "欠",
    "赔",
    "一",
    "二",
    "两",
    "三",
    "十",
    "百",
    "千",
    "万",
    "亿",
    "零",
    "半",
    "点",
    "1",
    "2",
    "0",
    "20",
    "2026",
    "13",
    "45",
    "年",
    "月",
    "日",
    "号",
    "元",
    "块",
    "钱",
    "毛",
    "到",
    "现在",
    "去年",
    "上个月",
    "腊月",
    "正月",
    "初",
    "十五",
    "国庆",
    "周三",
    "前",
    "姓",
    "叫",
    "王",
    "欧阳",
    "小明",
    "某",
    "·",
    "、",
    "和",
    "，",
    "。",
    "-",
    "—",
    ":",
    "/",
    ".",
    "QH",
    "7K3M",
    "138",
    "0000",
    "幺",
    "公司",
    "厂",
    "局",
    "村",
    "委会",
    "镇",
    "长",
    "路",
    "小区",
    "派出所",
    "在",
    "被",
    "请",
    "找过",
    "没",
    "户",
    "人",
    "一起",
    "替",
    "妈",
    "代表",
    "是",
    "的",
    "号楼",
    "单元",
    "０",
    "５",
    "\u3000",
    "\n",
    "😀",
    "é",
    "Ⅷ",
    "٣",
    "²",
]
TEXTS = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))
PLACES = Gazetteer([{"name": "柳树沟村", "aliases": ["柳树沟", "王家"]}, {"name": "滨河公园", "aliases": []}])


@settings(max_examples=400, deadline=None)
@given(TEXTS, DAYS)
def test_extract_fits_any_text(text: str, today: date) -> None:
    found = extract(text, today, PLACES)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.text
    assert json.loads(json.dumps([each.value for each in found])) == [each.value for each in found]
    assert fill(found).keys() <= {
        "amount",
        "occurred_on",
        "phone",
        "name",
        "people",
        "respondent",
        "place",
        "on_behalf_of",
        "prior_handling",
    }


@settings(max_examples=300, deadline=None)
@given(TEXTS, DAYS)
def test_parsers_take_any_text(text: str, today: date) -> None:
    result = parse_date(text, today)
    assert result.value is None or result.value[:4] <= str(today.year)
    amount = parse_amount(text)
    assert amount is None or amount > 0
    assert all(isinstance(name, str) and name for name in parse_names(text))
    for parse in (parse_phone, parse_name, parse_behalf, parse_headcount, parse_query_code, parse_case_number):
        parse(text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), st.integers(1, 2000))
def test_a_long_text_that_repeats_itself_is_read_to_its_end(said: str, length: int) -> None:
    text = (said * length)[:length]
    found = extract(text, date(2026, 11, 21), PLACES)
    assert all(each.end <= length for each in found)
    assert not doubts(found).keys() & fill(found).keys()


@pytest.mark.parametrize(
    "text",
    [
        "欠我1,111." + "1" * 1980 + "甲",
        "不是11，111，111." + "1" * 1900 + "甲",
        "一" + " " * 1900 + "甲",
        "请" + "咱们" * 900 + "公司",
        "我们" + "这里" * 900 + "甲",
        "我们" + "楼上" * 900 + "甲",
        "填写名字打错了" * 250 + "甲",
        "欠我三千" + "不是" * 900 + "甲",
        "3" * 2000,
        "号" * 2000,
    ],
    ids=lambda text: text[:4].strip(),
)
def test_no_text_is_cut_up_in_ever_more_ways(text: str) -> None:
    """Each of these once took time that doubled with every sign more: it would never end."""
    today = date(2026, 11, 21)
    assert all(each.end <= len(text) for each in extract(text, today, PLACES))
    for parse in (parse_amount, parse_phone, parse_name, parse_names, parse_behalf, parse_headcount):
        parse(text)
    assert parse_date(text, today).value is None


def test_known_places_get_their_official_names() -> None:
    places = Gazetteer(
        [
            {"name": "石桥镇柳树沟村", "aliases": ["柳树沟"]},
            {"name": "滨河湿地公园", "aliases": ["滨河公园", "河边公园"]},
        ]
    )
    today = date(2026, 11, 21)
    assert fill(extract("河边公园的路灯坏了一半", today, places))["place"] == "滨河湿地公园"
    assert fill(extract("柳树沟有人推农田", today, places))["place"] == "石桥镇柳树沟村"


def test_a_total_fills_the_amount_before_its_parts() -> None:
    found = extract("欠我工资三千，押金八百，一共三千八", date(2026, 11, 21))
    assert [each.total for each in found if each.entity == "amount"] == [False, False, True]
    assert fill(found)["amount"] == 3800
