"""The menu of the account: what the file says, what the platform takes, and what a touch means."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from bot.channels.wechat.menu import difference, load_menu, plain
from bot.payloads import clean_payload
from cases.migrate import upgrade
from knowledge.load import load_knowledge
from tests.unit.bot.channels.wechat.desk import client_of
from tests.unit.bot.channels.wechat.fake_platform import Said, running
from tests.unit.cases.factories import KEY
from zhilu.runner.errors import CannotRun
from zhilu.settings import ROOT, Settings
from zhilu.wechat import push, push_menu

SHIPPED = ROOT / "data" / "wechat" / "menu.yml"
HTTPS = "https://zhilu.example/"
GET, CREATE = "/cgi-bin/menu/get", "/cgi-bin/menu/create"


def written(folder: Path, menu: Any) -> Path:
    path = folder / "menu.yml"
    path.write_text(yaml.safe_dump({"menu": menu}, allow_unicode=True), encoding="utf-8")
    return path


def test_the_shipped_menu_has_the_three_buttons() -> None:
    menu = load_menu(SHIPPED).as_json(HTTPS)
    assert [each["name"] for each in menu["button"]] == ["问路线", "我要反映", "查进度"]
    road = menu["button"][0]["sub_button"][0]
    assert road == {"type": "click", "name": "信访怎么走", "key": "road"}
    assert {"type": "view", "name": "看路线图", "url": "https://zhilu.example/h5/roadmap"} in menu["button"][2][
        "sub_button"
    ]


def test_every_touch_is_a_button_of_ours_and_every_topic_is_there() -> None:
    menu = load_menu(SHIPPED)
    says = [item.says for item in menu.items() if item.says]
    assert [clean_payload(each) for each in says] == says
    topics = set(load_knowledge(ROOT / "data" / "knowledge").entries)
    asked = {yaml.safe_load(each.removeprefix("/ask"))["topic"] for each in says if each.startswith("/ask")}
    assert len(asked) == 4
    assert asked <= topics


def test_a_touch_says_what_a_button_would_and_an_older_key_says_nothing() -> None:
    menu = load_menu(SHIPPED)
    assert menu.payload("file") == "/file"
    assert menu.payload("road") == '/ask{"topic": "petition.roadmap"}'
    assert menu.payload("gone") is None
    assert menu.payload("") is None


@pytest.mark.parametrize("public_url", ["", "http://10.0.0.1:8000"])
def test_pages_that_phones_cannot_reach_safely_are_left_out(public_url: str) -> None:
    below = load_menu(SHIPPED).as_json(public_url)["button"][2]["sub_button"]
    assert [each["type"] for each in below] == ["click"]


def test_a_button_without_a_list_is_touched_itself(tmp_path: Path) -> None:
    path = written(tmp_path, [{"name": "查进度", "key": "status", "says": "/status"}, {"name": "网页", "page": "/h5"}])
    assert load_menu(path).as_json("")["button"] == [{"type": "click", "name": "查进度", "key": "status"}]


CLICK = {"name": "问", "key": "k", "says": "/help"}


@pytest.mark.parametrize(
    "menu",
    [
        None,
        [],
        [CLICK] * 4,
        [CLICK, CLICK],  # one key twice
        [{"name": "六个汉字太长", "key": "k", "says": "/help"}],
        [{"name": "上面", "buttons": []}],
        [{"name": "上面", "buttons": [{**CLICK, "key": str(each)} for each in range(6)]}],
        [{"name": "上面", "buttons": [{**CLICK, "name": "字" * 21}]}],
        [{"name": "上面", "buttons": [CLICK], "key": "k"}],
        [{"name": "问", "buttons": [CLICK]}],
        [{**CLICK, "key": "k" * 129}],
        [{**CLICK, "says": "/restart"}],
        [{**CLICK, "says": "你好"}],
        [{**CLICK, "says": '/ask{"topic": "x", "more": "y"}'}],
        [{"name": "问", "key": "k"}],
        [{"name": "", "key": "k", "says": "/help"}],
        [{"name": "问", "url": "http://a.example"}],
        [{"name": "问", "page": "//a.example"}],
        [{"name": "问", "page": "h5"}],
        [{"name": "问", "key": "k", "says": "/help", "url": "https://a.example"}],
    ],
)
def test_what_the_platform_or_the_engine_would_refuse_is_found_in_the_file(tmp_path: Path, menu: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_menu(written(tmp_path, menu))


def test_an_address_that_is_too_long_is_found(tmp_path: Path) -> None:
    menu = load_menu(written(tmp_path, [{"name": "网页", "page": "/" + "x" * 1020}]))
    with pytest.raises(ValueError, match="1024"):
        menu.as_json(HTTPS)


# --- pushing ----------------------------------------------------------------------------------------------------------------------


def as_platform_tells(menu: Any) -> dict[str, Any]:
    """menu/get adds an empty list to every button that has none."""
    below = [{**each, "sub_button": each.get("sub_button", [])} for each in menu["button"]]
    return {"menu": {"button": below}}


def test_what_the_platform_adds_is_no_difference() -> None:
    ours = load_menu(SHIPPED).as_json(HTTPS)
    assert difference(as_platform_tells(ours)["menu"], ours) == []
    assert plain([{"sub_button": [], "name": "a"}]) == [{"name": "a"}]


async def test_a_dry_run_shows_the_menu_and_the_difference_and_changes_nothing() -> None:
    ours, lines = load_menu(SHIPPED).as_json(HTTPS), list[str]()
    old = as_platform_tells({"button": [{"type": "click", "name": "旧菜单", "key": "old"}]})
    async with running() as fake, client_of(fake) as platform:
        fake.say(GET, Said(old))
        assert await push(platform, ours, dry_run=True, say=lines.append) == 0
        assert fake.calls_of(CREATE) == []
    shown = "\n".join(lines)
    assert '"name": "问路线"' in lines[0]
    assert '-      "name": "旧菜单"' in shown
    assert '+          "name": "信访怎么走"' in shown


def set_up(**given: Any) -> Settings:
    return Settings(public_url=HTTPS, **given)


def test_without_an_account_a_dry_run_shows_the_menu_and_a_push_says_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert push_menu(set_up(), Namespace(dry_run=True)) == 0
    assert "问路线" in capsys.readouterr().out
    with pytest.raises(CannotRun, match="ZHILU_WECHAT_APPID"):
        push_menu(set_up(), Namespace(dry_run=False))


def test_a_wrong_file_is_told_with_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, [{"name": "问", "key": "k", "says": "/restart"}])
    with pytest.raises(CannotRun, match=r"menu\.yml: 问: no button of ours says /restart"):
        push_menu(set_up(wechat_menu_file=path), Namespace(dry_run=True))


async def test_the_command_talks_to_the_account_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running() as fake:
        account = set_up(
            var_dir=tmp_path,
            register_key=KEY,
            wechat_appid="wx1",
            wechat_secret=SecretStr("s" * 32),
            wechat_api_base=fake.base_url,
        )
        upgrade(account.register_url)
        assert await asyncio.to_thread(push_menu, account, Namespace(dry_run=False)) == 0
        assert [call.json["button"][0]["name"] for call in fake.calls_of(CREATE)] == ["问路线"]
    assert "the account has this menu now" in capsys.readouterr().out


async def test_a_push_sends_the_menu_in_chinese_where_there_was_none() -> None:
    ours = load_menu(SHIPPED).as_json(HTTPS)
    async with running() as fake, client_of(fake) as platform:
        fake.say(GET, Said({"errcode": 46003, "errmsg": "menu no exist"}))
        assert await push(platform, ours, dry_run=False, say=lambda line: None) == 0
        (sent,) = fake.calls_of(CREATE)
    assert sent.json == ours
    assert "问路线".encode() in sent.body


async def test_a_menu_that_is_there_already_is_not_sent_again() -> None:
    ours, lines = load_menu(SHIPPED).as_json(HTTPS), list[str]()
    async with running() as fake, client_of(fake) as platform:
        fake.say(GET, Said(as_platform_tells(ours)))
        await push(platform, ours, dry_run=False, say=lines.append)
        assert fake.calls_of(CREATE) == []
    assert lines == ["the account has this menu already"]


async def test_a_refusal_is_one_clear_line() -> None:
    async with running() as fake, client_of(fake) as platform:
        fake.say(GET, Said({"errcode": 40164, "errmsg": "invalid ip"}))
        with pytest.raises(CannotRun, match="AddressRefused 40164"):
            await push(platform, {"button": []}, dry_run=False, say=lambda line: None)
