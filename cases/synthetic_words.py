"""Made-up words and persons: no place, body or name in them is a real one, and no phone can be called (142 is given to nobody)."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from cases.ciphers import Ciphers
from cases.similar import Marks
from petition.matters import Matter, PetitionType

SURNAMES = "马秦谢欧卓林何罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
GIVEN = "小云雨芳玛明华丽军强敏静磊洋艳杰娟涛超霞平刚桂英文波兰玉萍红鹏辉梅琴健宁帆晨"
TOWNS = ("望月镇", "石桥镇", "柳河乡", "青禾街道", "白杨乡", "临水镇")
UNLISTED = "142"  # no carrier has these numbers

_THINGS: dict[Matter, tuple[str, str]] = {
    Matter.LABOUR: ("在{place}干活{months}个月，工资一直没有发，找过负责人多次都说再等等", "请督促付清拖欠的工资"),
    Matter.LAND: ("{place}的承包地被占用{months}个月，补偿款没有到户，也没有看到公告", "请查清补偿标准并付清"),
    Matter.HOUSING: ("{place}的房子交房已经晚了{months}个月，开发商不退钱也不说时间", "请督促交房或者退款"),
    Matter.RURAL: ("{place}的水渠坏了{months}个月没有人修，地里浇不上水", "请安排维修"),
    Matter.ENVIRONMENT: ("{place}的厂子夜里排烟{months}个月，窗户不能开，气味很重", "请查处并公开结果"),
    Matter.TRANSPORT: ("{place}的路挖开{months}个月没有恢复，下雨天走不了", "请恢复道路"),
    Matter.EDUCATION: ("{place}的孩子入学材料交了{months}个月，没有答复", "请答复能不能入学"),
    Matter.HEALTH: ("在{place}看病的费用报销等了{months}个月，没有结果", "请办理报销"),
    Matter.CIVIL_AFFAIRS: ("{place}的低保申请交了{months}个月，没有通知", "请告知审核结果"),
    Matter.COMMERCE: ("在{place}办的卡用不了已经{months}个月，店关门了", "请帮助退款"),
}
_SUGGESTION = ("{place}的公交只到下午五点，已经{months}个月了，上夜班的人回不了家", "建议延长运营时间")
_REPORT = ("{place}的负责人{months}个月来分配项目不公开，账目也不公示", "请调查处理")


@dataclass(frozen=True)
class Story:
    """The words of a petition, ready to be sealed, and what it is compared by."""

    type: PetitionType
    matter: Matter
    texts: tuple[tuple[str, str], ...]  # slot, JSON
    marks: Marks | None


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    address: str
    phone: str


def stories(ciphers: Ciphers, seed: int = 1) -> dict[PetitionType, tuple[Story, ...]]:
    """Enough different ones of each type; sketching a story takes a while, so each is used often."""
    chance = random.Random(seed)  # noqa: S311
    told = {
        PetitionType.CLAIM: [(matter, *words) for matter, words in _THINGS.items() for _ in range(30)],
        PetitionType.SUGGESTION: [(Matter.TRANSPORT, *_SUGGESTION)] * 30,
        PetitionType.REPORT: [(Matter.DISCIPLINE, *_REPORT)] * 30,
    }
    return {kind: tuple(_story(ciphers, chance, kind, *each) for each in all) for kind, all in told.items()}


def _story(ciphers: Ciphers, chance: random.Random, kind: PetitionType, matter: Matter, what: str, wish: str) -> Story:
    place = f"示例县{chance.choice(TOWNS)}{chance.choice('东西南北')}{chance.randint(1, 60)}号"
    values: dict[str, object] = {
        "narrative": what.format(place=place, months=chance.randint(1, 30)) + "。",
        "request": wish,
        "respondent": f"示例县{chance.choice(TOWNS)}{chance.choice(SURNAMES)}记公司",
    }
    if chance.random() < 0.3:
        values["place"] = place
    texts = tuple((slot, json.dumps(value, ensure_ascii=False)) for slot, value in values.items())
    return Story(kind, matter, texts, Marks.of(ciphers, kind, matter, values))


def person(chance: random.Random, number: int) -> Person:
    """The n-th of them."""
    name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
    address = f"示例县{chance.choice(TOWNS)}{number % 97 + 1}村{number % 23 + 1}组{number % 311 + 1}号"
    return Person(name, address, f"{UNLISTED}{number % 10**8:08d}")
