"""What is said for what stands on the screen."""

from __future__ import annotations

import pytest

from bot.speech.numbers import said
from bot.speech.spoken import Spoken, cut, sentences
from tests.unit.bot.speech.voices import table

SPOKEN = Spoken(table().reading)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "零"),
        ("10", "十"),
        ("2000", "两千"),
        ("220", "二百二十"),
        ("10500", "一万零五百"),
        ("110010", "十一万零一十"),
        ("35,000", "三万五千"),
        ("200000000", "两亿"),
        ("2.50", "二点五"),
        ("007", "零零七"),
    ],
)
def test_a_number_is_said_as_people_say_it(number: str, words: str) -> None:
    assert said(number) == words


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("2026-11-21", "二零二六年十一月二十一日。"),
        ("2026-03/2026-08", "二零二六年三月到二零二六年八月。"),
        ("2022年5月1日起", "二零二二年五月一日起。"),
        ("上班时间是9:00-12:00，14:05至17:00", "上班时间是九点到十二点，十四点零五分至十七点。"),
        ("请打0000-12345678", "请打零零零零，幺二三四五六七八。"),
        ("手机13900000001", "手机幺三九零零零零零零零幺。"),
        ("打12345、110", "打幺二三四五、幺幺零。"),
        ("罚12345元，1000000元，共110人", "罚一万两千三百四十五元，一百万元，共一百一十人。"),
        ("139****0001", "幺三九，中间几位不念，零零零幺。"),
        ("马**", "马某。"),
        ("编号QH-20261121-1", "编号科又诶吃，二零二六幺幺二幺，幺。"),
        ("第35条、第三十五条", "第三十五条、第三十五条。"),
        ("3-5天，1000-2000元", "三到五天，一千到两千元。"),
        ("¥3500.50，2.5万元，2万元", "三千五百点五元，二点五万元，两万元。"),
        ("30%，1/3", "百分之三十，三分之一。"),
        ("2个工作日，12个月，2日内，第2个", "两个工作日，十二个月，二日内，第二个。"),
        ("看https://example.org/a?b=1这里", "看这里。"),
        ("《信访工作条例》（示例）【新】", "信访工作条例，示例，新。"),
        ("· 一\n· 二", "一。二。"),
        ("您好——真的吗？！", "您好，真的吗？"),
        ("用APP或者PDF", "用手机软件或者电子文件。"),
        ("２个，５０％", "两个，百分之五十。"),
        ("***", ""),
        ("🙂", ""),
    ],
)
def test_signs_become_words(written: str, heard: str) -> None:
    assert SPOKEN(written) == heard


def test_a_query_code_is_said_sign_by_sign() -> None:
    heard = SPOKEN("查询码：7K3M-9QX2。")
    letters = table().reading.letters
    assert heard == f"查询码，七{letters['K']}三{letters['M']}，九{letters['Q']}{letters['X']}二。"


def test_every_letter_has_a_name() -> None:
    assert sorted(table().reading.letters) == [chr(each) for each in range(ord("A"), ord("Z") + 1)]


def test_the_first_piece_is_short_and_no_sentence_is_torn() -> None:
    text = "一般六十天。" + "情况复杂的可以延长，最多再加三十天，要书面告诉您理由。" * 6
    pieces = cut(text, 30, 80)
    assert pieces[0] == "一般六十天。"
    assert max(map(len, pieces)) <= 80
    assert [each for piece in pieces for each in sentences(piece)] == sentences(text)


def test_a_sentence_without_an_end_is_cut_at_commas_and_loses_nothing() -> None:
    text = "，".join(["没有句号的一段话"] * 40)
    pieces = cut(text, 30, 80)
    assert max(map(len, pieces)) <= 80
    assert "".join(pieces).replace("\n", "") == text
    assert all(piece.endswith("，") for piece in pieces[:-1])


def test_lines_stay_apart() -> None:
    assert SPOKEN("\n".join(cut("标题\n内容", 30, 80))) == "标题。内容。"
