"""A touch of the menu in the middle of a complaint: answered, and what was asked is asked again; nothing that was told is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.services import Services
from bot.channels.wechat.menu import load_menu
from bot.channels.wechat.pieces import LONGEST, size
from bot.channels.wechat.render import Renderer
from tests.unit.actions.factories import Citizen, at, at_summary, make_services_in
from tests.unit.bot.channels.wechat.desk import WORDS
from zhilu.settings import ROOT

MENU = load_menu(ROOT / "data" / "wechat" / "menu.yml")
PAUSES = ("pause",)
ANSWERS = [item.key for item in MENU.items() if item.key and item.key not in PAUSES]


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return make_services_in(tmp_path)


@pytest.mark.parametrize("slot", ["phone", "address", "confirm"])
@pytest.mark.parametrize("key", ANSWERS)
def test_a_touch_leaves_the_form_where_it_was(services: Services, key: str, slot: str) -> None:
    citizen: Citizen = at_summary(services) if slot == "confirm" else at(services, slot)
    before, tries = citizen.draft, dict(citizen.intake["attempts"])
    reply = citizen.touch(str(MENU.payload(key)))
    assert (reply.asks, citizen.asked) == (slot, slot)
    assert citizen.draft == before
    if slot != "confirm":
        assert citizen.intake["attempts"] == tries


def test_pausing_asks_first(services: Services) -> None:
    citizen = at(services, "phone")
    before = citizen.draft
    reply = citizen.touch(str(MENU.payload("pause")))
    offered = Renderer(WORDS).render([reply]).options
    assert [each.payload for each in offered] == ["/keep", "/discard", "/resume"]
    assert citizen.draft == before


def test_the_whole_way_to_the_receipt_fits_into_messages(services: Services) -> None:
    citizen = at_summary(services)
    citizen.say("/affirm")
    rendered = Renderer(WORDS).render(citizen.said, notices=True)
    texts = [piece.text for piece in rendered.pieces]
    assert all(size(each) <= LONGEST for each in texts)
    receipt = citizen.reply.receipt
    assert receipt is not None
    assert sum(each.count(receipt["query_code"]) for each in texts) == 1
    assert sum(each.count(f"\n{len(rendered.options)}. ") for each in texts) == 1
