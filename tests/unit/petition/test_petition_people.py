"""Who files, where that is not one person with a name, a phone and a house."""

from __future__ import annotations

from datetime import date

import pytest

from petition.draft import check_value, open_slots
from petition.errors import InvalidValue
from petition.parties import NO_FIXED_ADDRESS, PartyRole, contact_in, is_organisation, parties_of, representatives

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "name", ["永发砖厂", "清河区恒盛商贸有限公司", "潘家沟村三组", "金色家园业委会", "石桥镇养猪合作社"]
)
def test_an_organisation_is_known_by_its_name(name: str) -> None:
    assert is_organisation(name)
    assert check_value("name", name, TODAY) == name


@pytest.mark.parametrize("name", ["周桂兰", "欧阳小卓", "买买提·艾力", "村长", "", None])
def test_a_person_is_none(name: str | None) -> None:
    assert not is_organisation(name)


def test_an_organisation_is_asked_who_speaks_for_it() -> None:
    assert "people" in open_slots({"name": "永发砖厂"}, None)
    assert "people" not in open_slots({"name": "周桂兰"}, None)
    assert "people" not in open_slots({"name": "永发砖厂", "people": ("李四海",)}, None)


@pytest.mark.parametrize("text", ["永发砖厂，联系人李四海", "永发砖厂 法定代表人：李四海", "永发砖厂，负责人是李四海"])
def test_the_contact_is_heard_with_the_name(text: str) -> None:
    assert contact_in(text) == "李四海"
    assert check_value("name", text, TODAY) == "永发砖厂"


def test_the_contact_of_an_organisation_is_no_representative() -> None:
    of_body, of_group = ({"name": name, "people": ("李四海",)} for name in ("永发砖厂", "周桂兰"))
    assert [party.role for party in parties_of(of_body)] == [PartyRole.PETITIONER, PartyRole.CONTACT]
    assert [party.role for party in parties_of(of_group)] == [PartyRole.PETITIONER, PartyRole.REPRESENTATIVE]


@pytest.mark.parametrize("text", ["工棚", "住工棚", "工地宿舍", "救助站"])
def test_a_lodging_is_an_address(text: str) -> None:
    assert check_value("address", text, TODAY) == text


@pytest.mark.parametrize("text", ["没固定住处", "没有固定的住处", "居无定所", "我没有家", "到处跑，没地方住"])
def test_no_address_is_told_from_a_bad_one(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_value("address", text, TODAY)
    assert refused.value.reason == "no-address"


@pytest.mark.parametrize("text", ["没固定住处，在东门工地宿舍", "王家庄三组12号", NO_FIXED_ADDRESS])
def test_what_letters_reach_is_one(text: str) -> None:
    assert check_value("address", text, TODAY) == text


def test_too_many_representatives_are_told_the_article() -> None:
    with pytest.raises(InvalidValue) as refused:
        representatives([f"王{number}" for number in "一二三四五六"])
    assert refused.value.details == {
        "slot": "people",
        "reason": "too-many-representatives",
        "count": 6,
        "law": "《信访工作条例》第二十条第三款",
    }
