"""What lies on the disk: nothing that a thief of the file could read, and a clear word for a wrong key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cases.ciphers import WrongKey
from cases.database import create_register
from cases.file import file_petition
from petition.parties import parties_of
from tests.unit.cases.factories import (
    ADDRESS,
    KEY,
    NAME,
    NARRATIVE,
    NOON,
    OFFICE,
    PHONE,
    file_one,
    in_files,
    make_filing,
    make_register,
    make_url,
)

SAID: dict[str, str | list[str]] = {
    "narrative": NARRATIVE,
    "request": "请付清拖欠的工资并赔礼道歉",
    "name": NAME,
    "address": ADDRESS,
    "phone": PHONE,
    "respondent": "城东建筑有限公司",
    "place": "城东工地北门",
    "prior_handling": "去年向劳动监察大队反映过",
    "people": ["秦小雨", "欧阳小卓"],
    "on_behalf_of": "我的母亲谢芳",
}


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


@in_files
def test_no_word_of_a_citizen_is_readable_in_the_files(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    filing = make_filing("a-filing-key", values=SAID, parties=parties_of(SAID))
    with register.unit_of_work() as uow:
        receipt = file_petition(uow, filing, office=OFFICE, now=NOON)
    before_checkpoint = on_disk(tmp_path)
    register.close()
    raw = before_checkpoint + on_disk(tmp_path)
    assert receipt.number.encode() in raw
    said = [text for value in SAID.values() for text in (value if isinstance(value, list) else [value])]
    secrets = [*said, receipt.query_code, receipt.query_code.replace("-", ""), "a-filing-key", KEY]
    for text in secrets:
        readable = {text.encode(), text.encode("utf-16-le"), text.encode("gb18030"), text.encode("unicode_escape")}
        assert not [form for form in readable if form in raw], text


def test_a_wrong_key_is_told_at_the_start(tmp_path: Path) -> None:
    make_register(tmp_path).close()
    with pytest.raises(WrongKey, match="not with"):
        create_register(make_url(tmp_path), "another key of 32 characters and more")


def test_the_right_key_opens_after_a_wrong_one_was_tried(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    receipt = file_one(register)
    register.close()
    with pytest.raises(WrongKey):
        create_register(make_url(tmp_path), "another key of 32 characters and more")
    register = make_register(tmp_path)
    assert file_one(register) == receipt
    register.close()


@in_files
def test_folder_and_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    register = make_register(folder)
    file_one(register)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    register.close()
